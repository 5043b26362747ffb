"""Who was asked into a chat and has not answered stands in its column of invitees as well."""

from typing import Any

from django.db import migrations


def write_down(apps: Any, schema_editor: Any) -> None:
    chats = apps.get_model("livechat", "Chat").objects
    waiting = apps.get_model("livechat", "Invitation").objects.filter(status="pending")
    for asked in waiting.select_related("chat").order_by("pk"):
        chat = chats.get(pk=asked.chat_id)
        chat.invitees = " ".join(sorted([*chat.invitees.split(), f"i{asked.agent_id}"]))
        chat.save(update_fields=["invitees"])


class Migration(migrations.Migration):
    dependencies = [("livechat", "0012_decision_selector")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
