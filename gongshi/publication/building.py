"""Builds feed entries from records as they stand, form by form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection

from gongshi.accounts.models import Unit
from gongshi.domain.standards import CannotFindForm, Form, Kind, Person, form
from gongshi.publication.feed import Entry
from gongshi.publication.payload import Publication, payloads
from gongshi.records.models import Record

# What records of one group share; dates follow as they are stored.
_SHARED = ("edition", "kind", "person", "version", "status_mark")
_DATES = ("published_on", "corrected_on", "disputed_on")
_COLUMNS = ", ".join(f"r.{name}" for name in (*_SHARED, *_DATES))


@dataclass(kw_only=True, slots=True)
class Row:
    """What publishing reads of a record; `place` orders it within its batch."""

    record_id: UUID
    shared: tuple[str, ...]
    place: tuple[str, int]
    content: str


def rows_to_publish(batch_id: UUID, *, after: tuple[str, int], limit: int) -> list[Row]:
    """Return the batch's next checked records behind a place, held until the end."""
    # Read behind the last row instead of skipping it: a batch may have a million.
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id, r.sheet, r.row_number, r.content, {_COLUMNS},"  # noqa: S608 - names are ours
            " i.display_years FROM records_record r"
            " LEFT JOIN catalogue_catalogueitem i ON i.id = r.item_id"
            " WHERE r.batch_id = %s AND (r.sheet, r.row_number) > (%s, %s)"
            " AND r.state = 'checked' AND r.not_public_reason = ''"
            f" ORDER BY r.sheet, r.row_number LIMIT %s{_for_update()}",
            [batch_id.hex, *after, limit],
        )
        return [_row(values) for values in cursor.fetchall()]


def _for_update() -> str:
    return " FOR UPDATE OF r" if connection.features.has_select_for_update else ""


def _row(values: tuple[Any, ...]) -> Row:
    key, sheet, row_number, content, *shared = values
    return Row(
        record_id=key if isinstance(key, UUID) else UUID(key),
        shared=tuple(str(value or "") for value in shared),
        place=(sheet, row_number),
        content=content,
    )


def entries_of(rows: Sequence[Row], *, unit: Unit, on: date) -> list[Entry]:
    """Return the entries in the order of the rows; `on` is today in Shanghai."""
    entries: list[Entry | None] = [None] * len(rows)
    places = sorted(range(len(rows)), key=lambda i: rows[i].shared)
    for shared, group in groupby(places, key=lambda i: rows[i].shared):
        alike = list(group)
        publication = _publication(shared, unit=unit, on=on)
        contents = pl.Series([rows[i].content for i in alike], dtype=pl.String)
        for i, payload in zip(alike, payloads(contents, publication), strict=True):
            entries[i] = Entry(record_id=rows[i].record_id, payload=payload)
    return [entry for entry in entries if entry is not None]


def entry_of(record: Record, *, on: date) -> Entry:
    """Return the entry of one record as it stands."""
    values = [getattr(record, name) for name in (*_SHARED, *_DATES)]
    years = record.item.display_years if record.item else None
    row = Row(
        record_id=record.pk,
        shared=tuple(str(value or "") for value in (*values, years)),
        place=(record.sheet, record.row_number),
        content=record.content,
    )
    (entry,) = entries_of([row], unit=record.unit, on=on)
    return entry


def _publication(shared: tuple[str, ...], *, unit: Unit, on: date) -> Publication:
    edition, kind, person, version, mark, *dates, years = shared
    published, corrected, disputed = (_day(text) for text in dates)
    return Publication(
        unit=unit,
        form=_form(edition, Kind(kind), Person(person)),
        person=Person(person),
        published_on=published or on,
        version=int(version),
        corrected_on=corrected,
        disputed_on=disputed,
        display_years=int(years) if years else None,
        mark=mark,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _form(edition: str, kind: Kind, person: Person) -> Form:
    """Return the form for all subjects of the edition, or the one for this kind."""
    try:
        return form(edition, kind, Person.ANY)
    except CannotFindForm:
        return form(edition, kind, person)
