"""Who begins to use a setting, and who switches it off: one of them waits for the other."""

from django.db import connection
from django.db.models import Model


def stays_in_use(model: type[Model], pk: int) -> bool:
    """Whether this row is not retired, and will not be before this transaction is over.

    FOR KEY SHARE, for which Django has no word: it waits for `hold`, and for nobody else who uses
    or saves the row. SQLite locks the whole database anyway.
    """
    rows = model._base_manager.filter(pk=pk, retired_at=None).order_by().values_list("pk")
    sql, values = rows.query.sql_with_params()
    if connection.features.has_select_for_update:
        sql += " FOR KEY SHARE"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone() is not None


def hold(row: Model) -> None:
    """Nobody begins to use the row now; whoever has, has committed, and can be counted."""
    rows = type(row)._base_manager.select_for_update().filter(pk=row.pk).order_by()
    list(rows.values_list("pk"))
