"""The selector in force stands with each decision; of earlier ones nobody knows it any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0011_wait_promise")]

    operations = [
        migrations.AddField(
            "routingdecision",
            "selector",
            models.CharField(
                blank=True,
                choices=[
                    ("least_relative_load", "least relative load"),
                    ("fewest_open", "fewest open chats"),
                    ("rotation", "rotation"),
                    ("manual", "by hand"),
                ],
                default="",
                max_length=24,
                verbose_name="selector",
            ),
            preserve_default=False,
        ),
    ]
