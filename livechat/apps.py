"""The livechat app."""

from importlib import import_module

from django.apps import AppConfig

#: Whose history is kept.
SETTINGS = [
    "Queue",
    "Agent",
    "ChatSettings",
    "ChatHours",
    "Topic",
    "AvailabilityReason",
    "SystemMessage",
]
#: What changes by working, and is no setting.
WORKED = {
    "Agent": [
        "open_chats", "last_assigned_at", "assigned_on", "assigned_today", "online",
        "offline_since", "available", "reason", "capacity",
    ]
}  # fmt: skip

#: Lists of theirs whose history is kept.
LISTS = {"Agent": {"queues"}, "Queue": {"ticket_templates"}}


class LivechatConfig(AppConfig):
    name = "livechat"
    verbose_name = "Live chat"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        import_module("livechat.receivers")
        import_module("livechat.checks")
        for model in SETTINGS:
            auditlog.register(
                self.get_model(model),
                exclude_fields=["version", *WORKED.get(model, ())],
                m2m_fields=LISTS.get(model, set()),
            )
