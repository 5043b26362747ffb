"""PostgreSQL keeps each word with the ticket's company too: few companies' are found alone."""

from typing import Any

from django.db import migrations, models

WORDS = "string_to_array(sought, ' ')"
OF_COMPANY = "string_to_array(replace(sought, ' ', ' :' || company_id::text || ':'), ' ')"
KEPT = f"array_to_tsvector(array_remove({WORDS} || {OF_COMPANY}, ''))"
BEFORE = "to_tsvector('simple'::regconfig, COALESCE(sought, ''))"


def keep(words: str) -> Any:
    def operate(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute("SET LOCAL statement_timeout = 0")  # Every row is written anew.
            schema_editor.execute(
                "ALTER TABLE tickets_ticket DROP COLUMN sought_words, ADD COLUMN sought_words"
                f" tsvector GENERATED ALWAYS AS ({words}) STORED"
            )
            schema_editor.execute(
                "CREATE INDEX ticket_sought ON tickets_ticket USING gin (sought_words)"
            )

    return operate


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_ticket_files")]

    operations = [
        migrations.RunPython(keep(KEPT), keep(BEFORE)),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["company", "status", "-created_at"], name="ticket_of_company_in_status"
            ),
        ),
        migrations.AlterField(  # Two indexes begin with it, and as many with the status.
            model_name="ticket",
            name="company",
            field=models.ForeignKey(
                on_delete=models.PROTECT, related_name="tickets", to="tickets.company",
                db_index=False,
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="status",
            field=models.ForeignKey(
                on_delete=models.PROTECT, related_name="tickets", to="tickets.status",
                db_index=False,
            ),
        ),
    ]
