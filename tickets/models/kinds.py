"""The two kinds of ticket, and the scales that its priority is read from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a ticket is: something is broken, or something is wanted."""

    INCIDENT = "incident", _("incident")
    WORK_ORDER = "work_order", _("work order")


class Impact(models.IntegerChoices):
    """How many are hit; 1 is the most."""

    EXTENSIVE = 1, _("1 Extensive")
    SIGNIFICANT = 2, _("2 Significant")
    MODERATE = 3, _("3 Moderate")
    MINOR = 4, _("4 Minor")


class Urgency(models.IntegerChoices):
    """How soon it has to be solved; 1 is at once."""

    CRITICAL = 1, _("1 Critical")
    HIGH = 2, _("2 High")
    MEDIUM = 3, _("3 Medium")
    LOW = 4, _("4 Low")


class Priority(models.IntegerChoices):
    """Impact by urgency; 1 comes first."""

    CRITICAL = 1, _("1 Critical")
    HIGH = 2, _("2 High")
    MEDIUM = 3, _("3 Medium")
    LOW = 4, _("4 Low")
