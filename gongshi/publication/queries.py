"""Reads the change feed and proves that it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from gongshi.domain.feed import GENESIS, PublicChange, chain_hash
from gongshi.publication.feed import hash_of
from gongshi.publication.models import Change, FeedHead


@dataclass(frozen=True, kw_only=True)
class FeedFault:
    """The first place where the feed does not hold; `code` says how."""

    sequence: int
    code: str  # missing-change | wrong-previous | edited-change | wrong-head


def verify_feed() -> FeedFault | None:
    """Walk the whole feed and return the first fault, None where it is whole.

    Finds edited, deleted, inserted and reordered changes, and a cut-off end.
    """
    previous, expected = GENESIS, 1
    for change in Change.objects.in_order().iterator(chunk_size=2000):
        code = _fault_of(change, previous=previous, expected=expected)
        if code:
            return FeedFault(sequence=expected, code=code)
        previous, expected = change.hash, expected + 1
    head = head_of_feed()
    if (head.sequence, head.hash) != (expected - 1, previous):
        return FeedFault(sequence=expected, code="wrong-head")
    return None


def head_of_feed() -> FeedHead:
    """Return the head that the feed is said to have."""
    return FeedHead.objects.filter(pk=1).first() or FeedHead()


def fault_among(
    changes: Sequence[PublicChange], *, after: int, link: str
) -> FeedFault | None:
    """Return the first fault of changes that follow a whole part of the feed, if any.

    `after` and `link` are the number and the hash that the part ends with. As
    `verify_feed`, for many changes that are at hand anyway.
    """
    for expected, change in enumerate(changes, after + 1):
        if change.sequence != expected:
            return FeedFault(sequence=expected, code="missing-change")
        link_wanted = chain_hash(
            link,
            sequence=expected,
            record_id=change.record_id,
            operation=change.operation,
            at=_iso(change.at),
            digest=change.digest,
        )
        if change.hash != link_wanted:
            return FeedFault(sequence=expected, code="edited-change")
        link = change.hash
    return None


@lru_cache(maxsize=16)
def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _fault_of(change: Change, *, previous: str, expected: int) -> str | None:
    if change.sequence != expected:
        return "missing-change"
    if change.previous_hash != previous:
        return "wrong-previous"
    return (
        None if change.hash == hash_of(change, previous=previous) else "edited-change"
    )
