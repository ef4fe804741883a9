"""Reads of the public site: the rolling list, one record, the head of the feed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet

from gongshi.domain.feed import GENESIS
from gongshi.portal.models import (
    Cursor,
    Kind,
    PublishedChange,
    PublishedRecord,
    Tally,
    Tombstone,
)
from gongshi.portal.search import COUNT_LIMIT, BoundedCount
from gongshi.portal.store import FEED, STORE

PAGE_SIZE = 20

_LIST_CURSOR = re.compile(r"([0-9]{8})\.([0-9]{1,18})")


# The long texts, which no list shows.
_UNLISTED_COLUMNS = ("detail", "search_text")


class CannotRead(Exception):
    """The request asks for something that has no meaning; `code` says what."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some records, newest first; `next` asks for those after them, if any."""

    records: Sequence[PublishedRecord]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Which of the listed records are wanted; empty: all of them."""

    kind: str | None = None
    unit_code: str | None = None
    region_code: str | None = None
    item: str | None = None  # code of a catalogue item


_ALL = Listing()
_HEAD = f"SELECT sequence, hash FROM {Cursor._meta.db_table} WHERE name = %s"  # noqa: S608 - a constant


@dataclass(frozen=True, kw_only=True)
class FeedHead:
    """The last applied change: what the store's state can be checked against."""

    sequence: int
    hash: str
    at: datetime | None = field(default=None, compare=False)


def feed_head() -> FeedHead:
    """Return the sequence number, hash and time of the last applied change."""
    # Every page asks this, kept ones ask nothing else: plain SQL takes a fifth of the
    # time that building the query does.
    with connections[STORE].cursor() as cursor:
        cursor.execute(_HEAD, [FEED])
        row = cursor.fetchone()
    if row is None:
        return FeedHead(sequence=0, hash=GENESIS)
    return head_of(*row)


@lru_cache(maxsize=64)
def head_of(sequence: int, link: str) -> FeedHead:
    """Return the head with the time of its change; that never changes."""
    changes = PublishedChange.objects.using(STORE).filter(sequence=sequence)
    at = changes.filter(hash=link).values_list("at", flat=True).first()
    return FeedHead(sequence=sequence, hash=link, at=at)


def published_totals() -> dict[str, int]:
    """Return how many records of each kind are published; every kind is there."""
    totals = dict.fromkeys(Kind.values, 0)
    totals.update(Tally.objects.using(STORE).values_list("kind", "records"))
    return totals


def listed_counts(on: date, listing: Listing = _ALL) -> dict[str, BoundedCount]:
    """Return how many records of each kind are in the rolling list that day."""
    counts = {}
    for kind in Kind.values:
        # No order: any of them will do, and the index alone answers.
        listed = _listed(on, replace(listing, kind=kind)).order_by()
        number = listed[: COUNT_LIMIT + 1].count()
        counts[kind] = BoundedCount(
            number=min(number, COUNT_LIMIT), is_exact=number <= COUNT_LIMIT
        )
    return counts


def rolling_list(
    on: date,
    listing: Listing = _ALL,
    *,
    after: str | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """Return a page of the records listed that day, the latest published first.

    Natural persons' records have no listing and are never among them.

    Raises:
        CannotRead: `bad-cursor`, where `after` was not made by an earlier page.
    """
    listed = _listed(on, listing)
    if after:
        until, position = _read_cursor(after)
        listed = listed.filter(
            Q(listed_until__lt=until) | Q(listed_until=until, position__lt=position)
        ).filter(listed_until__lte=until)
    newest = listed.order_by("-listed_until", "-position").defer(*_UNLISTED_COLUMNS)
    found = list(newest[: size + 1])
    records = found[:size]
    has_more = len(found) > size
    return Page(records=records, next=_cursor_after(records[-1]) if has_more else None)


def find_record(record_id: UUID) -> PublishedRecord | Tombstone | None:
    """Return the published record, what remains of it, or None if there never was."""
    record = PublishedRecord.objects.using(STORE).filter(record_id=record_id).first()
    if record is not None:
        return record
    return Tombstone.objects.using(STORE).filter(record_id=record_id).first()


def link_of(record: PublishedRecord) -> PublishedChange | None:
    """Return the link of the feed that brought the record as it stands."""
    return (
        PublishedChange.objects.using(STORE)
        .filter(sequence=record.position, record_id=record.record_id)
        .first()
    )


def is_displayed(record: PublishedRecord, on: date) -> bool:
    """Say whether the record's display period includes that day."""
    return record.display_until is None or record.display_until >= on


def _listed(on: date, listing: Listing) -> QuerySet[PublishedRecord]:
    wanted = {
        "kind": listing.kind,
        "unit_code": listing.unit_code,
        "region_code": listing.region_code,
        "catalogue_item": listing.item,
    }
    return (
        PublishedRecord.objects.using(STORE)
        .filter(listed_until__gte=on)
        # A record may stop being displayed before its ten days are over.
        .filter(Q(display_until__isnull=True) | Q(display_until__gte=on))
        .filter(**{name: value for name, value in wanted.items() if value is not None})
    )


def _cursor_after(record: PublishedRecord) -> str:
    assert record.listed_until is not None
    return f"{record.listed_until:%Y%m%d}.{record.position}"


def _read_cursor(text: str) -> tuple[date, int]:
    match = _LIST_CURSOR.fullmatch(text)
    if match is None:
        raise CannotRead("bad-cursor")
    try:
        until = datetime.strptime(match[1], "%Y%m%d").date()  # noqa: DTZ007 - a date
    except ValueError as error:
        raise CannotRead("bad-cursor") from error
    return until, int(match[2])
