"""Chats of customers who are VIP may come before others."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0009_system_messages")]

    operations = [
        migrations.AddField(
            "chatsettings",
            "vip_priority_seconds",
            models.PositiveIntegerField(
                default=0,
                help_text=(
                    "Seconds by which chats of customers who are VIP come before others, as if "
                    "they had waited so much longer. It adds to the priority of their queue. "
                    "0: none."
                ),
                validators=[django.core.validators.MaxValueValidator(86400)],
                verbose_name="priority of VIPs",
            ),
        ),
    ]
