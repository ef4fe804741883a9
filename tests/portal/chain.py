"""Builders of a whole feed whose links are chained as the registry chains them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC

from gongshi.domain.feed import GENESIS, PublicChange, chain_hash, payload_digest
from gongshi.portal.actions import apply_changes


def chained(changes: Sequence[PublicChange]) -> list[PublicChange]:
    """Return the changes, numbered as they are, with the hashes of a true chain."""
    return list(_chained(changes))


def apply_chained(*changes: PublicChange) -> list[PublicChange]:
    """Chain the changes from the beginning and apply them."""
    linked = chained(changes)
    apply_changes(linked)
    return linked


def _chained(changes: Sequence[PublicChange]) -> Iterator[PublicChange]:
    previous = GENESIS
    for change in changes:
        previous = chain_hash(
            previous,
            sequence=change.sequence,
            record_id=change.record_id,
            operation=change.operation,
            at=change.at.astimezone(UTC).isoformat(),
            digest=payload_digest(change.payload),
        )
        yield replace(change, hash=previous)
