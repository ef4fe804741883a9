"""Reads the change feed and proves that it is whole."""

from dataclasses import dataclass

from gongshi.domain.feed import GENESIS
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
    head = FeedHead.objects.filter(pk=1).first() or FeedHead()
    if (head.sequence, head.hash) != (expected - 1, previous):
        return FeedFault(sequence=expected, code="wrong-head")
    return None


def _fault_of(change: Change, *, previous: str, expected: int) -> str | None:
    if change.sequence != expected:
        return "missing-change"
    if change.previous_hash != previous:
        return "wrong-previous"
    return (
        None if change.hash == hash_of(change, previous=previous) else "edited-change"
    )
