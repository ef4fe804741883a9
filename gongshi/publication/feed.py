"""Appends to the change feed: serialised, chained, in the caller's transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongshi.domain.feed import Operation, PublicChange, chain_hash
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What is to be appended: a record and its payload, as text and as value."""

    record_id: UUID
    text: str  # canonical JSON
    value: Mapping[str, Any]


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
            payload=entry.text,
        )
        rows.append(
            (
                sequence,
                entry.record_id.hex,
                str(operation),
                stored_at,
                entry.text,
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
                payload=entry.value,
                hash=digest,
            )
        )
        head.sequence, head.hash = sequence, digest
    insert_rows(connection, Change._meta.db_table, _COLUMNS, rows)
    head.save(update_fields=["sequence", "hash"])
    return changes


def as_public(change: Change) -> PublicChange:
    """Return the stored change as the value that consumers take."""
    return PublicChange(
        sequence=change.sequence,
        record_id=change.record_id,
        operation=Operation(change.operation),
        at=change.at,
        payload=json.loads(change.payload),
        hash=change.hash,
    )


def hash_of(change: Change, *, previous: str) -> str:
    """Return the hash that the stored change's own columns call for."""
    return chain_hash(
        previous,
        sequence=change.sequence,
        record_id=change.record_id,
        operation=change.operation,
        at=_iso(change.at),
        payload=change.payload,
    )


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
