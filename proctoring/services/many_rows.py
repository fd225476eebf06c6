"""Many rows of one table changed by one statement, each to values of its own."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, models


def update_many(
    model: type[models.Model],
    rows: Sequence[models.Model],
    fields: Sequence[str],
    *,
    only_where: Sequence[str] = (),
) -> int:
    """Write these fields of the rows; of `only_where` a row must hold what the object says. Returns how many.

    `bulk_update` builds a condition for every value, which takes longer than all else in a fold.
    """
    if not rows or not fields:
        return 0
    keys = _columns(model, ["pk", *only_where])
    written = _columns(model, fields)
    names = [*keys, *written]
    given = {field: _typed(f"given.column{place}", field) for place, field in enumerate(names, 1)}
    table = connection.ops.quote_name(model._meta.db_table)
    setting = ", ".join(f"{_name(field)} = {given[field]}" for field in written)
    where = " AND ".join(f"{table}.{_name(field)} = {given[field]}" for field in keys)
    place = f"({', '.join(['%s'] * len(names))})"
    values = ", ".join([place] * len(rows))
    statement = f"UPDATE {table} SET {setting} FROM (VALUES {values}) AS given WHERE {where}"  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        cursor.execute(statement, list(_values(rows, names)))
        return int(cursor.rowcount)


def _columns(model: type[models.Model], names: Sequence[str]) -> "list[models.Field[Any, Any]]":
    meta = model._meta
    return [meta.pk if name == "pk" else meta.get_field(name) for name in names]  # type: ignore[misc]


def _name(field: "models.Field[Any, Any]") -> str:
    assert field.column is not None
    return connection.ops.quote_name(field.column)


def _typed(value: str, field: "models.Field[Any, Any]") -> str:
    """A value alone, and NULL above all, has no type that PostgreSQL could see."""
    if not connection.features.requires_casted_case_in_updates:
        return value
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return f"CAST({value} AS {target.cast_db_type(connection)})"


def _values(rows: Sequence[models.Model], fields: "Sequence[models.Field[Any, Any]]") -> Iterator[Any]:
    for row in rows:
        for field in fields:
            yield field.get_db_prep_save(getattr(row, field.attname), connection)
