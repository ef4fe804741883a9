"""Reads about one subject: all that is on display under one credit code."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from gongshi.portal.models import Kind, Person, PublishedRecord
from gongshi.portal.queries import PAGE_SIZE, CannotRead, Page
from gongshi.portal.store import STORE

_SURVEYED = 2_000  # the newest records that names, counts and years are taken from
_CURSOR = re.compile(r"[0-9]{8}\.[0-9]{1,18}")


@dataclass(frozen=True, kw_only=True)
class Year:
    """How many decisions of each kind a year brought."""

    year: int
    licence: int
    penalty: int


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who stands behind a credit code; figures are of what is on display.

    `is_complete` is false where there are more records than were surveyed.
    """

    credit_code: str
    name: str
    other_names: Sequence[str]
    units: int
    licences: int
    penalties: int
    years: Sequence[Year]
    is_complete: bool


def find_subject(credit_code: str, on: date) -> Subject | None:
    """Return the subject of the credit code, None where nothing is on display."""
    columns = ("kind", "subject_name", "unit_code", "decision_date")
    newest = _records(credit_code, on).order_by("-position").values_list(*columns)
    rows = list(newest[: _SURVEYED + 1])
    if not rows:
        return None
    surveyed = rows[:_SURVEYED]
    kinds = Counter(kind for kind, _, _, _ in surveyed)
    names = list(dict.fromkeys(name for _, name, _, _ in surveyed))
    return Subject(
        credit_code=credit_code,
        name=names[0],
        other_names=names[1:],
        units=len({unit for _, _, unit, _ in surveyed}),
        licences=kinds[Kind.LICENCE.value],
        penalties=kinds[Kind.PENALTY.value],
        years=_years([(kind, day.year) for kind, _, _, day in surveyed]),
        is_complete=len(rows) <= _SURVEYED,
    )


def subject_records(credit_code: str, on: date, *, after: str | None = None) -> Page:
    """Return a page of the subject's records, the latest decided first.

    Raises:
        CannotRead: `bad-cursor`, where `after` was not made by an earlier page.
    """
    records = _records(credit_code, on).defer("detail", "search_text")
    if after:
        day, position = _read_cursor(after)
        records = records.filter(
            Q(decision_date__lt=day) | Q(decision_date=day, position__lt=position)
        )
    newest = records.order_by("-decision_date", "-position")
    found = list(newest[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    last = shown[-1] if len(found) > PAGE_SIZE else None
    following = f"{last.decision_date:%Y%m%d}.{last.position}" if last else None
    return Page(records=shown, next=following)


def _records(credit_code: str, on: date) -> QuerySet[PublishedRecord]:
    return PublishedRecord.objects.using(STORE).filter(
        Q(display_until__isnull=True) | Q(display_until__gte=on),
        credit_code=credit_code,
        person=Person.LEGAL,
    )


def _years(decisions: Sequence[tuple[str, int]]) -> list[Year]:
    counts = Counter(decisions)
    return [
        Year(
            year=year,
            licence=counts[Kind.LICENCE.value, year],
            penalty=counts[Kind.PENALTY.value, year],
        )
        for year in sorted({year for _, year in decisions}, reverse=True)
    ]


def _read_cursor(text: str) -> tuple[date, int]:
    if not _CURSOR.fullmatch(text):
        raise CannotRead("bad-cursor")
    day, position = text.split(".")
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:])), int(position)
    except ValueError as error:
        raise CannotRead("bad-cursor") from error
