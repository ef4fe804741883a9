"""The links of the feed that the public store keeps, for anybody to check."""

from collections.abc import Sequence

from django.db import connections

from gongshi.domain.feed import PublicChange, payload_digest
from gongshi.portal.bulk import insert_rows
from gongshi.portal.store import STORE

_COLUMNS = ("sequence", "record_id", "operation", "at", "digest", "hash")


def note_changes(changes: Sequence[PublicChange]) -> None:
    """Keep the links of the changes, part of the transaction that applies them."""
    insert_rows(
        connections[STORE],
        "published_change",
        _COLUMNS,
        (
            (
                change.sequence,
                change.record_id.hex,
                str(change.operation),
                change.at,
                payload_digest(change.payload),
                change.hash,
            )
            for change in changes
        ),
    )
