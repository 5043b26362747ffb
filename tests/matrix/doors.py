"""The doors of one chat: what is asked at each, and its answer in one word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from livechat import realtime
from livechat.consumers.process import process
from livechat.events import Mark, agent_topic, customer_topic, queue_topic
from tests.security.sockets import Sockets, Wire
from tests.security.world import ARTICLE, Principal, World
from tests.uploads import upload

POST = {"client_id": "matrix-0001", "body": "from the matrix"}
FRAGMENT = {"HTTP_X_PARLEY_FRAGMENT": "1"}


@dataclass(frozen=True)
class Asked:
    """What came back: the word, and all that was said."""

    answer: str
    said: str


class Findings:
    """What is wrong with what one person was answered at one door, about each thing in turn."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.nothing: str | None = None

    def about(
        self,
        label: str,
        answer: str,
        right: str,
        *,
        said: str,
        told: Iterable[str] = (),
        wrote: Iterable[str] = (),
    ) -> None:
        """`told` and `wrote`: what should not have been. Nothing found is always said alike."""
        found = [f"{answer}, not {right}"] if answer != right else []
        found += [f"told {text!r}" for text in told] + [f"wrote {sql}" for sql in wrote]
        if right == "not_found":
            self.nothing = said if self.nothing is None else self.nothing
            found += [f"not as one that is not there: {said}"] if said != self.nothing else []
        self.wrong += [f"{label}: {each}" for each in found]

    def none(self) -> None:
        assert not self.wrong, "\n".join(self.wrong)


@dataclass(frozen=True)
class Door:
    """One thing that may be asked of a chat. `route` or `command` names what it tests."""

    name: str
    verb: str
    ask: Callable[[Principal, str, Sockets, Wire | None], Asked]
    route: str = ""
    command: str = ""
    #: The answer in place of `ok`.
    otherwise: str = "ok"


def over_http(path: str, method: str, body: Any = None, **headers: str) -> Callable[..., Asked]:
    def ask(who: Principal, chat: str, sockets: Sockets, wire: Wire | None) -> Asked:
        browser = who.client()
        kind = (
            "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"
        )
        data = _json(body) if kind == "application/json" else body or ""
        response = browser.generic(
            method, path.format(chat), data=data, content_type=kind, **headers
        )
        return Asked(answer_of(response), said_by(response))

    return ask


def with_a_file(who: Principal, chat: str, sockets: Sockets, wire: Wire | None) -> Asked:
    """A good file, in a form."""
    response = upload(who.client(), chat, client_id=POST["client_id"])
    return Asked(answer_of(response), said_by(response))


def _json(data: Any) -> str:
    return json.dumps(data) if data else ""


def answer_of(response: HttpResponse) -> str:
    """`ok`, or the code; a page that sends to the sign-in page has refused."""
    if response.status_code in {301, 302}:
        return "not_authenticated" if "/sign-in/" in response["Location"] else "ok"
    if response.status_code < 300:
        return "ok"
    if response["Content-Type"].startswith("application/problem+json"):
        return str(response.json()["code"])
    return {403: "forbidden", 404: "not_found"}.get(response.status_code, str(response.status_code))


def said_by(response: HttpResponse) -> str:
    """The body and the headers, less what is another each time."""
    text = response.content.decode() + str(sorted(response.headers.items()))
    return text.replace(response["X-Request-Id"], "request-id")


def over_socket(command: str, judge: Callable[..., str], **frame: Any) -> Callable[..., Asked]:
    def ask(who: Principal, chat: str, sockets: Sockets, wire: Wire | None) -> Asked:
        assert wire is not None
        if not wire.frames or wire.frames[0]["type"] != "welcome":
            return Asked(shut(who, wire), "".join(wire.texts))
        before = len(wire.texts)
        with Ears(sockets.world, chat) as ears:
            filled = {
                name: value(chat) if callable(value) else value for name, value in frame.items()
            }
            frames = wire.send(type=command, **filled)
            answer = judge(frames, chat, ears)
        return Asked(answer, "".join(wire.texts[before:]))

    return ask


def shut(who: Principal, wire: Wire) -> str:
    """A socket says good-bye in two ways only; a user who is none any more is forbidden there."""
    if wire.closed_with == 4403 and who.kind == "nobody" and who.session:
        return "not_authenticated"
    return {4401: "not_authenticated", 4403: "forbidden"}.get(wire.closed_with or 0, "open")


class Ears:
    """Hears what is told of one chat, and sees the receipts that wait."""

    def __init__(self, world: World, chat: str) -> None:
        self.heard: list[str] = []
        row = next((row for row in world.chats.values() if row.public_id == chat), None)
        mark = Mark.of(row) if row else None
        self.topics = topics_of(mark) if mark else []

    def push(self, text: str) -> None:
        self.heard.append(text)

    def noticed(self, key: str, mark: list[object]) -> None: ...

    def readmit(self) -> None: ...

    def __enter__(self) -> Ears:
        process.receipts.clear()
        realtime.hub.join(self, self.topics)
        return self

    def __exit__(self, *_: object) -> None:
        realtime.hub.leave(self, self.topics)


def topics_of(mark: Mark) -> list[str]:
    keepers = [agent_topic(agent) for agent in (mark.agent, mark.transferred_to) if agent]
    return [customer_topic(mark.customer), queue_topic(mark.queue), *keepers]


def by_answer(frames: list[dict[str, Any]], chat: str, ears: Ears) -> str:
    last = [frame for frame in frames if frame["type"] in {"ack", "refused", "messages"}][-1]
    return str(last["code"]) if last["type"] == "refused" else "ok"


def by_head(frames: list[dict[str, Any]], chat: str, ears: Ears) -> str:
    return "ok" if chat in frames[-1]["heads"] else "not_found"


def by_receipt(frames: list[dict[str, Any]], chat: str, ears: Ears) -> str:
    return "ok" if process.receipts and not frames else "not_found"


def by_typing(frames: list[dict[str, Any]], chat: str, ears: Ears) -> str:
    return "ok" if any('"typing"' in text for text in ears.heard) else "not_found"


def resuming(who: Principal, chat: str, sockets: Sockets, wire: Wire | None) -> Asked:
    """Its own socket: a page that says it shows this chat."""
    own = sockets.of(who, **{chat: 0})
    said = "".join(own.texts)
    if not own.frames or own.frames[0]["type"] != "welcome":
        return Asked(shut(who, own), said)
    told = any(frame["type"] == "messages" and frame["chat"] == chat for frame in own.frames)
    own.close()
    return Asked("ok" if told and chat in own.frames[0]["chats"] else "not_found", said)


API = "/api/v1/chats/{}/"
PAGE = "/console/chats/{}/"
BLANK, NOTE = {**POST, "body": " "}, {**POST, "kind": "note"}


def api(
    name: str, verb: str, tail: str = "", body: Any = None, method: str = "POST", **more: str
) -> Door:
    route = f"chat-{tail.strip('/') or 'detail'}"
    return Door(f"API {name}", verb, over_http(API + tail, method, body), route, **more)


def page(
    name: str, verb: str, tail: str = "", body: str = "", method: str = "POST", **headers: str
) -> Door:
    route = f"console:{tail.strip('/') or 'chat'}"
    return Door(f"page {name}", verb, over_http(PAGE + tail, method, body, **headers), route)


def frame(
    name: str, command: str, judge: Callable[..., str], otherwise: str = "ok", **fields: Any
) -> Door:
    ask = over_socket(command, judge, **fields)
    verb = {"messages": "history", "blank": "post"}.get(name, name)
    return Door(f"socket {name}", verb, ask, command=command, otherwise=otherwise)


FORM = over_http(PAGE + "ticket/?kind=incident", "GET", **FRAGMENT)
DRAFT = over_http(PAGE + "article/", "POST", **FRAGMENT)
LOOK = over_http(API + f"articles/{ARTICLE}/opened/", "POST")
DOORS = [
    api("retrieve", "retrieve", method="GET"),
    api("messages", "history", "messages/", method="GET"),
    api("post", "post", "messages/", POST),
    api("blank", "post", "messages/", BLANK, otherwise="blank"),
    api("note", "note", "messages/", NOTE),
    Door("API file", "post", with_a_file, "chat-files"),
    api("accept", "accept", "accept/"),
    api("end", "end", "end/"),
    api("abandon", "abandon", "abandon/"),
    api("release", "release", "release/"),
    api("transfer", "transfer", "transfer/", {"agent": "A" * 22}),
    api("decline", "decline", "decline/"),
    api("invitations", "retrieve invitations", "invitations/", method="GET"),
    api("decisions", "retrieve invitations", "decisions/", method="GET"),
    api("invite", "invite", "invite/", {"agent": "A" * 22, "role": "monitor"}),
    api("answer", "answer", "answer/", {"accept": True}),
    api("withdraw", "withdraw", "withdraw/", {"invitation": "A" * 22}),
    api("leave", "leave", "leave/"),
    api("assistance", "assistance", "assistance/", {"asked": True}),
    api("clear assistance", "clear", "clear-assistance/"),
    api("cancel", "cancel", "cancel/"),
    api("share", "share", "articles/", {"article": ARTICLE, "client_id": POST["client_id"]}),
    Door("API opened", "look at an article", LOOK, "chat-opened"),
    api("ticket", "cancel", "ticket/", otherwise="leaving_not_offered"),
    page("fragment", "retrieve", method="GET", **FRAGMENT),
    page("whole", "retrieve", method="GET"),
    page("accept", "accept", "accept/", **FRAGMENT),
    page("end", "end", "end/", **FRAGMENT),
    page("abandon", "abandon", "abandon/", **FRAGMENT),
    page("resources", "retrieve", "resources/", method="GET", **FRAGMENT),
    page("picks", "retrieve", "picks/", method="GET", **FRAGMENT),
    Door("page draft", "retrieve", DRAFT, "console:draft", otherwise="forbidden"),
    page("pin", "make a ticket", "pin/", f"article={ARTICLE}&pin=1", **FRAGMENT),
    page("ticket", "make a ticket", "ticket/", "kind=incident", **FRAGMENT),
    Door("page form", "make a ticket", FORM, "console:ticket"),
    page("release", "release", "release/", **FRAGMENT),
    page("decline", "decline", "decline/", **FRAGMENT),
    page("receivers", "choose", "transfer/", method="GET", **FRAGMENT),
    page("transfer", "transfer", "transfer/", f"kind=agent&agent={'A' * 22}", **FRAGMENT),
    page("invitable", "choose", "invite/", method="GET", **FRAGMENT),
    page("invite", "invite", "invite/", f"agent={'A' * 22}&role=monitor", **FRAGMENT),
    page("answer", "answer", "answer/", "accept=1", **FRAGMENT),
    page("withdraw", "withdraw", "withdraw/", f"invitation={'A' * 22}", **FRAGMENT),
    page("leave", "leave", "leave/", **FRAGMENT),
    page("assistance", "assistance", "assistance/", "asked=1", **FRAGMENT),
    page("clear assistance", "clear", "clear-assistance/", "", **FRAGMENT),
    Door("socket hello", "retrieve", resuming, command="hello"),
    frame("post", "message.post", by_answer, **POST, chat=str),
    frame("blank", "message.post", by_answer, "blank", **BLANK, chat=str),
    frame("note", "message.post", by_answer, **NOTE, chat=str),
    frame("messages", "history", by_answer, after=0, chat=str),
    frame("receipt", "receipt", by_receipt, delivered=1, read=1, chat=str),
    frame("typing", "typing", by_typing, chat=str),
    frame("heartbeat", "heartbeat", by_head, applied=lambda chat: {chat: 0}),
]
#: One road over HTTP, one over the socket: they agree.
TWINS = ["post", "blank", "note", "messages"]
