"""Appends to the change feed: serialised, chained, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection

from gongshi.domain.feed import (
    Operation,
    PublicChange,
    chain_hash,
    payload_digest,
)
from gongshi.portal.bulk import insert_rows
from gongshi.publication.models import Change, FeedHead

_COLUMNS = (
    "sequence",
    "record_id",
    "operation",
    "at",
    "payload",
    "previous_hash",
    "hash",
)


_OPERATIONS = {str(operation): operation for operation in Operation}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What is to be appended: a record and its payload as canonical JSON."""

    record_id: UUID
    payload: str


def lock_feed() -> FeedHead:
    """Return the head of the feed, locked until the transaction ends."""
    head, _created = FeedHead.objects.select_for_update().get_or_create(pk=1)
    return head


def append(
    head: FeedHead, entries: Sequence[Entry], *, operation: Operation, at: datetime
) -> list[PublicChange]:
    """Append one change per entry behind the locked head and return them."""
    changes, rows = [], []
    moment, stored_at = _iso(at), connection.ops.adapt_datetimefield_value(at)
    for entry in entries:
        previous, sequence = head.hash, head.sequence + 1
        digest = chain_hash(
            previous,
            sequence=sequence,
            record_id=entry.record_id,
            operation=operation,
            at=moment,
            digest=payload_digest(entry.payload),
        )
        rows.append(
            (
                sequence,
                entry.record_id.hex,
                str(operation),
                stored_at,
                entry.payload,
                previous,
                digest,
            )
        )
        changes.append(
            PublicChange(
                sequence=sequence,
                record_id=entry.record_id,
                operation=operation,
                at=at,
                payload=entry.payload,
                hash=digest,
            )
        )
        head.sequence, head.hash = sequence, digest
    insert_rows(connection, Change._meta.db_table, _COLUMNS, rows)
    head.save(update_fields=["sequence", "hash"])
    return changes


def changes_after(sequence: int, *, limit: int) -> list[PublicChange]:
    """Return the next changes behind that sequence number, in order."""
    with connection.cursor() as cursor:
        # Straight, as a million changes are read when a portal is rebuilt.
        cursor.execute(
            "SELECT sequence, record_id, operation, at, payload, hash"
            " FROM publication_change WHERE sequence > %s ORDER BY sequence LIMIT %s",
            [sequence, limit],
        )
        return [
            PublicChange(
                sequence=number,
                record_id=_uuid(record_id),
                operation=_OPERATIONS[operation],
                at=_moment(at),
                payload=payload,
                hash=digest,
            )
            for number, record_id, operation, at, payload, digest in cursor.fetchall()
        ]


def _uuid(stored: UUID | str) -> UUID:
    return stored if isinstance(stored, UUID) else UUID(int=int(stored, 16))


@lru_cache(maxsize=16)
def _moment(stored: datetime | str) -> datetime:
    # One publication has one time. SQLite keeps it as text in UTC, without a zone.
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def hash_of(change: Change, *, previous: str) -> str:
    """Return the hash that the stored change's own columns call for."""
    return chain_hash(
        previous,
        sequence=change.sequence,
        record_id=change.record_id,
        operation=change.operation,
        at=_iso(change.at),
        digest=payload_digest(change.payload),
    )


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
