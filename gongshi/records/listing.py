"""Lists and counts records of many units, fast however many there are.

The first rows of many units are merged (see `portal.merging`); a page begins behind the last
row of the one before. Counts stop at a bound. Conditions of partial indexes are
written out, as SQLite matches them term by term.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from gongshi.domain.lifecycle import State
from gongshi.domain.standards import Kind
from gongshi.portal.bulk import among
from gongshi.portal.merging import Way, first_keys
from gongshi.records.constraints import WAITING
from gongshi.records.models import Record
from gongshi.records.ways import (
    Asked,
    along,
    day_or_none,
    day_value,
    in_states,
    of_units,
    way_of,
)

PAGE = 25
MOST_COUNTED = 1_000
MOST_FOUND = 500  # by text; more are not sorted, the reader types more


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


def list_records(asked: Asked, *, after: str = "", size: int = PAGE) -> Listed:
    """Return one page; two queries, five where a text is looked for."""
    if not asked.units:
        return Listed(records=())
    way = way_of(asked)
    is_cut = False
    if after:
        _begin_behind(way, after)
    if asked.text:
        found, is_cut = _found_by_text(asked, way, size + 1)
    else:
        found = _first(way, size + 1)
    records = _fetched(found[:size])
    last = records[-1] if records and len(found) > size else None
    return Listed(
        records=records,
        after=_place(last, way.column) if last else "",
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


def first_records(way: Way, *, limit: int) -> Sequence[Record]:
    """Return the first records that are looked for; two queries."""
    return _fetched(_first(way, limit))


def first_deadline(batch_id: UUID, *, unit: int, since: date | None) -> date | None:
    """Return the first deadline, of those since a day, of a batch's unreviewed records.

    None where none waits, or where no deadline is known. One or two queries along the
    unit's index of deadlines, however large the batch is.
    """
    kinds = [str(kind) for kind in Kind]
    way = along("publish_by", [unit], state=[str(State.CHECKED)], kind=kinds)
    way.add(f"{in_states(*WAITING)} AND r.publish_by IS NOT NULL")
    way.add("r.batch_id = %s", batch_id.hex)
    way.between(day_or_none(since), None)
    first = first_records(way, limit=1)
    return first[0].publish_by if first else None


def _begin_behind(way: Way, after: str) -> None:
    day, _, key = after.partition("~")
    try:
        values = [day_value(date.fromisoformat(day)), UUID(key).hex]
    except ValueError:
        return  # made up by hand: the list begins at its beginning
    way.begin_behind(*values)


def _place(record: Record, column: str) -> str:
    return f"{getattr(record, column).isoformat()}~{record.pk.hex}"


def _found_by_text(asked: Asked, way: Way, limit: int) -> tuple[list[UUID], bool]:
    """Return the first of the rows that a text leads to, and whether there are more."""
    text = asked.text.strip()
    paths = [
        ("NOT (r.credit_code = '') AND r.credit_code = %s", [text.upper()]),
        (_begins("r.decision_number"), _beginning(text)),
        (_begins("r.subject_name"), _beginning(text)),
    ]
    led_to: set[str] = set()
    is_cut = False
    rows = "SELECT r.id FROM records_record r WHERE"
    ours = of_units(asked.units)
    for condition, values in paths:
        keys = _fetch(f"{rows} {ours} AND {condition} LIMIT {MOST_FOUND + 1}", values)
        is_cut = is_cut or len(keys) > MOST_FOUND
        led_to.update(key.hex for key in keys[:MOST_FOUND])
    condition, parameter = among(connection, "r.id", sorted(led_to), cast="uuid[]")
    where, values = way.where()
    # Fetched first: left to itself, PostgreSQL looks through all that waits for them.
    led = (
        "WITH led AS MATERIALIZED (SELECT r.id, r.unit_id, r.kind, r.state,"  # noqa: S608 - names are ours
        " r.decision_date, r.publish_by, r.hold_until, r.revoked_on, r.disputed_on"
        f" FROM records_record r WHERE {condition})"
    )
    chosen = f"{led} SELECT r.id FROM led r WHERE {where} {way.ordered(limit)}"  # noqa: S608 - as above
    return _fetch(chosen, [parameter, *values]), is_cut


def _first(way: Way, limit: int) -> list[UUID]:
    return _keys(first_keys(connection, way, limit))


def _fetch(statement: str, values: Sequence[Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return _keys([key for (key,) in cursor.fetchall()])


def _keys(found: Iterable[Any]) -> list[UUID]:
    return [key if isinstance(key, UUID) else UUID(key) for key in found]


def _begins(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"{column} ~>=~ %s AND {column} ~<~ %s"
    return f"{column} >= %s AND {column} < %s"


def _beginning(text: str) -> list[str]:
    return [text, f"{text}\U0010ffff"]


def _fetched(ids: Sequence[UUID]) -> Sequence[Record]:
    records = Record.objects.select_related("unit").defer("content", "sealed")
    by_id = {record.pk: record for record in records.filter(pk__in=ids)}
    return [by_id[key] for key in ids if key in by_id]
