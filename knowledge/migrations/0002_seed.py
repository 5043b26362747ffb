"""The rows that there is one of, and who may do what with articles."""

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

READ = ["view_article"]
WRITE = [*READ, "write_articles"]
CONFIGURED = ["articlecategory", "synonymgroup"]
GROUPS: dict[str, list[str]] = {
    "Agent": READ,
    "Supervisor": READ,
    "Knowledge author": WRITE,
    "Knowledge publisher": [*WRITE, "publish_articles"],
    "Chat administrator": [
        "view_knowledgesettings",
        "change_knowledgesettings",
        "view_missedsearch",
        "delete_missedsearch",
        *(f"{verb}_{model}" for model in CONFIGURED for verb in ("add", "change", "view", "delete")),
    ],
}


def seed(apps: Any, schema_editor: Any) -> None:
    apps.get_model("knowledge", "KnowledgeSettings").objects.get_or_create(pk=1)
    apps.get_model("knowledge", "ArticleNumber").objects.get_or_create(pk=1)
    alias = schema_editor.connection.alias
    create_permissions(installed.get_app_config("knowledge"), verbosity=0, using=alias)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="knowledge"
    )
    for name, codenames in GROUPS.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
