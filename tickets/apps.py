"""The tickets app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = "Service desk"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        auditlog.register(
            self.get_model("User"),
            exclude_fields=["password", "last_login"],
            m2m_fields={"groups", "companies", "user_permissions"},
        )
        for model in ["Company", "Site"]:
            auditlog.register(self.get_model(model))
