"""Proves that the audit trail is whole, or says everything that is wrong with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Subquery

from gongshi.audit.chain import row_hash
from gongshi.audit.heads import Head
from gongshi.audit.models import CHAINED, EventHead, EventQuerySet
from gongshi.audit.rows import (
    any_text,
    head_row,
    moment,
    numbered_events,
    numberless_events,
)
from gongshi.domain.feed import GENESIS

_CHUNK = 5000
_MOST_TRIED = 200  # events that do not hold and are looked for in other places


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Events from `first` to `last` that are not as they were written.

    `code`: `missing` no such event, `edited` it says something else, `moved` it was
    written as number `origin`, `unlinked` it holds in itself but follows another
    event than the one before it, `added` it was written past the chain's head,
    `head` the head's row is lost or names another hash, `unlike-kept-head` the head
    that the operator kept elsewhere does not fit: the trail was written anew.
    """

    first: int
    last: int
    code: str
    origin: int | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How many events were read, and what is wrong, in the order of the trail."""

    events: int
    faults: Sequence[Fault]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Link:
    """One row as it lies there, and the hash that it calls for, if one can be made."""

    sequence: int
    moment: str
    previous: str
    hash: str
    parts: tuple[str, ...]
    due: str | None

    def hash_at(self, sequence: int) -> str | None:
        """Return the hash that it would call for in another place."""
        return _hash(self.previous, sequence, self.moment, self.parts)


class _Walk:
    """Goes along the events in order and notes what does not hold."""

    def __init__(self, kept: Iterable[Head]) -> None:
        self.events = 0
        self.faults: list[Fault] = []
        self.last: _Link | None = None
        self._kept: dict[int, set[str]] = {}
        for head in kept:
            self._kept.setdefault(head.sequence, set()).add(head.hash)
        self._odd: list[_Link] = []
        self._numberless: list[_Link] = []

    def step(self, link: _Link) -> None:
        """Look at the next event."""
        before = self.last.sequence if self.last else 0
        if link.sequence != before + 1:
            self._note(before + 1, link.sequence - 1, "missing")
        elif not _follows(link, self.last):
            self._note(link.sequence, link.sequence, "unlinked")
        if not _holds(link):
            self._note(link.sequence, link.sequence, "edited")
            if len(self._odd) < _MOST_TRIED:
                self._odd.append(link)
        self._compare(link.sequence, link.hash)
        self.last, self.events = link, self.events + 1

    def step_aside(self, link: _Link) -> None:
        """Keep an event that has lost its number; where it belongs is seen at the end."""
        self._numberless.append(link)
        self.events += 1

    def finish(self, head: EventHead) -> None:
        """Compare the end with the head's row and with what is left of the kept ones."""
        end = self.last.sequence if self.last else 0
        if head.sequence > end:
            self._note(end + 1, head.sequence, "missing")
        elif _holds(self.last) and head.hash != self._end_hash():
            self._note(end, end, "head")
        for sequence in sorted(self._kept):
            self._note(sequence, sequence, "unlike-kept-head")
        self._place_numberless(past=max(end, head.sequence) + 1)
        self._find_origins()

    def _end_hash(self) -> str:
        return self.last.hash if self.last else GENESIS

    def _compare(self, sequence: int, found: str) -> None:
        kept = self._kept.pop(sequence, None)
        if kept is not None and kept != {found}:
            self._note(sequence, sequence, "unlike-kept-head")

    def _note(self, first: int, last: int, code: str) -> None:
        self.faults.append(Fault(first=first, last=last, code=code))

    def _missing_places(self) -> Iterator[int]:
        for fault in self.faults:
            if fault.code == "missing":
                yield from range(fault.first, min(fault.last, fault.first + 9) + 1)

    def _place_numberless(self, *, past: int) -> None:
        """Say of an event without a number which missing one it is."""
        missing = sorted(self._missing_places())
        for link in self._numberless[:_MOST_TRIED]:
            fitting = (place for place in missing if link.hash_at(place) == link.hash)
            place = next(fitting, None)
            if place is None:
                self._note(past, past, "added")
            else:
                self._note(place, place, "edited")

    def _find_origins(self) -> None:
        """Say of an event that does not hold here where it does: it was moved."""
        places = {link.sequence for link in self._odd} | {*self._missing_places()}
        origins = {
            link.sequence: origin
            for link in self._odd
            for origin in _origins(link, places)
        }
        self.faults = [
            replace(fault, code="moved", origin=origins[fault.first])
            if fault.code == "edited" and fault.first in origins
            else fault
            for fault in self.faults
        ]


def verify_trail(kept: Iterable[Head] = ()) -> Verdict:
    """Walk all events and return everything that is wrong; reads each row once.

    Finds edited, deleted, inserted and moved events, a cut-off end, and, with heads
    that were `kept` elsewhere, a trail that was written anew to its end. Events that
    are appended meanwhile are no fault: the walk ends where the head is at its start.
    """
    with any_text():
        head = head_row()
        walk = _Walk(kept)
        for link in _links(numbered_events().filter(sequence__lte=head.sequence)):
            walk.step(link)
        for link in _links(numberless_events()):
            walk.step_aside(link)
        walk.finish(head)
        faults = [*walk.faults, *_added()]
    faults.sort(key=lambda fault: (fault.first, fault.last))
    return Verdict(events=walk.events, faults=list(_joined(faults)))


def _links(rows: EventQuerySet) -> Iterator[_Link]:
    names = ("sequence", "moment", "previous_hash", "hash", *CHAINED)
    values = rows.annotate(moment=moment()).values_list(*names)
    for sequence, at, previous, found, *parts in values.iterator(chunk_size=_CHUNK):
        yield _Link(
            sequence=sequence,
            moment=at,
            previous=previous,
            hash=found,
            parts=tuple(parts),
            due=_hash(previous, sequence, at, parts),
        )


def _hash(
    previous: str, sequence: int, moment: str, parts: Sequence[str]
) -> str | None:
    try:
        return row_hash(previous, sequence=sequence, moment=moment, parts=parts)
    except (TypeError, UnicodeEncodeError):
        return None  # bytes, or what is no text: it was never written through us


def _added() -> Iterator[Fault]:
    """Yield the events that are written past the head; one statement sees both."""
    head = EventHead.objects.filter(pk=1).values("sequence")
    there = numbered_events().filter(sequence__gt=Subquery(head))
    if not EventHead.objects.filter(pk=1).exists():
        there = numbered_events()
    for sequence in there.values_list("sequence", flat=True):
        yield Fault(first=sequence, last=sequence, code="added")


def _follows(link: _Link, before: _Link | None) -> bool:
    """Whether an event follows the one before, where both can be judged by it."""
    if not _holds(link) or not _holds(before):
        return True  # a fault of its own, told there
    return link.previous == (before.hash if before else GENESIS)


def _holds(link: _Link | None) -> bool:
    return link is None or link.hash == link.due


def _origins(link: _Link, places: set[int]) -> Iterator[int]:
    beside = {link.sequence - 1, link.sequence + 1}
    for place in sorted(places | beside):
        if place != link.sequence and link.hash_at(place) == link.hash:
            yield place


def _joined(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield faults of one kind in a row as one."""
    held: Fault | None = None
    for fault in faults:
        if held and _continues(held, fault):
            held = replace(held, last=fault.last)
            continue
        if held:
            yield held
        held = fault
    if held:
        yield held


def _continues(held: Fault, fault: Fault) -> bool:
    follows = fault.first == held.last + 1 and fault.code == held.code
    return follows and fault.origin is None and held.origin is None
