"""The tickets app."""

from django.apps import AppConfig

#: Whose history is kept. Customers' is written by their admin: chats save them too.
SETTINGS = [
    "Asset", "AssignmentGroup", "Category", "ChatOutcome", "Company", "PriorityRule",
    "RequiredField", "Service", "ServiceAlert", "Site", "Status", "StatusReason",
    "TicketTemplate",
]  # fmt: skip
LISTS = {
    "AssignmentGroup": ["members"], "ServiceAlert": ["companies"], "StatusReason": ["statuses"],
}  # fmt: skip


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
        auditlog.register(
            self.get_model("ApiToken"),
            include_fields=["name", "user", "scopes", "expires_at", "retired_at"],
        )
        for model in SETTINGS:
            auditlog.register(
                self.get_model(model),
                exclude_fields=["version"],
                m2m_fields=set(LISTS.get(model, ())),
            )
