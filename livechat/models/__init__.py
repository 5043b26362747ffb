"""Facts of the chats."""

from livechat.models.agents import Agent, AvailabilityReason, Lease
from livechat.models.articles import ChatArticle
from livechat.models.calls import ApiCall
from livechat.models.chats import Chat, NextAction
from livechat.models.decisions import RoutingDecision
from livechat.models.drafts import ChatHead, Draft, Line, Sender
from livechat.models.files import ChatFile
from livechat.models.hours import ChatHours, ChatHoursPeriod, Holiday, Place
from livechat.models.invitations import AssistanceRequest, Invitation
from livechat.models.messages import Message, ReadCursor
from livechat.models.notifications import NotificationChoice
from livechat.models.promises import WaitPromise
from livechat.models.queues import Queue, Topic
from livechat.models.settings import ChatSettings
from livechat.models.wording import SystemMessage

__all__ = [
    "Agent",
    "ApiCall",
    "AssistanceRequest",
    "AvailabilityReason",
    "Chat",
    "ChatArticle",
    "ChatFile",
    "ChatHead",
    "ChatHours",
    "ChatHoursPeriod",
    "ChatSettings",
    "Draft",
    "Holiday",
    "Invitation",
    "Lease",
    "Line",
    "Message",
    "NextAction",
    "NotificationChoice",
    "Place",
    "Queue",
    "ReadCursor",
    "RoutingDecision",
    "Sender",
    "SystemMessage",
    "Topic",
    "WaitPromise",
]
