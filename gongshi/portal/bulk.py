"""The one place that knows how each database takes many rows at once."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

Row = Sequence[Any]

_CHUNK = 5_000


def insert_rows(
    connection: BaseDatabaseWrapper,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
) -> int:
    """Insert the rows into the table in the present transaction; return how many.

    Values are str (JSON too), int, float, bool, None, bytes, UUID, date or aware
    datetime; both back ends store them as Django's models would. SQLite takes
    them by `executemany`, PostgreSQL by COPY.

    Raises:
        django.db.IntegrityError: a row breaks a constraint; nothing of it stays
            once the caller's transaction rolls back.
    """
    if connection.vendor == "postgresql":
        return _copy(connection, table, columns, rows)
    return _execute_many(connection, table, columns, rows)


def insert_frame(
    connection: BaseDatabaseWrapper, table: str, frame: pl.DataFrame
) -> int:
    """Insert the rows of a frame whose columns have the table's names.

    As `insert_rows`, and faster: on SQLite no row is taken apart.
    """
    columns = [column.to_list() for column in frame.get_columns()]
    if connection.vendor == "postgresql":
        return _copy(connection, table, frame.columns, zip(*columns, strict=True))
    statement = _insert_statement(connection, table, frame.columns)
    with connection.cursor() as cursor:
        stored = map(_stored, columns)
        cursor.executemany(statement, list(zip(*stored, strict=True)))
    return frame.height


def among(
    connection: BaseDatabaseWrapper, column: str, values: list[str], *, cast: str
) -> tuple[str, str | list[str]]:
    """Return SQL for "the column is one of these" and its single parameter.

    One parameter for any number of values: an array on PostgreSQL, where `cast`
    is its type, JSON on SQLite. `column` is never anything from outside.
    """
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s::{cast})", values
    chosen = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - names are ours
    return chosen, json.dumps(values)


def _execute_many(
    connection: BaseDatabaseWrapper,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
) -> int:
    statement = _insert_statement(connection, table, columns)
    waiting = iter(rows)
    inserted = 0
    with connection.cursor() as cursor:
        while chunk := list(islice(waiting, _CHUNK)):
            stored = map(_stored, zip(*chunk, strict=True))
            cursor.executemany(statement, list(zip(*stored, strict=True)))
            inserted += len(chunk)
    return inserted


def _insert_statement(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str]
) -> str:
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    return (
        f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES ({places})"  # noqa: S608 - names are ours, values are parameters
    )


def _copy(
    connection: BaseDatabaseWrapper,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
) -> int:
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    statement = f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN"
    inserted = 0
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)
            inserted += 1
    return inserted


def _stored(column: Sequence[Any]) -> Sequence[Any]:
    """Return a column, of one type, as Django's SQLite models store it."""
    first = next((value for value in column if value is not None), None)
    stored = _STORED.get(type(first))
    if stored is None:
        return column
    return [None if value is None else stored(value) for value in column]


@lru_cache(maxsize=256)
def _naive_utc(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


_STORED: dict[type, Callable[[Any], Any]] = {
    UUID: lambda value: value.hex,
    date: date.isoformat,
    datetime: _naive_utc,
}
