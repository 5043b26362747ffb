"""The signals of the apps below, as news of this one. No I/O."""

from typing import Any

from django.db.models import Model
from django.dispatch import receiver

from livechat.services import configuration
from tickets.signals import configuration_changed


@receiver(configuration_changed)
def announce_configuration(setting: Model, **_kwargs: Any) -> None:
    configuration.announce(setting)
