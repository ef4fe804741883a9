"""Reads the audit trail: what happened to one thing, and what a person asks for."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from gongshi.audit.models import Event, EventQuerySet
from gongshi.audit.verifying import Fault, verify_trail

_CHUNK = 2000
_LONGEST_HISTORY = 500


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """What events are asked for; what is empty or null asks for nothing.

    `units` are the codes within reach, null: the whole trail, with what commands and
    the worker did for nobody's unit. `action` may be the first part of a name, such
    as `publication`; `since` is counted in, `until` is not.
    """

    units: Sequence[str] | None = None
    person: str = ""
    unit: str = ""
    action: str = ""
    target: str = ""
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A page of events, newest first; the keys lead to the pages beside it."""

    events: Sequence[Event]
    older: int | None
    newer: int | None


def events_matching(asked: EventFilter) -> EventQuerySet:
    """Return the events that are asked for, in no order."""
    events = Event.objects.all()
    if asked.units is not None:
        events = events.filter(unit_code__in=asked.units)
    exact = {
        "username": asked.person,
        "unit_code": asked.unit,
        "target_id": asked.target,
        "address": asked.address,
    }
    events = events.filter(**{name: value for name, value in exact.items() if value})
    if asked.action:
        below = Q(action__startswith=f"{asked.action}.")
        events = events.filter(Q(action=asked.action) | below)
    if asked.since:
        events = events.filter(at__gte=asked.since)
    if asked.until:
        events = events.filter(at__lt=asked.until)
    return events


def newest_events(
    asked: EventFilter, *, size: int, below: int | None = None, above: int | None = None
) -> Slice:
    """Return a page of what is asked for: the newest, or those beside a number."""
    events = events_matching(asked)
    if above is not None:
        found = list(events.filter(sequence__gt=above).order_by("sequence")[: size + 1])
        has_newer, found = len(found) > size, found[:size][::-1]
        older = found[-1].sequence if found else None
        newer = found[0].sequence if has_newer else None
        return Slice(events=found, older=older, newer=newer)
    if below is not None:
        events = events.filter(sequence__lt=below)
    found = list(events.order_by("-sequence")[: size + 1])
    older = found[size - 1].sequence if len(found) > size else None
    found = found[:size]
    newer = found[0].sequence if found and below is not None else None
    return Slice(events=found, older=older, newer=newer)


def all_events(asked: EventFilter) -> Iterator[Event]:
    """Yield everything that is asked for as it happened, read piece by piece."""
    return events_matching(asked).in_order().iterator(chunk_size=_CHUNK)


def history_of(
    kind: str, key: str, *, more: Sequence[tuple[str, str]] = ()
) -> Sequence[Event]:
    """Return what happened to one thing, newest first; at most 500 events.

    `more` names other things whose story belongs to it, as kind and key: the batch
    that brought a record, for instance.
    """
    wanted = Q(target_kind=kind, target_id=key)
    for other_kind, other_key in more:
        wanted |= Q(target_kind=other_kind, target_id=other_key)
    return list(Event.objects.filter(wanted).order_by("-sequence")[:_LONGEST_HISTORY])


def details_of(event: Event) -> Mapping[str, Any]:
    """Return the event's details as values."""
    details: Mapping[str, Any] = json.loads(event.details)
    return details


def changes_of(event: Event) -> Mapping[str, Mapping[str, Any]]:
    """Return what the event altered: by name, `before` and `after`."""
    changes: Mapping[str, Mapping[str, Any]] = json.loads(event.changes)
    return changes


def verify_chain() -> Fault | None:
    """Walk all events and return the first fault, None where the chain is whole."""
    faults = verify_trail().faults
    return faults[0] if faults else None
