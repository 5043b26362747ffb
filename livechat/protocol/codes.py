"""The numbers and the codes of the wire."""

from __future__ import annotations

import re
from enum import StrEnum

FRAME_BYTES = 65_536
BODY_CHARACTERS = 8_000
HISTORY_ITEMS = 200
RESUME_CHATS = 100
HELLO_SECONDS = 5
AGENT_HEARTBEAT_SECONDS = 10
CUSTOMER_HEARTBEAT_SECONDS = 25
TYPING_SECONDS = 3
TYPING_FORGOTTEN_SECONDS = 6
SILENCE_SECONDS = 30


class Code(StrEnum):
    """Every refusal's code, on the socket and on the API alike."""

    BAD_FRAME = "bad_frame"
    UNKNOWN_TYPE = "unknown_type"
    HELLO_EXPECTED = "hello_expected"
    BLANK = "blank"
    TOO_LONG = "too_long"
    BAD_TEXT = "bad_text"
    RATE_LIMITED = "rate_limited"
    TRY_AGAIN = "try_again"
    CHAT_ENDED = "chat_ended"
    NOT_YOURS = "not_yours"
    NOT_FOUND = "not_found"
    NOT_AUTHENTICATED = "not_authenticated"
    FORBIDDEN = "forbidden"
    INVALID = "invalid"
    NOT_ALLOWED = "method_not_allowed"
    UNSUPPORTED = "unsupported_media_type"
    NOT_ACCEPTABLE = "not_acceptable"
    ALREADY_ACCEPTED = "already_accepted"
    ILLEGAL_STEP = "illegal_step"
    LIVE_CHAT_EXISTS = "live_chat_exists"
    CLIENT_ID_REUSED = "client_id_reused"
    NO_QUEUE = "no_queue"
    CHATS_CLOSED = "chats_closed"
    LEAVING_NOT_OFFERED = "leaving_not_offered"
    AGENT_UNAVAILABLE = "agent_unavailable"
    FILES_OFF = "files_off"
    FILES_FULL = "files_full"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_TYPE = "file_type"
    FILE_UNLIKE = "file_unlike"
    FILE_BLOCKED = "file_blocked"
    FILE_QUOTA = "file_quota"
    IMAGE_TOO_LARGE = "image_too_large"
    ARTICLE_NOT_FOR_THEM = "article_not_for_them"
    BODY_TOO_LARGE = "body_too_large"
    KEY_REUSED = "idempotency_key_reused"
    KEY_RUNNING = "idempotency_key_running"
    INTERNAL = "internal"


#: Never the last word: the sender may repeat the same frame later.
PASSING = frozenset({Code.RATE_LIMITED, Code.TRY_AGAIN, Code.HELLO_EXPECTED, Code.INTERNAL})


class Close:
    """Close codes of the socket."""

    GOING = 1012
    SIGNED_OUT = 4401
    FORBIDDEN = 4403
    TOO_SLOW = 4408
    FLOOD = 4429


DETAILS: dict[Code, str] = {
    Code.BAD_FRAME: "This frame cannot be read.",
    Code.UNKNOWN_TYPE: "There is no frame of this type.",
    Code.HELLO_EXPECTED: "The first frame has to be hello.",
    Code.BLANK: "The message has no text.",
    Code.TOO_LONG: f"The message is longer than {BODY_CHARACTERS} characters.",
    Code.BAD_TEXT: "The message holds characters that cannot be stored.",
    Code.RATE_LIMITED: "Too many at once.",
    Code.TRY_AGAIN: "It could not be stored right now.",
    Code.CHAT_ENDED: "The chat has ended.",
    Code.NOT_YOURS: "The chat is with somebody else.",
    Code.NOT_FOUND: "There is no such chat.",
    Code.NOT_AUTHENTICATED: "Sign in first.",
    Code.FORBIDDEN: "You may not do this.",
    Code.FILES_OFF: "Files cannot be sent in virtual agent chats.",
    Code.FILES_FULL: "The chat has as many files as it may have.",
    Code.BODY_TOO_LARGE: "The request is too large.",
    Code.KEY_REUSED: "This idempotency key stood for another call.",
    Code.KEY_RUNNING: "The first call under this idempotency key is under way. Repeat it soon.",
    Code.INTERNAL: "Something went wrong here.",
}


CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def text_problem(body: str, limit: int = BODY_CHARACTERS) -> Code | None:
    """Why this text cannot be a message; None when it can. Text is never changed."""
    if len(body) > limit:
        return Code.TOO_LONG
    if not body or body.isspace():
        return Code.BLANK
    if _UNSTORABLE.search(body):
        return Code.BAD_TEXT
    return None
