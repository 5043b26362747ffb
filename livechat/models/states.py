"""Where a chat stands, and what happens to it next."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ChatStatus(models.TextChoices):
    """Where a chat stands."""

    QUEUED = "queued", _("waiting")
    ASSIGNED = "assigned", _("with an agent")
    TRANSFERRED = "transferred", _("waits for one agent")
    ENDED = "ended", _("ended")
    ABANDONED = "abandoned", _("abandoned")
    CANCELLED = "cancelled", _("cancelled")


class NextAction(models.TextChoices):
    """What the clock does with a chat when its time comes."""

    ROUTE = "route", _("look for an agent")
    GIVE_BACK = "give_back", _("give back a transfer that nobody accepted")
    LOOK = "look", _("look whether somebody is silent")
    CLOSE = "close", _("close what the customer has left")


LIVE_STATUSES = (ChatStatus.QUEUED, ChatStatus.ASSIGNED, ChatStatus.TRANSFERRED)
#: Live for its customer: not over, and not left by him.
LIVE = Q(status__in=LIVE_STATUSES, left_at=None)
