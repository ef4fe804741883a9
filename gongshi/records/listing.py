"""Lists and counts records of many units, fast however many there are.

The database is asked unit by unit for the first rows in order, each an index's own
beginning, and the few rows of all units are put in order; a page begins behind the
last row of the one before. Counts stop at a bound. Conditions of partial indexes are
written out, as SQLite matches them term by term.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from gongshi.domain.lifecycle import State
from gongshi.domain.standards import Kind
from gongshi.portal.bulk import among
from gongshi.records.constraints import ASIDE, WAITING
from gongshi.records.models import Record

PAGE = 25
MOST_COUNTED = 1_000
MOST_FOUND = 500  # by text; more are not sorted, the reader types more
_OPEN = (State.CHECKED, State.APPROVED, State.RETURNED)


class Order(StrEnum):
    """In which order records are listed."""

    DECIDED = "decided"  # newest decision first
    DEADLINE = "deadline"  # what is due first, of what still waits


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a list shows; empty means all. `units` are keys that the reader may see.

    `due_from` to `due_until` is about what still waits for publication. `text` is a
    credit code, or how a decision number or a name begins.
    """

    units: Sequence[int]
    kind: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    due_from: date | None = None
    due_until: date | None = None
    text: str = ""
    order: Order = Order.DECIDED


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A page of records; `after` is where the next one begins, empty at the end.

    `is_cut` says that a text leads to more than were looked at.
    """

    records: Sequence[Record]
    after: str = ""
    is_cut: bool = False


@dataclass(frozen=True, kw_only=True)
class Bounded:
    """A count that stops at a bound."""

    number: int

    @property
    def is_exact(self) -> bool:
        """Whether there are no more than these."""
        return self.number <= MOST_COUNTED

    def __bool__(self) -> bool:
        return self.number > 0

    def __str__(self) -> str:
        return f"{self.number:,}" if self.is_exact else f"{MOST_COUNTED:,}+"


@dataclass(kw_only=True)
class _Query:
    """A condition in SQL and its parameters; the table of records is `r`."""

    parts: tuple[str, ...] = ("",)
    part_column: str = ""
    column: str
    descending: bool
    terms: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, term: str, *values: object) -> None:
        self.terms.append(term)
        self.values += values


def list_records(asked: Asked, *, after: str = "", size: int = PAGE) -> Listed:
    """Return one page; two queries, five where a text is looked for."""
    if not asked.units:
        return Listed(records=())
    query = _query(asked)
    is_cut = False
    if asked.text:
        ids, is_cut = _found_by_text(asked)
        if not ids:
            return Listed(records=())
        condition, parameter = among(connection, "r.id", ids, cast="uuid[]")
        query.add(condition, parameter)
    if after:
        _begin_behind(query, after)
    find = _ids_among if asked.text else _ids_by_unit
    found = find(query, asked, size + 1)
    records = _fetched(found[:size])
    last = records[-1] if records and len(found) > size else None
    return Listed(
        records=records,
        after=_place(last, query.column) if last else "",
        is_cut=is_cut,
    )


def count(conditions: Mapping[str, tuple[str, Sequence[object]]]) -> dict[str, Bounded]:
    """Return bounded counts by name, all in one query.

    Each condition is SQL over `records_record r` with its parameters.
    """
    selects: list[str] = []
    values: list[Any] = []
    for where, parameters in conditions.values():
        selects.append(
            f"(SELECT count(*) FROM (SELECT 1 FROM records_record r WHERE {where}"  # noqa: S608 - conditions are ours
            f" LIMIT {MOST_COUNTED + 1}) bounded)"
        )
        values += parameters
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(selects)}", values)
        row = cursor.fetchone()
    return {
        name: Bounded(number=number)
        for name, number in zip(conditions, row, strict=True)
    }


def first_records(
    where: str, values: Sequence[object], *, order: str, limit: int
) -> Sequence[Record]:
    """Return the first records of a condition, as in `count`; two queries."""
    return _fetched(
        _fetch(
            f"SELECT r.id FROM records_record r WHERE {where}"  # noqa: S608 - as above
            f" ORDER BY {order} LIMIT {limit}",
            values,
        )
    )


def of_units(units: Iterable[int]) -> str:
    """Return SQL for "is of one of these units"."""
    keys = ", ".join(str(int(key)) for key in sorted(units))
    return f"r.unit_id IN ({keys or 'NULL'})"


def in_states(*states: State) -> str:
    """Return SQL for "is in one of these states"."""
    return f"r.state IN ({', '.join(repr(str(state)) for state in states)})"


def waiting_in(*states: State) -> str:
    """Return SQL for "waits in one of these states", as the index of deadlines has it."""
    return f"{in_states(*WAITING)} AND {in_states(*states)}"


def _query(asked: Asked) -> _Query:
    is_due = asked.due_from is not None or asked.due_until is not None
    if asked.order is Order.DEADLINE or is_due:
        query = _by_deadline(asked)
    elif asked.state in (*map(str, ASIDE),):
        query = _Query(column="decision_date", descending=True)
        query.add(f"{in_states(*ASIDE)} AND r.state = %s", asked.state)
        _of_kind(query, asked)
    else:
        kinds = (str(Kind(asked.kind)),) if asked.kind else tuple(map(str, Kind))
        query = _Query(
            column="decision_date", descending=True, parts=kinds, part_column="kind"
        )
        query.add("r.state = %s" if asked.state else "r.state <> 'received'")
        query.values += [asked.state] if asked.state else []
    _between(query, "r.decision_date", asked.since, asked.until)
    return query


def _by_deadline(asked: Asked) -> _Query:
    states = (str(State(asked.state)),) if asked.state else tuple(map(str, _OPEN))
    query = _Query(
        column="publish_by", descending=False, parts=states, part_column="state"
    )
    query.add(f"{in_states(*WAITING)} AND r.publish_by IS NOT NULL")
    _of_kind(query, asked)
    _between(query, "r.publish_by", asked.due_from, asked.due_until)
    return query


def _of_kind(query: _Query, asked: Asked) -> None:
    if asked.kind:
        query.add("r.kind = %s", asked.kind)


def _between(
    query: _Query, column: str, since: date | None, until: date | None
) -> None:
    if since is not None:
        query.add(f"{column} >= %s", _day(since))
    if until is not None:
        query.add(f"{column} <= %s", _day(until))


def _begin_behind(query: _Query, after: str) -> None:
    day, _, key = after.partition("~")
    try:
        values = [_day(date.fromisoformat(day)), UUID(key).hex]
    except ValueError:
        return  # made up by hand: the list begins at its beginning
    sign = "<" if query.descending else ">"
    query.add(f"(r.{query.column}, r.id) {sign} (%s, %s)", *values)


def _place(record: Record, column: str) -> str:
    return f"{getattr(record, column).isoformat()}~{record.pk.hex}"


def _ids_among(query: _Query, asked: Asked, limit: int) -> list[UUID]:
    """Return the first of a bounded number of rows that are known by their ids."""
    if query.part_column:
        parts = ", ".join(f"'{part}'" for part in query.parts)
        query.terms.append(f"r.{query.part_column} IN ({parts})")
    return _fetch(
        f"SELECT r.id FROM records_record r WHERE {of_units(asked.units)}"  # noqa: S608 - names are ours
        f" AND {' AND '.join(query.terms)} {_ordered(query, limit)}",
        query.values,
    )


def _ids_by_unit(query: _Query, asked: Asked, limit: int) -> list[UUID]:
    """Return the first rows of all units, from the first rows of each."""
    seeds = [(int(unit), part) for unit in asked.units for part in query.parts]
    rows = ", ".join(f"({unit}, '{part}')" for unit, part in seeds)
    part = f" AND r.{query.part_column} = s.part" if query.part_column else ""
    order = _ordered(query, limit)
    inner = (
        f"SELECT r.id, r.{query.column} FROM records_record r"  # noqa: S608 - names are ours
        f" WHERE r.unit_id = s.unit_id{part} AND {' AND '.join(query.terms)} {order}"
    )
    if connection.vendor == "postgresql":
        statement = (
            f"SELECT r.id FROM (VALUES {rows}) s(unit_id, part)"  # noqa: S608 - as above
            f" CROSS JOIN LATERAL ({inner}) r {order}"
        )
    else:
        chosen = inner.replace(f"SELECT r.id, r.{query.column}", "SELECT r.id", 1)
        statement = (
            f"WITH s(unit_id, part) AS (VALUES {rows})"  # noqa: S608 - as above
            f" SELECT r.id FROM s CROSS JOIN records_record r WHERE r.id IN ({chosen})"
            f" {order}"
        )
    return _fetch(statement, query.values)


def _ordered(query: _Query, limit: int) -> str:
    way = "DESC" if query.descending else "ASC"
    return f"ORDER BY r.{query.column} {way}, r.id {way} LIMIT {limit}"


def _fetch(statement: str, values: Sequence[Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [
            key if isinstance(key, UUID) else UUID(key) for (key,) in cursor.fetchall()
        ]


def _found_by_text(asked: Asked) -> tuple[list[str], bool]:
    """Return the ids that a text leads to, and whether there are more."""
    text = asked.text.strip()
    ways = [
        ("NOT (r.credit_code = '') AND r.credit_code = %s", [text.upper()]),
        (_begins("r.decision_number"), _beginning(text)),
        (_begins("r.subject_name"), _beginning(text)),
    ]
    found: set[str] = set()
    is_cut = False
    for condition, values in ways:
        keys = _fetch(
            f"SELECT r.id FROM records_record r WHERE {of_units(asked.units)}"  # noqa: S608 - as above
            f" AND {condition} LIMIT {MOST_FOUND + 1}",
            values,
        )
        is_cut = is_cut or len(keys) > MOST_FOUND
        found.update(key.hex for key in keys[:MOST_FOUND])
    return sorted(found), is_cut


def _begins(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"{column} ~>=~ %s AND {column} ~<~ %s"
    return f"{column} >= %s AND {column} < %s"


def _beginning(text: str) -> list[str]:
    return [text, f"{text}\U0010ffff"]


def _day(day: date) -> str | date | None:
    return connection.ops.adapt_datefield_value(day)


def _fetched(ids: Sequence[UUID]) -> Sequence[Record]:
    records = Record.objects.select_related("unit").defer("content", "sealed")
    by_id = {record.pk: record for record in records.filter(pk__in=ids)}
    return [by_id[key] for key in ids if key in by_id]
