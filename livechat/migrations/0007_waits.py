"""What a wait is estimated from, by index; and when a silent customer was asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0006_invitation_withdrawn")]

    operations = [
        migrations.AddField("chat", "idle_asked_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "chat", models.Index(fields=["queue", "-accepted_at"], name="chat_accepted_in_queue")
        ),
        migrations.AddIndex(
            "chat", models.Index(fields=["queue", "-ended_at"], name="chat_ended_in_queue")
        ),
    ]
