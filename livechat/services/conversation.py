"""What is said in a chat: messages, receipts, typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum

from livechat import events
from livechat.models import (
    Chat,
    ChatFile,
    ChatHead,
    ChatSettings,
    Draft,
    Message,
    Queue,
    ReadCursor,
    Sender,
)
from livechat.models.appending import Stored, lock_heads
from livechat.models.chats import LIVE_STATUSES
from livechat.models.drafts import (
    ARTICLE,
    FILE,
    INVITED,
    NOTE,
    PARTICIPANT,
    Identity,
    NewLine,
    invitees_of,
)
from livechat.models.files import told_of
from livechat.models.messages import invitee_key
from livechat.protocol import PASSING, Code, text_problem
from tickets.models import Customer, StoredFile, User
from tickets.services.filenames import clean_name
from tickets.services.files import Upload, add_files, discard_file, keep_file, store_file


@dataclass(frozen=True, slots=True)
class Posted:
    """The draft is stored under this number; `repeat` when it was so before."""

    seq: int
    posted_at: datetime
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The draft is not stored. `final`: it never will be."""

    code: Code

    @property
    def final(self) -> bool:
        return self.code not in PASSING


Outcome = Posted | Refused
#: Which drafts of a batch are one: of two customers who name a chat, one is a stranger.
Key = tuple[Identity, int]


@transaction.atomic
def post_messages(drafts: Sequence[Draft]) -> list[Outcome]:
    """Store these drafts, each judged for itself: one outcome a draft, in their order.

    A draft that was stored before is answered as it was then, whatever has become of the chat; the
    same draft twice in a batch is one message. Raises only what the database raises.
    """
    chats = lock_heads([draft.chat for draft in drafts])
    stored = Message.objects.stored(drafts, chats)
    keys = [(draft.identity, draft.sender.pk) for draft in drafts]
    outcomes: dict[Key, Outcome] = {}
    fresh: dict[Key, Draft] = {}
    for key, draft in zip(keys, drafts, strict=True):
        if key in outcomes or key in fresh:
            continue
        if before := stored.get(key[0]):
            outcomes[key] = _as_before(before, draft, chats[draft.chat])
        elif code := _problem(draft, chats.get(draft.chat)):
            outcomes[key] = Refused(code)
        else:
            fresh[key] = _named(draft, chats[draft.chat])
    for key, line in zip(fresh, _append(list(fresh.values()), chats), strict=True):
        outcomes[key] = Posted(line.seq, line.posted_at)
    return [outcomes[key] for key in keys]


def attach_file(
    upload: Upload,
    *,
    chat: str,
    sender: Sender,
    by: User | Customer,
    client_id: str,
    epoch: int | None = None,
) -> Outcome:
    """Check, store and post what was uploaded; who may not post it here is told before.

    The same client id again is answered as it was then, and the upload is not looked at.
    """
    draft = Draft(chat, sender, client_id, FILE, clean_name(upload.name), {}, epoch)
    if known := _foreseen(draft):
        return known
    row = Chat.objects.select_related("customer__company").get(public_id=chat)
    limits = ChatSettings.objects.current().file_limits
    file = store_file(upload, limits=limits, company=row.customer.company, by=by)
    draft.body, draft.data = file.name, told_of(file)
    outcome = _post_file(draft, row, file)
    if isinstance(outcome, Refused) or outcome.repeat:  # Somebody was faster.
        discard_file(file.pk)
    return outcome


@transaction.atomic
def _foreseen(draft: Draft) -> Outcome | None:
    """What is known of a file's message before the file is looked at."""
    chats = lock_heads([draft.chat])
    if before := Message.objects.stored([draft], chats).get(draft.identity):
        return _as_before(before, draft, chats[draft.chat])
    code = _problem(draft, chats.get(draft.chat))
    return Refused(code) if code else None


@transaction.atomic
def _post_file(draft: Draft, chat: Chat, file: StoredFile) -> Outcome:
    outcome = post_messages([draft])[0]
    if isinstance(outcome, Posted) and not outcome.repeat:
        ChatFile.objects.create(chat=chat, file=file, sent_at=outcome.posted_at)
        keep_file(file.pk)
        # Asked once the chat is locked: it may have become a ticket while the file was looked at.
        ticket = Chat.objects.values_list("ticket", flat=True).get(pk=chat.pk)
        if ticket is not None:
            add_files(
                ticket, files=[file.pk], by=file.user or file.customer, name=draft.sender.name
            )
    return outcome


def _append(fresh: list[Draft], chats: dict[str, ChatHead]) -> list[NewLine]:
    if not fresh:
        return []
    lines = Message.objects.append(list(chats.values()), fresh)
    by_chat: dict[str, list[NewLine]] = {}
    for draft, line in zip(fresh, lines, strict=True):
        by_chat.setdefault(draft.chat, []).append(line)
    events.publish_all(events.MessagePosted(chats[chat], said) for chat, said in by_chat.items())
    return lines


def _named(draft: Draft, chat: ChatHead) -> Draft:
    """Under the name of its chat: an agent's as he accepted, a customer's as it is now."""
    sender, name = draft.sender, chat.name_of(draft.sender)
    if sender.name == name:
        return draft
    named = Sender(sender.kind, sender.pk, name)
    return Draft(draft.chat, named, draft.client_id, draft.kind, draft.body, draft.data)


def _as_before(before: Stored, draft: Draft, chat: ChatHead) -> Outcome:
    if draft.sender.kind == "c" and draft.sender.pk != chat.customer_id:
        return Refused(Code.NOT_FOUND)
    return Posted(before.seq, before.posted_at, repeat=True)


def _problem(draft: Draft, chat: ChatHead | None) -> Code | None:
    """Why this draft may not be posted here now; None when it may."""
    if chat is None:
        return Code.NOT_FOUND
    judge = _customer_problem if draft.sender.kind == "c" else _agent_problem
    # Who has no business here is not told of his text: that would say that the chat is there.
    return judge(draft, chat) or _file_problem(draft, chat) or text_problem(draft.body)


def _customer_problem(draft: Draft, chat: ChatHead) -> Code | None:
    if chat.customer_id != draft.sender.pk:
        return Code.NOT_FOUND
    if draft.kind in {NOTE, ARTICLE}:
        return Code.FORBIDDEN
    return Code.CHAT_ENDED if _is_over(chat) else None


def _agent_problem(draft: Draft, chat: ChatHead) -> Code | None:
    if chat.agent_id != draft.sender.pk:
        role = invitees_of(chat.invitees).get(draft.sender.pk, INVITED)
        if role != INVITED:  # Who has not answered is not there.
            return _invitee_problem(draft, chat, role)
        serves = Queue.objects.filter(pk=chat.queue_id, agents=draft.sender.pk).exists()
        return Code.NOT_YOURS if serves else Code.NOT_FOUND
    if chat.status != Chat.Status.ASSIGNED:
        return Code.CHAT_ENDED
    if draft.epoch is not None and draft.epoch != chat.owner_epoch:
        return Code.NOT_YOURS
    return Code.CHAT_ENDED if draft.kind != NOTE and chat.left_at else None


def _invitee_problem(draft: Draft, chat: ChatHead, role: str) -> Code | None:
    """A participant speaks, and writes no side notes; a monitor only reads."""
    if role != PARTICIPANT or draft.kind == NOTE:
        return Code.FORBIDDEN
    return Code.CHAT_ENDED if _is_over(chat) else None


def _file_problem(draft: Draft, chat: ChatHead) -> Code | None:
    """The chat is locked: of two files at once, both are counted."""
    if draft.kind != FILE:
        return None
    if not Chat.objects.only("source").get(pk=chat.pk).takes_files:
        return Code.FILES_OFF
    sent = ChatFile.objects.filter(chat=chat.pk).aggregate(n=Count("pk"), bytes=Sum("file__size"))
    size = (sent["bytes"] or 0) + draft.data.get("size", 0)
    most = ChatSettings.objects.current().files_per_chat
    return Code.FILES_FULL if sent["n"] >= most or size > settings.FILE_BYTES["chat"] else None


def _is_over(chat: ChatHead) -> bool:
    return chat.left_at is not None or chat.status not in LIVE_STATUSES


@dataclass(frozen=True, slots=True)
class Read:
    """How far somebody has received and read a chat, whose mark says that he may."""

    mark: events.Mark
    chat: str
    reader: Sender
    delivered: int
    read: int

    @property
    def told(self) -> bool:
        """Whether the other side hears of it: not of who is in the chat of somebody else."""
        return self.reader.kind == "c" or self.reader.pk == self.mark.agent

    @property
    def cursor(self) -> str:
        """Under which reader it is kept."""
        return self.reader.key if self.told else invitee_key(self.reader.pk)


@transaction.atomic
def record_receipts(receipts: Sequence[Read]) -> None:
    """Raise these readers' cursors, in one statement, and tell the other side."""
    ReadCursor.objects.advance(
        [(r.mark.chat, r.cursor, max(r.delivered, r.read), r.read) for r in receipts]
    )
    events.publish_all(_receipt_moved(receipt) for receipt in receipts if receipt.told)


def _receipt_moved(receipt: Read) -> events.ReceiptMoved:
    by_customer = receipt.reader.kind == "c"
    # A customer hears only of numbers he sees himself: nothing tells him of a side note.
    end = receipt.mark.last_seq if by_customer else receipt.mark.last_public_seq
    return events.ReceiptMoved(
        mark=receipt.mark,
        chat=receipt.chat,
        delivered=min(max(receipt.delivered, receipt.read), end),
        read=min(receipt.read, end),
        by_customer=by_customer,
    )


def announce_typing(mark: events.Mark, chat: str, sender: Sender, epoch: int | None = None) -> None:
    """Tell the other side that `sender` types, if the chat is live and his. Never stored."""
    if not mark.live:
        return
    if sender.kind == "c" and mark.customer == sender.pk:
        author, name = "customer", sender.name
    elif sender.kind == "a" and mark.agent == sender.pk and epoch in {None, mark.epoch}:
        author, name = "agent", mark.agent_name
    elif sender.kind == "a" and invitees_of(mark.invitees).get(sender.pk) == PARTICIPANT:
        author, name = "agent", sender.name
    else:
        return
    events.tell_now([events.TypingNoticed(mark, chat, author, name)])
