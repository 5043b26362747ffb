"""Who makes API tokens: whoever makes users."""

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

CODENAMES = [f"{verb}_apitoken" for verb in ("add", "change", "view")]


def allow(apps: Any, schema_editor: Any) -> None:
    """To the group, if it is still there; who removed it meant it."""
    create_permissions(
        installed.get_app_config("tickets"), verbosity=0, using=schema_editor.connection.alias
    )
    group = apps.get_model("auth", "Group").objects.filter(name="Chat administrator").first()
    if group:
        permissions = apps.get_model("auth", "Permission").objects
        found = permissions.filter(content_type__app_label="tickets", codename__in=CODENAMES)
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("livechat", "0022_articles"),
        ("tickets", "0013_api_tokens"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
