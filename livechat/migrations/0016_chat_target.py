"""How far a chat's target was told, and when the next step comes; chats of before are looked at."""

from typing import Any

import django.utils.timezone
from django.db import migrations, models
from django.utils import timezone


def fill(apps: Any, schema_editor: Any) -> None:
    """The clock finds out what runs for each, at its next tick."""
    chats = apps.get_model("livechat", "Chat").objects
    live = chats.filter(status__in=["queued", "assigned", "transferred"], left_at=None)
    live.update(target_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("livechat", "0015_targets")]

    operations = [
        migrations.AddField("chat", "target_told", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("chat", "target_at", models.DateTimeField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            "chat",
            "target_at",
            models.DateTimeField(null=True, default=django.utils.timezone.now),
        ),
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(condition=models.Q(('target_at__isnull', False)), fields=['target_at'], name='chat_target_due'),
        ),
        migrations.AddConstraint(
            model_name='chat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(models.Q(('target_at__isnull', False), ('target_told__lt', 2)), models.Q(('target_at', None), ('target_told', 2)), _connector='OR'), ('left_at', None), ('status__in', ['queued', 'assigned', 'transferred'])), models.Q(models.Q(('status__in', ['queued', 'transferred']), _negated=True), ('target_at', None), ('target_told', 0)), _connector='OR'), name='chat_target_at_while_a_step_is_left'),
        ),
    ]
