"""What the chats of before need for the constraints of routing; reasons and rights to begin with."""

from typing import Any

import django.db.models.expressions
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

REASONS = [("On a call", True), ("Follow-up work", True), ("Break", False)]
CONFIGURED = ["topic", "availabilityreason"]
VIEWED = ["routingdecision"]


def fill(apps: Any, schema_editor: Any) -> None:
    chats = apps.get_model("livechat", "Chat").objects
    chats.exclude(status__in=["queued", "assigned"]).update(next_action="", next_action_at=None)
    chats.filter(status="assigned").update(next_action="look")
    for order, (label, is_work) in enumerate(REASONS, start=1):
        apps.get_model("livechat", "AvailabilityReason").objects.get_or_create(
            label=label, defaults={"is_work": is_work, "order": order * 10}
        )
    create_permissions(
        installed.get_app_config("livechat"), verbosity=0, using=schema_editor.connection.alias
    )
    wanted = [f"{verb}_{model}" for model in CONFIGURED for verb in ("add", "change", "view", "delete")]
    wanted += [f"view_{model}" for model in VIEWED]
    group = apps.get_model("auth", "Group").objects.filter(name="Chat administrator").first()
    if group:
        permissions = apps.get_model("auth", "Permission").objects
        group.permissions.add(
            *permissions.filter(content_type__app_label="livechat", codename__in=wanted)
        )


class Migration(migrations.Migration):
    dependencies = [("livechat", "0003_routing")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='chat',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at', None), ('status__in', ['queued', 'assigned', 'transferred'])), fields=('customer',), name='chat_one_live_per_customer'),
        ),
        migrations.AddConstraint(
            model_name='chat',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['queued', 'assigned', 'transferred', 'ended', 'abandoned', 'cancelled'])), name='chat_status_known'),
        ),
        migrations.AddConstraint(
            model_name='chat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agent', None), ('status__in', ['queued', 'cancelled', 'transferred'])), models.Q(('agent__isnull', False), ('status__in', ['assigned', 'ended', 'abandoned'])), _connector='OR'), name='chat_agent_matches_status'),
        ),
        migrations.AddConstraint(
            model_name='chat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('status__in', ['queued', 'assigned', 'transferred'])), models.Q(('ended_at__isnull', False), ('status__in', ['ended', 'abandoned', 'cancelled'])), _connector='OR'), name='chat_ended_at_matches_status'),
        ),
        migrations.AddConstraint(
            model_name='chat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'transferred'), ('transferred_by__isnull', False), ('transferred_to__isnull', False)), models.Q(models.Q(('status', 'transferred'), _negated=True), ('transferred_by', None), ('transferred_to', None)), _connector='OR'), name='chat_transfer_matches_status'),
        ),
        migrations.AddConstraint(
            model_name='chat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('next_action', ''), _negated=True), ('next_action_at__isnull', False), ('status__in', ['queued', 'assigned', 'transferred'])), models.Q(('next_action', ''), ('next_action_at', None), ('status__in', ['ended', 'abandoned', 'cancelled'])), _connector='OR'), name='chat_has_next_action_until_it_is_over'),
        ),
    ]
