"""Say that a setting changed."""

from django.db.models import Model

from tickets.signals import configuration_changed


def announce(setting: Model) -> None:
    """Tell the apps above that the administrator changed this row."""
    configuration_changed.send(sender=type(setting), setting=setting)
