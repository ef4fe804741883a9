"""Searching: what a reader typed becomes a page of records, exact ones first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connections
from django.db.models import Q, QuerySet

from gongshi.domain.search_text import normalise
from gongshi.portal.models import Person, PublishedRecord
from gongshi.portal.queries import PAGE_SIZE, CannotRead, Page
from gongshi.portal.search import BoundedCount, Criteria, index_of
from gongshi.portal.store import STORE

MAX_TERM = 100

_CURSOR = re.compile(r"([es])\.([0-9]{1,18})")
_EXACT, _SUBSTRING = "e", "s"


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a reader looks for; an empty `term` looks for nothing yet."""

    term: str
    kind: str | None
    on: date


def read_query(text: str, *, kind: str | None, on: date) -> Query:
    """Return the query for what was typed, in the form that is searched.

    Raises:
        CannotRead: `too-long`, or `not-text` where it holds control characters.
    """
    if len(text) > MAX_TERM:
        raise CannotRead("too-long")
    if "\x00" in text:
        raise CannotRead("not-text")
    term = normalise(text)
    if len(term) > MAX_TERM * 4:
        raise CannotRead("too-long")
    return Query(term=term, kind=kind, on=on)


def find(query: Query, *, after: str | None = None) -> Page:
    """Return a page of the displayed records whose search text contains the term.

    First come those whose credit code or decision number is the term, then all
    others; each group newest first. Natural persons' records are never found.

    Raises:
        CannotRead: `bad-cursor`, where `after` was not made by an earlier page.
    """
    phase, before = _read_cursor(after)
    wanted = PAGE_SIZE + 1
    tagged: list[tuple[str, int]] = []
    if phase == _EXACT:
        positions = _exact_positions(_criteria(query, before), wanted)
        tagged += [(_EXACT, position) for position in positions]
        before = None
    if len(tagged) < wanted:
        criteria = replace(_criteria(query, before), without_exact=True)
        connection = connections[STORE]
        positions = index_of(connection).positions(
            connection, criteria, wanted - len(tagged)
        )
        tagged += [(_SUBSTRING, position) for position in positions]
    shown = tagged[:PAGE_SIZE]
    has_more = len(tagged) > PAGE_SIZE
    return Page(
        records=_records([position for _, position in shown]),
        next="{}.{}".format(*shown[-1]) if has_more else None,
    )


def count(query: Query) -> BoundedCount:
    """Count the records that the query finds on all its pages, up to a bound."""
    connection = connections[STORE]
    return index_of(connection).count(connection, _criteria(query, None))


def _criteria(query: Query, before: int | None) -> Criteria:
    return Criteria(term=query.term, on=query.on, kind=query.kind, before=before)


def _exact_positions(criteria: Criteria, limit: int) -> list[int]:
    is_exact = Q(decision_number_key=criteria.term)
    if criteria.credit_code:
        is_exact |= Q(credit_code=criteria.credit_code)
    records = _displayed(criteria.on).filter(is_exact, person=Person.LEGAL)
    if criteria.kind:
        records = records.filter(kind=criteria.kind)
    if criteria.before is not None:
        records = records.filter(position__lt=criteria.before)
    newest = records.order_by("-position").values_list("position", flat=True)
    return list(newest[:limit])


def _displayed(on: date) -> QuerySet[PublishedRecord]:
    return PublishedRecord.objects.using(STORE).filter(
        Q(display_until__isnull=True) | Q(display_until__gte=on)
    )


def _records(positions: Sequence[int]) -> list[PublishedRecord]:
    """Return the records at the positions, in the order of the positions."""
    found = PublishedRecord.objects.using(STORE).filter(position__in=positions)
    at = {record.position: record for record in found}
    return [at[position] for position in positions if position in at]


def _read_cursor(text: str | None) -> tuple[str, int | None]:
    if not text:
        return _EXACT, None
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise CannotRead("bad-cursor")
    return match[1], int(match[2])
