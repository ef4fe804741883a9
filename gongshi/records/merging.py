"""Finds the first records of many units, in order, each unit's from an index.

However many units and records there are, little is read: first the head of each unit
(and kind and state), one look into an index; then rows only where they may be among
the first asked for, as those of a unit whose head comes too late cannot be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection


@dataclass(kw_only=True)
class Way:
    """What is looked for, in SQL over `records_record r`, and along which index.

    The index begins with the unit, then has the columns of `parts`, whose values are
    ours, never from outside; then `column`, by which the rows are in order. It is a
    date that is never null where `terms` hold.
    """

    column: str
    descending: bool = False
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, term: str, *values: object) -> None:
        """Narrow it by a term and its parameters."""
        self.terms.append(term)
        self.values += values

    @property
    def where(self) -> str:
        """All terms, for rows that are known otherwise than by the index."""
        parts = [
            f"r.{column} IN ({', '.join(map(_quoted, values))})"
            for column, values in self.parts.items()
        ]
        return " AND ".join([*parts, *self.terms])

    def ordered(self, limit: int) -> str:
        """Return the order and where it ends."""
        return f"ORDER BY r.{self.column} {self._way}, r.id {self._way} LIMIT {limit}"

    @property
    def _way(self) -> str:
        return "DESC" if self.descending else "ASC"

    def statement(self, units: Sequence[int], limit: int) -> tuple[str, list[Any]]:
        """Return the query for the first keys of the units, and its parameters."""
        rows = " AND ".join(
            [
                "r.unit_id = s.unit_id",
                *(f"r.{column} = s.{column}" for column in self.parts),
                *self.terms,
            ]
        )
        sign, end = (">=", date.min) if self.descending else ("<=", date.max)
        inner = (
            f"SELECT r.id, r.{self.column} FROM records_record r"  # noqa: S608 - names are ours
            f" WHERE {rows} AND r.{self.column} {sign} (SELECT head FROM bound)"
            f" {self.ordered(limit)}"
        )
        statement = (
            f"WITH {self._seeds(units)},"  # noqa: S608 - as above
            f" heads AS MATERIALIZED (SELECT s.*, (SELECT r.{self.column}"
            f" FROM records_record r WHERE {rows} {self.ordered(1)}) AS head"
            " FROM seeds s),"
            " bound AS MATERIALIZED (SELECT coalesce((SELECT head FROM heads"
            f" WHERE head IS NOT NULL ORDER BY head {self._way} LIMIT 1"
            f" OFFSET {limit - 1}), %s) AS head)"
            f" {_joined(inner)} AND s.head {sign} (SELECT head FROM bound)"
            f" {self.ordered(limit)}"
        )
        return statement, [*self.values, day_value(end), *self.values]

    def _seeds(self, units: Sequence[int]) -> str:
        """Return tables of the units, of the parts' values, and of all pairs of them."""
        tables = {"unit_id": [str(int(unit)) for unit in units]} | {
            column: list(map(_quoted, values)) for column, values in self.parts.items()
        }
        lists = [
            f"of_{column}({column}) AS (VALUES {', '.join(f'({v})' for v in values)})"
            for column, values in tables.items()
        ]
        pairs = " CROSS JOIN ".join(f"of_{column}" for column in tables)
        seeds = f"seeds AS (SELECT * FROM {pairs})"  # noqa: S608 - names are ours
        return ", ".join([*lists, seeds])


def first_ids(way: Way, units: Sequence[int], limit: int) -> list[UUID]:
    """Return the keys of the first rows of all the units together; one query."""
    return fetch_ids(*way.statement(units, limit)) if units else []


def fetch_ids(statement: str, values: Sequence[Any]) -> list[UUID]:
    """Return the keys that a query of ours finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [
            key if isinstance(key, UUID) else UUID(key) for (key,) in cursor.fetchall()
        ]


def day_value(day: date) -> str | date | None:
    """Return the day as the database takes it for a parameter."""
    return connection.ops.adapt_datefield_value(day)


def _joined(inner: str) -> str:
    """Return the beginning of a query for the rows behind each seed."""
    if connection.vendor == "postgresql":
        return f"SELECT r.id FROM heads s CROSS JOIN LATERAL ({inner}) r WHERE TRUE"  # noqa: S608 - names are ours
    # SQLite knows no LATERAL, but limits a list that depends on the row before.
    chosen = f"SELECT id FROM ({inner})"  # noqa: S608 - as above
    return (
        f"SELECT r.id FROM heads s CROSS JOIN records_record r WHERE r.id IN ({chosen})"  # noqa: S608 - as above
    )


def _quoted(value: str) -> str:
    return f"'{value}'"
