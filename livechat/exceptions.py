"""Refusals of the chat domain. Each carries a code of the protocol."""

from datetime import datetime

from django.utils.translation import gettext as _

from livechat.protocol import DETAILS, Code


class ChatError(Exception):
    """The domain says no. `code` is for machines, the text for people."""

    code: Code = Code.INVALID


class InvalidTransitionError(ChatError):
    """The chat cannot take this step from where it is."""

    code = Code.ILLEGAL_STEP


class ChatEndedError(ChatError):
    """The chat is over."""

    code = Code.CHAT_ENDED

    def __init__(self) -> None:
        super().__init__(_("The chat has ended."))


class NotYoursError(ChatError):
    """Another agent has the chat, or nobody."""

    code = Code.NOT_YOURS

    def __init__(self) -> None:
        super().__init__(_("The chat is with somebody else."))


class AlreadyAcceptedError(ChatError):
    """Somebody was faster. `by` is his screen name."""

    code = Code.ALREADY_ACCEPTED

    def __init__(self, by: str) -> None:
        super().__init__(_("Accepted by %(name)s") % {"name": by})
        self.by = by


class KeyReusedError(ChatError):
    """The idempotency key stood for another call."""

    code = Code.KEY_REUSED
    status = 422

    def __init__(self) -> None:
        super().__init__(DETAILS[self.code])


class KeyRunningError(ChatError):
    """The first call under this idempotency key is still under way."""

    code = Code.KEY_RUNNING

    def __init__(self) -> None:
        super().__init__(DETAILS[self.code])


class AgentUnavailableError(ChatError):
    """The agent cannot be given this chat: not available, not there, or not of its queue."""

    code = Code.AGENT_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(_("This agent cannot take the chat now. Choose somebody else."))


class NotInvitableError(ChatError):
    """The agent cannot be asked into this chat: not there, not of its queue, or its agent."""

    code = Code.AGENT_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(_("This agent cannot be invited now. Choose somebody else."))


class InvitationClosedError(ChatError):
    """There is another answer to this invitation already, or another invitation."""

    code = Code.ILLEGAL_STEP

    def __init__(self) -> None:
        super().__init__(_("This invitation has been answered already."))


class TooManyInvitedError(ChatError):
    """So many are in the chat or asked into it as there may be."""

    code = Code.ILLEGAL_STEP

    def __init__(self, most: int) -> None:
        super().__init__(_("At most %(most)s agents can be invited.") % {"most": most})


class CapacityError(ChatError):
    """The agent may not choose so many chats at once; `largest` is the most he may."""

    code = Code.INVALID

    def __init__(self, largest: int) -> None:
        text = _("You may choose between 1 and %(largest)s chats at once.")
        super().__init__(text % {"largest": largest})
        self.largest = largest


class ScreenNameLockedError(ChatError):
    """The administrator has set this agent's screen name."""

    code = Code.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(_("Your administrator has set your screen name."))


class LiveChatExistsError(ChatError):
    """The customer has a chat that is not over; `chat` is its public id."""

    code = Code.LIVE_CHAT_EXISTS

    def __init__(self, chat: str) -> None:
        super().__init__(_("There is a chat already. It goes on there."))
        self.chat = chat


class ClientIdReusedError(ChatError):
    """This client id belongs to another request of the same sender."""

    code = Code.CLIENT_ID_REUSED

    def __init__(self) -> None:
        super().__init__(_("This client id was used for something else."))


class NoQueueError(ChatError):
    """The company takes no chats: it has no queue and there is no GENERAL one."""

    code = Code.NO_QUEUE

    def __init__(self) -> None:
        super().__init__(_("No queue takes this chat. The administrator has to set one up."))


class ChatsClosedError(ChatError):
    """Outside chat hours. `message` is the administrator's, `opens_at` when it is known."""

    code = Code.CHATS_CLOSED

    def __init__(self, message: str, opens_at: datetime | None) -> None:
        super().__init__(message or _("We are closed right now."))
        self.opens_at = opens_at


class LeavingNotOfferedError(ChatError):
    """Customers leave no tickets here, or somebody may still come."""

    code = Code.LEAVING_NOT_OFFERED

    def __init__(self) -> None:
        super().__init__(_("A ticket cannot be left just now."))


class TemplateNotOfferedError(ChatError):
    """The template is none of this chat's, not for this kind of ticket, or not in use now."""

    code = Code.INVALID

    def __init__(self) -> None:
        super().__init__(_("This template is not offered any more. Choose another one."))


class NoTicketError(ChatError):
    """There is no ticket that could be resolved."""

    code = Code.ILLEGAL_STEP

    def __init__(self) -> None:
        super().__init__(_("This chat has no ticket to resolve."))


class ArticleNotSharedError(ChatError):
    """The article was not shared in this chat."""

    code = Code.NOT_FOUND

    def __init__(self) -> None:
        super().__init__(_("This article was not shared with you."))


class BadTextError(ChatError):
    """A text that cannot be a message."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(detail)
        self.code = code
