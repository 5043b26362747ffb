"""Say that a setting changed."""

from django.db.models import Model

from tickets.signals import configuration_changed, setting_retired, setting_retiring


def announce(setting: Model) -> None:
    """Tell the apps above that the administrator changed this row."""
    configuration_changed.send(sender=type(setting), setting=setting)


def stranded(setting: Model) -> list[str]:
    """Why the apps above need this row to stay switched on, a sentence each."""
    answers = setting_retiring.send(sender=type(setting), setting=setting)
    return [sentence for _receiver, sentences in answers for sentence in sentences or []]


def left_behind(setting: Model) -> list[str]:
    """What the apps above say that a switched-off row leaves behind, a sentence each."""
    answers = setting_retired.send(sender=type(setting), setting=setting)
    return [sentence for _receiver, sentences in answers for sentence in sentences or []]
