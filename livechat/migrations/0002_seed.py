"""The one row of chat settings, the GENERAL queue, and the groups with their permissions."""

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

#: What each group may do. Later issues add to it in migrations of their own.
CONFIGURED = {
    "tickets": ["company", "site", "user"],
    "livechat": ["agent", "chatsettings", "queue"],
}
GROUPS: dict[str, list[tuple[str, str]]] = {
    "Agent": [("livechat", "use_console")],
    "Supervisor": [("livechat", "supervise_chats")],
    "Chat administrator": [
        (app, f"{verb}_{model}")
        for app, models in CONFIGURED.items()
        for model in models
        for verb in ("add", "change", "view", "delete")
    ]
    + [("auth", "view_group")],
    "Alert administrator": [],
    "Knowledge author": [],
}


def seed(apps: Any, schema_editor: Any) -> None:
    apps.get_model("livechat", "ChatSettings").objects.get_or_create(pk=1)
    apps.get_model("livechat", "Queue").objects.get_or_create(
        company=None, is_default=True, defaults={"name": "GENERAL"}
    )
    for label in ["auth", "tickets", "livechat"]:
        create_permissions(installed.get_app_config(label), verbosity=0, using=schema_editor.connection.alias)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, permissions in GROUPS.items():
        group, _made = group_model.objects.get_or_create(name=name)
        for app, codename in permissions:
            permission = permission_model.objects.get(content_type__app_label=app, codename=codename)
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("livechat", "0001_initial"),
        ("tickets", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
