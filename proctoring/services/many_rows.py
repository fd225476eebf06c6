"""Many rows of one table written by one statement, each with values of its own.

`bulk_create` and `bulk_update` do the same for any model; where a thousand rows a second are written, what
they do for each value takes longer than what the database does for the row.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DEFAULT_DB_ALIAS

Row = TypeVar("Row")
# A statement of SQLite takes 32,766 values.
MOST_ROWS = 2000


def insert_many(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    alike: Mapping[str, Any],
) -> None:
    """Write new rows: `fields` differ from row to row, `alike` is the same for all; keys make themselves."""
    differing, same = _columns(model, fields), _columns(model, list(alike))
    names = ", ".join(_name(field) for field in (*differing, *same))
    given = [_typed(f"given.column{place}", field) for place, field in enumerate(differing, 1)]
    shown = ", ".join([*given, *(_typed("%s", field) for field in same)])
    here = connections[DEFAULT_DB_ALIAS]
    first = [_prepared(field, value, here) for field, value in zip(same, alike.values(), strict=True)]
    for portion in _portions(rows):
        source = _given(len(differing), len(portion))
        statement = f"INSERT INTO {_table(model)} ({names}) SELECT {shown} FROM {source}"  # noqa: S608 - names of ours
        values = [
            _prepared(field, value, here)
            for row in portion
            for field, value in zip(differing, row, strict=True)
        ]
        with here.cursor() as cursor:
            cursor.execute(statement, [*first, *values])


def update_many(
    model: type[models.Model],
    rows: Sequence[models.Model],
    fields: Sequence[str],
) -> None:
    """Write these fields of the rows."""
    if not fields:
        return
    names = _columns(model, ["pk", *fields])
    key, *written = names
    given = {field: _typed(f"given.column{place}", field) for place, field in enumerate(names, 1)}
    setting = ", ".join(f"{_name(field)} = {given[field]}" for field in written)
    where = f"{_table(model)}.{_name(key)} = {given[key]}"
    here = connections[DEFAULT_DB_ALIAS]
    for portion in _portions(rows):
        source = _given(len(names), len(portion))
        statement = f"UPDATE {_table(model)} SET {setting} FROM {source} WHERE {where}"  # noqa: S608 - names of ours
        values = [_prepared(field, getattr(row, field.attname), here) for row in portion for field in names]
        with here.cursor() as cursor:
            cursor.execute(statement, values)


def _portions(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[first : first + MOST_ROWS] for first in range(0, len(rows), MOST_ROWS))


def _given(width: int, height: int) -> str:
    row = f"({', '.join(['%s'] * width)})"
    return f"(VALUES {', '.join([row] * height)}) AS given"


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


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


def _prepared(field: "models.Field[Any, Any]", value: Any, here: BaseDatabaseWrapper) -> Any:
    """`here` is the connection itself: to look it up for each value took as long as the rest."""
    return field.get_db_prep_save(value, here)
