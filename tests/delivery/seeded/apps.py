"""Plants every bug when the server starts; each sleeps until the test wakes it."""

from django.apps import AppConfig


class SeededConfig(AppConfig):
    name = "tests.delivery.seeded"
    label = "seeded"

    def ready(self) -> None:
        from tests.delivery.seeded import bugs

        bugs.plant()
