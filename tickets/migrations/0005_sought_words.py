"""PostgreSQL keeps the words that search looks through: a row that is judged costs no parsing."""

from typing import Any

from django.db import migrations

FORWARD = [
    "DROP INDEX ticket_sought",
    "ALTER TABLE tickets_ticket ADD COLUMN sought_words tsvector"
    " GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, COALESCE(sought, ''))) STORED",
    "CREATE INDEX ticket_sought ON tickets_ticket USING gin (sought_words)",
]
BACK = [
    "DROP INDEX ticket_sought",
    "ALTER TABLE tickets_ticket DROP COLUMN sought_words",
    "CREATE INDEX ticket_sought ON tickets_ticket USING gin "
    "(to_tsvector('simple'::regconfig, COALESCE(sought, '')))",
]


def run(statements: list[str]) -> Any:
    def operate(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return operate


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_list_indexes")]

    operations = [migrations.RunPython(run(FORWARD), run(BACK))]
