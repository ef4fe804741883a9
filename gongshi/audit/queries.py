"""Reads the audit trail and proves that it is whole."""

from dataclasses import dataclass

from gongshi.audit.models import Event, EventHead
from gongshi.domain.feed import GENESIS


@dataclass(frozen=True, kw_only=True)
class ChainFault:
    """The first place where the chain does not hold; `code` says how."""

    sequence: int
    code: str  # missing-event | wrong-previous | edited-event | wrong-head


def verify_chain() -> ChainFault | None:
    """Walk all events and return the first fault, None where the chain is whole.

    Finds edited, deleted, inserted and reordered events, and a cut-off end.
    """
    previous, expected = GENESIS, 1
    for event in Event.objects.in_order().iterator(chunk_size=2000):
        code = _fault_of(event, previous=previous, expected=expected)
        if code:
            return ChainFault(sequence=expected, code=code)
        previous, expected = event.hash, expected + 1
    head = EventHead.objects.filter(pk=1).first() or EventHead()
    if (head.sequence, head.hash) != (expected - 1, previous):
        return ChainFault(sequence=expected, code="wrong-head")
    return None


def _fault_of(event: Event, *, previous: str, expected: int) -> str | None:
    if event.sequence != expected:
        return "missing-event"
    if event.previous_hash != previous:
        return "wrong-previous"
    return None if event.hash == event.computed_hash() else "edited-event"
