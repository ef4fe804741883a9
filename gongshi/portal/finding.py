"""Searching: what a reader asked for becomes a page of records, exact ones first."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.db import connections

from gongshi.domain.person_key import person_key
from gongshi.portal.counting import Known, Moment, known_counts
from gongshi.portal.lately import lately_read
from gongshi.portal.matching import matches, newer_matches
from gongshi.portal.models import Person, PublishedRecord
from gongshi.portal.queries import PAGE_SIZE, CannotRead, Page, is_displayed
from gongshi.portal.query import MAX_TERM, Query, read_query
from gongshi.portal.search import (
    COUNT_LIMIT,
    BoundedCount,
    CannotFinish,
    Criteria,
    bounded,
    bounded_time,
    conditions,
    enough,
    index_of,
)
from gongshi.portal.search.filters import Value
from gongshi.portal.store import STORE

__all__ = ["MAX_TERM", "Query", "count", "find", "find_person", "read_query"]

_CURSOR = re.compile(r"([esl])\.([0-9]{1,18})")
_EXACT, _SUBSTRING, _LISTED = "e", "s", "l"
_PERSONS_AT_MOST = 20


def find(
    query: Query,
    *,
    after: str | None = None,
    size: int = PAGE_SIZE,
    now: Moment | None = None,
) -> Page:
    """Return a page of the displayed records that the query asks for.

    With a term: those whose search text contains it, first those whose credit code or
    decision number is the term, then all others; each group newest first, or oldest.
    With filters alone: those of the rolling list, as all others are found by a term
    only. Natural persons' records are never found. With the present state of the store,
    `now`, records that were read lately are not read again.

    Raises:
        CannotRead: `bad-cursor`, where `after` was not made by an earlier page;
            `too-slow`, where the search was broken off.
    """
    phase, beyond = _read_cursor(after)
    if (phase == _LISTED) != (not query.term) and after:
        raise CannotRead("bad-cursor")
    try:
        with bounded_time():
            if query.term:
                return _found(query, phase, beyond, size, now)
            listed = _listed_positions(query, _criteria(query, beyond), size + 1)
            return _page([(_LISTED, position) for position in listed], size, now)
    except CannotFinish as error:
        raise CannotRead("too-slow") from error


def count(
    query: Query, *, first: Page | None = None, now: Moment | None = None
) -> BoundedCount:
    """Count the records that the query finds on all its pages, up to a bound.

    The bound is a number, and an effort: what is hard to count is more than some round
    number.

    With the query's `first` page at hand, nothing is counted where there is no other;
    and where counting is broken off, there are more than that page holds. With the
    present state of the store, `now`, an earlier count that still holds is taken, and
    what is newer is added to it.

    Raises:
        CannotRead: `too-slow`, where counting was broken off without a first page.
    """
    if first is not None and first.next is None:
        return BoundedCount(number=len(first.records), is_exact=True)
    try:
        with bounded_time():
            found = _counted(query, None) if now is None else _kept_count(query, now)
    except CannotFinish as error:
        if first is None:
            raise CannotRead("too-slow") from error
        return _at_least(BoundedCount(number=0, is_exact=False), first)
    return _at_least(found, first)


def _kept_count(query: Query, now: Moment) -> BoundedCount:
    known = known_counts.get(query, now)
    if known is not None and not now.only_added(known.at):
        return known.count  # it can spare those that went
    found = _counted(query, now) if known is None else _renewed(query, known, now)
    known_counts.put(query, found, now)
    return found


def _renewed(query: Query, known: Known, now: Moment) -> BoundedCount:
    if known.at == now or not known.count.is_exact:
        return known.count
    room = enough(COUNT_LIMIT) - known.count.number
    return bounded(known.count.number + len(_newer(query, known.at, now, room)))


def _newer(query: Query, since: Moment, now: Moment, limit: int) -> Sequence[int]:
    """Return the positions of what the query finds that came between the two states."""
    if query.term:
        return newer_matches(_criteria(query, None), since, now, limit)
    criteria = replace(_criteria(query, since.change), oldest_first=True)
    found = _listed_positions(query, criteria, limit)
    return [position for position in found if position <= now.change]


def _counted(query: Query, now: Moment | None) -> BoundedCount:
    """Count all, or those of that state, though others may have come since."""
    beyond = None if now is None else now.change + 1
    criteria = replace(_criteria(query, beyond), oldest_first=False)
    if not query.term:
        return bounded(len(_listed_positions(query, criteria, enough(COUNT_LIMIT))))
    connection = connections[STORE]
    return index_of(connection).count(connection, criteria)


def _at_least(count: BoundedCount, first: Page | None) -> BoundedCount:
    """Return the count; where it was broken off early, there are more than shown."""
    if count.is_exact or first is None:
        return count
    return replace(count, number=max(count.number, len(first.records)))


def find_person(
    name: str, decision_number: str, *, on: date
) -> Sequence[PublishedRecord]:
    """Return the displayed records of a natural person under a decision number.

    Only the whole name together with the whole number finds them, in any width and
    bracket style; parts, or one without the other, find nothing.

    Raises:
        CannotRead: `too-long`, of either; `too-slow`, where the search was broken off.
    """
    if max(len(name), len(decision_number)) > MAX_TERM:
        raise CannotRead("too-long")
    if not name.strip() or not decision_number.strip():
        return []
    key = person_key(name, decision_number, key=settings.PERSON_SEARCH_KEY)
    try:
        with bounded_time():
            records = PublishedRecord.objects.using(STORE).filter(
                person_key=key, person=Person.NATURAL
            )
            newest = list(records.order_by("-position")[:_PERSONS_AT_MOST])
    except CannotFinish as error:
        raise CannotRead("too-slow") from error
    return [record for record in newest if is_displayed(record, on)]


def _found(
    query: Query, phase: str, beyond: int | None, size: int, now: Moment | None
) -> Page:
    wanted = size + 1
    tagged: list[tuple[str, int]] = []
    if phase == _EXACT:
        exact = _exact_positions(_criteria(query, beyond), wanted)
        tagged += [(_EXACT, position) for position in exact]
        beyond = None
    if len(tagged) < wanted:
        criteria = replace(_criteria(query, beyond), without_exact=True)
        positions = matches(criteria, wanted - len(tagged), now)
        tagged += [(_SUBSTRING, position) for position in positions]
    return _page(tagged, size, now)


def _page(tagged: Sequence[tuple[str, int]], size: int, now: Moment | None) -> Page:
    shown = tagged[:size]
    has_more = len(tagged) > size
    return Page(
        records=_records([position for _, position in shown], now),
        next="{}.{}".format(*shown[-1]) if has_more else None,
    )


def _criteria(query: Query, beyond: int | None) -> Criteria:
    return Criteria(
        term=query.term,
        on=query.on,
        filters=query.filters,
        oldest_first=query.oldest_first,
        beyond=beyond,
    )


def _exact_positions(criteria: Criteria, limit: int) -> list[int]:
    exact, values = ["r.decision_number_key = %s"], [criteria.term]
    if criteria.credit_code:
        exact.append("r.credit_code = %s")
        values.append(criteria.credit_code)
    is_exact = f"({' OR '.join(exact)}) AND r.person = '{Person.LEGAL.value}'"
    return _positions(is_exact, values, criteria, limit)


def _listed_positions(query: Query, criteria: Criteria, limit: int) -> list[int]:
    return _positions("r.listed_until >= %s", [query.on], criteria, limit)


def _positions(
    clause: str, values: Sequence[Value], criteria: Criteria, limit: int
) -> list[int]:
    where, more = conditions(criteria, with_facets=True)
    statement = f"SELECT r.position FROM published_record r WHERE {clause} AND {where}"  # noqa: S608 - the parts are constants, values are parameters
    if criteria.beyond is not None:
        statement += f" AND r.position {'>' if criteria.oldest_first else '<'} %s"
        more.append(criteria.beyond)
    with connections[STORE].cursor() as cursor:
        cursor.execute(
            f"{statement} ORDER BY r.position {criteria.order} LIMIT %s",
            [*values, *more, limit],
        )
        return [position for (position,) in cursor.fetchall()]


def _records(positions: Sequence[int], now: Moment | None) -> list[PublishedRecord]:
    """Return the records at the positions, in the order of the positions."""
    at = {} if now is None else lately_read.get(positions, now)
    missing = [position for position in positions if position not in at]
    if missing:
        read = PublishedRecord.objects.using(STORE).filter(position__in=missing)
        at |= {record.position: record for record in read}
        if now is not None:
            lately_read.put(at.values(), now)
    return [at[position] for position in positions if position in at]


def _read_cursor(text: str | None) -> tuple[str, int | None]:
    if not text:
        return _EXACT, None
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise CannotRead("bad-cursor")
    return match[1], int(match[2])
