"""Who works on tickets, who configures them, who tells of outages."""

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

VERBS = ("add", "change", "view", "delete")
CONFIGURED = [
    "asset", "assignmentgroup", "category", "chatoutcome", "customer", "priorityrule",
    "requiredfield", "service", "servicealert", "status", "statusreason", "tickettemplate",
]
GROUPS: dict[str, list[str]] = {
    "Agent": ["work_on_tickets"],
    "Supervisor": ["work_on_tickets"],
    "Chat administrator": [f"{verb}_{model}" for model in CONFIGURED for verb in VERBS],
    "Alert administrator": [f"{verb}_servicealert" for verb in VERBS],
}


def allow(apps: Any, schema_editor: Any) -> None:
    """To the groups that are still there; who removed one meant it."""
    create_permissions(
        installed.get_app_config("tickets"), verbosity=0, using=schema_editor.connection.alias
    )
    permissions = apps.get_model("auth", "Permission").objects
    for name, codenames in GROUPS.items():
        group = apps.get_model("auth", "Group").objects.filter(name=name).first()
        if group:
            found = permissions.filter(content_type__app_label="tickets", codename__in=codenames)
            group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("livechat", "0009_system_messages"),
        ("tickets", "0003_seed_records"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
