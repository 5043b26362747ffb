"""What customers were told first of their wait, and how it came."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0010_vip_priority")]

    operations = [
        migrations.CreateModel(
            name="WaitPromise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("least_minutes", models.PositiveSmallIntegerField()),
                ("most_minutes", models.PositiveSmallIntegerField()),
                ("waited_seconds", models.PositiveIntegerField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "chat",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wait_promise",
                        to="livechat.chat",
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="livechat.queue",
                    ),
                ),
            ],
            options={
                "verbose_name": "promised wait",
                "verbose_name_plural": "promised waits",
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", False)),
                        fields=["queue", "-settled_at"],
                        name="promise_settled_in_queue",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("waited_seconds", None)),
                            models.Q(
                                ("settled_at__isnull", False), ("waited_seconds__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="promise_settled_says_how_long_it_was",
                    )
                ],
            },
        ),
    ]
