"""The public chain of changes: each link, and the content of what is on display."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from uuid import UUID

from gongshi.domain.feed import REMOVALS, Operation, record_digest
from gongshi.portal.models import Person, PublishedChange, PublishedRecord, Tombstone
from gongshi.portal.restoring import restored
from gongshi.portal.store import STORE

MOST = 5_000  # changes in one answer
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One link as it is published; `record_id` is empty where it must not be known.

    `absent` says why there is no payload: `removal` and `unit` (the change has none
    for the public to keep), `superseded`, `natural-person`, `display-ended`.
    """

    change: PublishedChange
    record_id: UUID | None
    payload: str | None
    absent: str | None

    @property
    def record(self) -> str:
        """The digest of the record's id, as the chain holds it."""
        return record_digest(self.change.record_id)

    def as_json(self) -> str:
        """Return the entry as one line of JSON."""
        change = self.change
        values: dict[str, object] = {
            "sequence": change.sequence,
            "operation": change.operation,
            "record": self.record,
            "at": change.at.astimezone(UTC).isoformat(),
            "digest": change.digest,
            "hash": change.hash,
        }
        if self.record_id is not None:
            values["record_id"] = str(self.record_id)
        if self.payload is not None:
            values["payload"] = self.payload
        else:
            values["absent"] = self.absent
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def entries_after(sequence: int, *, limit: int, on: date) -> Iterator[Entry]:
    """Yield the links behind that number in order, with what that day displays.

    In one query per 500; never more than `MOST`.
    """
    left = min(limit, MOST)
    while left > 0:
        links = PublishedChange.objects.using(STORE).filter(sequence__gt=sequence)
        changes = list(links.order_by("sequence")[: min(left, _AT_ONCE)])
        if not changes:
            return
        yield from _entries(changes, on)
        sequence = changes[-1].sequence
        left -= len(changes)


def latest_entries(*, before: int | None, limit: int, on: date) -> Sequence[Entry]:
    """Return the links below that number, the latest first."""
    links = PublishedChange.objects.using(STORE).all()
    if before is not None:
        links = links.filter(sequence__lt=before)
    return list(_entries(list(links.order_by("-sequence")[:limit]), on))


def _entries(changes: Sequence[PublishedChange], on: date) -> Iterator[Entry]:
    ids = {change.record_id for change in changes}
    held = _records(ids)
    unnamed = _unnamed(ids - held.keys())
    for change in changes:
        entry = _entry(change, held.get(change.record_id), on)
        yield replace(entry, record_id=None) if change.record_id in unnamed else entry


def _records(ids: set[UUID]) -> Mapping[UUID, PublishedRecord]:
    found = PublishedRecord.objects.using(STORE).filter(record_id__in=ids)
    return {record.record_id: record for record in found}


def _unnamed(ids: set[UUID]) -> frozenset[UUID]:
    """Return those of the removed records that no list may name."""
    removed = Tombstone.objects.using(STORE).filter(record_id__in=ids)
    others = removed.exclude(person=Person.LEGAL)
    return frozenset(others.values_list("record_id", flat=True)) if ids else frozenset()


def _entry(change: PublishedChange, record: PublishedRecord | None, on: date) -> Entry:
    absent = _absent(change, record, on)
    shows = record is not None and absent is None
    is_hidden = record is not None and record.person == Person.NATURAL
    return Entry(
        change=change,
        record_id=None if is_hidden else change.record_id,
        payload=restored(record) if record is not None and shows else None,
        absent=absent,
    )


def _absent(
    change: PublishedChange, record: PublishedRecord | None, on: date
) -> str | None:
    if change.operation in REMOVALS:
        return "removal"
    if change.operation == Operation.UNIT:
        return "unit"
    if record is not None and record.person == Person.NATURAL:
        return "natural-person"
    if record is None or record.position != change.sequence:
        return "superseded"
    if record.display_until is not None and record.display_until < on:
        return "display-ended"
    return None
