"""Who may do what: the whole rule, said a second time and in few words."""

from livechat.models import Chat
from tests.security.world import Principal

LIVE = {"queued", "assigned", "transferred"}
#: What only the agent who has a chat does with it.
STEPS = {
    *("end", "abandon", "release", "transfer", "choose", "invite", "withdraw", "assistance"),
    "make a ticket",
}
#: Of the chats in these, nobody is invited: tests/matrix/test_teamwork.py has those.
INVITEES = {"answer", "leave"}
AGENTS_ONLY = {"accept", "decline", "clear", "share", "retrieve invitations"} | STEPS | INVITEES

CUSTOMERS_ONLY = {"cancel", "look at an article"}


def reach(who: Principal, chat: Chat | None) -> str:
    """How a chat stands to somebody: own, open to him, known to him, or nothing."""
    if who.kind == "customer" and chat:
        return "own" if chat.customer_id == who.customer.pk else "nothing"  # type: ignore[union-attr]
    if who.kind == "agent" and chat:
        if chat.agent_id == who.agent.pk:  # type: ignore[union-attr]
            return "own"
        if chat.transferred_to_id == who.agent.pk:  # type: ignore[union-attr]
            return "handed"
        if chat.queue_id in who.queues:
            return "open" if chat.status == "queued" else "known"
    return "nothing"


def expected(who: Principal, verb: str, chat: Chat | None) -> str:
    """The answer: `ok`, a refusal's code, or why the door stays shut."""
    if who.kind in {"nobody", "outsider"}:
        return "not_authenticated" if who.kind == "nobody" else "forbidden"
    if verb in (AGENTS_ONLY if who.kind == "customer" else CUSTOMERS_ONLY):
        return "forbidden"
    stands = reach(who, chat)
    told_who_has_it = stands == "known" and verb in {"accept", "post", "share", "note"}
    if chat is None or not (stands in {"own", "open", "handed"} or told_who_has_it):
        return "not_found"
    if verb in STEPS | INVITEES | {"decline", "clear"}:
        return _may_step(verb, chat, stands)
    if verb in {"post", "share", "note"}:
        return _may_post(who, verb, chat) if stands == "own" else "not_yours"
    if verb == "accept" and chat.status != "queued":
        return _may_accept(chat, stands)
    if stands in {"open", "handed"} and verb in {"receipt", "typing"}:
        return "not_found"
    return "not_found" if verb == "typing" and chat.status not in LIVE else "ok"


def _may_help(verb: str, chat: Chat) -> str:
    """Nobody here supervises, and nobody was asked in."""
    if verb == "clear":
        return "not_found"
    return "chat_ended" if verb == "leave" and chat.status not in LIVE else "not_yours"


def _may_accept(chat: Chat, stands: str) -> str:
    if stands == "handed" or (stands == "own" and chat.status == "assigned"):
        return "ok"
    return "already_accepted" if chat.status in LIVE else "chat_ended"


def _may_step(verb: str, chat: Chat, stands: str) -> str:
    if verb in INVITEES | {"clear"}:
        return _may_help(verb, chat)
    if verb == "decline":
        return "ok" if stands == "handed" else "not_yours" if chat.status in LIVE else "chat_ended"
    if stands != "own":
        return "not_yours" if chat.status in LIVE else "chat_ended"
    done = {"end": "ended", "abandon": "abandoned"}.get(verb)
    if chat.status not in LIVE:
        return "ok" if chat.status == done else "chat_ended"
    if verb in {"end", "abandon", "make a ticket"}:
        return "ok"
    if verb == "withdraw":  # Somebody who was never asked.
        return "not_found"
    if chat.left_at:
        return "chat_ended"
    return "agent_unavailable" if verb in {"transfer", "invite"} else "ok"


def _may_post(who: Principal, verb: str, chat: Chat) -> str:
    if verb == "note" and who.kind == "customer":
        return "forbidden"
    over = chat.status not in LIVE or (chat.left_at is not None and verb != "note")
    return "chat_ended" if over else "ok"
