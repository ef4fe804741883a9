"""The only writes to the public store: applying the change feed."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from django.db import connections, transaction

from gongshi.domain.feed import GENESIS, PublicChange
from gongshi.portal.bulk import among
from gongshi.portal.chain import note_links
from gongshi.portal.erasing import empty_log
from gongshi.portal.formats import note_format
from gongshi.portal.models import Cursor, PublishedRecord, Tombstone
from gongshi.portal.preparing import Prepared, prepare
from gongshi.portal.replaced import is_replaced
from gongshi.portal.search import FACET_COLUMNS, Facets, StoredVersion, index_of
from gongshi.portal.store import FEED, STORE
from gongshi.portal.tallies import Drawer, drawer_of, move_tallies
from gongshi.portal.units import put_units

_IDS_AT_ONCE = 500
# What taking a record out of index and tallies needs of it.
_STORED = ("position", "search_text", "published_on", *FACET_COLUMNS)


class CannotApply(Exception):
    """The changes do not continue what the store has applied.

    Codes: `gap` (a change is missing before or among them), `forked` (the feed
    tells another story about the last applied change: rebuild the store).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def apply_changes(changes: Sequence[PublicChange]) -> int:
    """Apply the changes to the public store and return how many were new.

    `changes` are in the order of the feed, without holes. Those applied before
    are skipped, so that a caller may repeat itself. Rows, search index, tallies
    and cursor move in one transaction: after a fault all of it or none is there.

    Raises:
        CannotApply: a change is missing, or the feed is not the one known here.
    """

    def following(cursor: Cursor) -> Prepared | None:
        fresh = _following(cursor, changes)
        return prepare(fresh) if fresh else None

    return _applied(following)


def apply_prepared(prepared: Prepared) -> int:
    """Apply changes that `preparing.prepare` has worked on, and return how many.

    As `apply_changes`, for changes of which none was applied before.

    Raises:
        CannotApply: `gap`, where they do not follow the last one applied.
    """

    def following(cursor: Cursor) -> Prepared:
        _require_next(cursor.sequence + 1, prepared.links[0].sequence)
        return prepared

    return _applied(following)


class _ReplacedStore(Exception):
    """The store that was locked is not the one that is read any more."""


def _applied(following: Callable[[Cursor], Prepared | None]) -> int:
    try:
        return _written(following)
    except _ReplacedStore:
        # Another file is the store now; that one is opened next.
        connections[STORE].close()
        return _written(following)


def _written(following: Callable[[Cursor], Prepared | None]) -> int:
    with transaction.atomic(using=STORE):
        cursor = _locked_cursor()
        if is_replaced(connections[STORE]):
            raise _ReplacedStore
        prepared = following(cursor)
        if prepared is None:
            return 0
        replaced = _apply(prepared)
        note_links(prepared.links)
        last = prepared.links[-1]
        cursor.sequence, cursor.hash = last.sequence, last.hash
        cursor.save(using=STORE)
    if replaced:
        empty_log()
    return len(prepared.links)


def _locked_cursor() -> Cursor:
    cursor, is_first = (
        Cursor.objects.using(STORE)
        .select_for_update()
        .get_or_create(name=FEED, defaults={"sequence": 0, "hash": GENESIS})
    )
    if is_first:
        note_format()
    return cursor


def _following(cursor: Cursor, changes: Sequence[PublicChange]) -> list[PublicChange]:
    fresh = []
    expected = cursor.sequence + 1
    for change in changes:
        if change.sequence == cursor.sequence and change.hash != cursor.hash:
            raise CannotApply(
                "forked", f"Change {change.sequence} differs from the one applied."
            )
        if change.sequence < expected:
            continue
        _require_next(expected, change.sequence)
        fresh.append(change)
        expected += 1
    return fresh


def _require_next(expected: int, sequence: int) -> None:
    if sequence != expected:
        raise CannotApply("gap", f"Change {expected} is missing before {sequence}.")


def _apply(prepared: Prepared) -> int:
    """Write what was prepared; return how many versions were taken from the store."""
    tally, gone = Counter(prepared.drawers), _remove(prepared.record_ids)
    tally.subtract(gone)
    connection = connections[STORE]
    index_of(connection).insert(connection, prepared.rows)
    Tombstone.objects.using(STORE).bulk_create(
        Tombstone(
            record_id=change.record_id,
            position=change.sequence,
            kind=values["kind"],
            person=values.get("person", ""),
            operation=str(change.operation),
            unit_code=values["unit_code"],
            unit_name=values["unit_name"],
            reason=values["reason"],
            at=change.at,
        )
        for change in prepared.removals
        for values in [change.values]
    )
    put_units(prepared.units)
    move_tallies(tally)
    return gone.total()


def _remove(record_ids: Sequence[str]) -> Counter[Drawer]:
    """Remove rows, index entries and tombstones; return how many rows per drawer."""
    connection = connections[STORE]
    removed: Counter[Drawer] = Counter()
    tombstones = Tombstone.objects.using(STORE)
    has_tombstones = tombstones.exists()
    for ids in _chunks(record_ids if has_tombstones else _held(record_ids)):
        rows = PublishedRecord.objects.using(STORE).filter(record_id__in=ids)
        stored = list(rows.only(*_STORED))
        if stored:
            index_of(connection).forget(
                connection,
                [_version(record) for record in stored],
            )
            rows.delete()
            removed.update(drawer_of(record) for record in stored)
        if has_tombstones:
            tombstones.filter(record_id__in=ids).delete()
    return removed


def _version(record: PublishedRecord) -> StoredVersion:
    return StoredVersion(
        position=record.position,
        search_text=record.search_text,
        facets=Facets(
            kind=record.kind,
            region_code=record.region_code,
            unit_code=record.unit_code,
            unit_level=record.unit_level,
            catalogue_item=record.catalogue_item,
            category=record.category,
            day=record.decision_date.isoformat(),
        ),
    )


def _held(record_ids: Sequence[str]) -> list[str]:
    """Return those of the records that the store holds; mostly none."""
    connection = connections[STORE]
    condition, parameter = among(
        connection, "record_id", list(record_ids), cast="uuid[]"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT record_id FROM published_record WHERE {condition}",  # noqa: S608 - a constant
            [parameter],
        )
        return [
            found.hex if isinstance(found, UUID) else found
            for (found,) in cursor.fetchall()
        ]


def _chunks(record_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(record_ids), _IDS_AT_ONCE):
        yield record_ids[start : start + _IDS_AT_ONCE]
