"""Reads the audit trail: what happened to one thing, and what a person asks for."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from gongshi.audit.models import Event, EventQuerySet
from gongshi.audit.sentences import SENTENCES
from gongshi.audit.verifying import Fault, verify_trail
from gongshi.portal.merging import Way, first_keys

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
        events = events.filter(action__in=_actions(asked.action))
    if asked.since:
        events = events.filter(at__gte=asked.since)
    if asked.until:
        events = events.filter(at__lt=asked.until)
    return events


def newest_events(
    asked: EventFilter, *, size: int, below: int | None = None, above: int | None = None
) -> Slice:
    """Return a page of what is asked for: the newest, or those beside a number.

    At most three queries, along the index of what is asked for; newest is what was
    done last, and of the same moment what was noted last.
    """
    if above is not None:
        found = _found(asked, size + 1, behind=_at_most(above), descending=False)
        has_newer, found = len(found) > size, found[:size][::-1]
        older = found[-1].sequence if found else None
        newer = found[0].sequence if has_newer else None
        return Slice(events=found, older=older, newer=newer)
    behind = None if below is None else _at_least(below)
    found = _found(asked, size + 1, behind=behind, descending=True)
    older = found[size - 1].sequence if len(found) > size else None
    found = found[:size]
    newer = found[0].sequence if found and below is not None else None
    return Slice(events=found, older=older, newer=newer)


_Place = tuple[datetime, int]


def _at_least(number: int) -> _Place | None:
    later = Event.objects.filter(sequence__gte=number).order_by("sequence")
    return later.values_list("at", "sequence").first()


def _at_most(number: int) -> _Place | None:
    earlier = Event.objects.filter(sequence__lte=number).order_by("-sequence")
    return earlier.values_list("at", "sequence").first()


def _found(
    asked: EventFilter, limit: int, *, behind: _Place | None, descending: bool
) -> list[Event]:
    way = _way(asked, descending=descending)
    if behind is not None:
        at, sequence = behind
        way.begin_behind(_time(at), sequence)
    keys = first_keys(connection, way, limit)
    events = Event.objects.in_bulk(keys)
    return [events[key] for key in keys]


def _way(asked: EventFilter, *, descending: bool) -> Way:
    """Return the way along the index that leads past the fewest other events."""
    way = Way(
        table="audit_event",
        parts=_parts(asked),
        column="at",
        key="sequence",
        is_time=True,
        descending=descending,
    )
    for column, value in (
        ("target_id", asked.target),
        ("address", asked.address),
        ("username", asked.person),
        ("unit_code", asked.unit),
    ):
        if value:
            way.add(f"r.{column} = %s", value)
    if asked.action and "action" not in way.parts:
        actions = _actions(asked.action)
        way.add(f"r.action IN ({', '.join(['%s'] * len(actions))})", *actions)
    if asked.units is not None and "unit_code" not in way.parts:
        units = asked.units
        way.add(f"r.unit_code IN ({', '.join(['%s'] * len(units)) or 'NULL'})", *units)
    last = asked.until - timedelta(microseconds=1) if asked.until else None
    way.between(
        _time(asked.since) if asked.since else None, _time(last) if last else None
    )
    return way


def _parts(asked: EventFilter) -> Mapping[str, Sequence[int | str]]:
    """Return by which values the events are looked for one by one, and merged."""
    if asked.target or asked.address or asked.person:
        return {}  # few of so many: the others of these are told by looking
    actions = {"action": _actions(asked.action)} if asked.action else {}
    if asked.unit or asked.units is None:
        return actions
    return {"unit_code": asked.units, **actions}


def _actions(asked: str) -> list[str]:
    """Return the action, and those below it where it is the first part of names."""
    below = [action for action in SENTENCES if action.startswith(f"{asked}.")]
    return [asked, *below]


def _time(at: datetime) -> str | datetime | None:
    return connection.ops.adapt_datetimefield_value(at)


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
    """Return the event's details as values; none where they are damaged."""
    return _object(event.details) or {}


def changes_of(event: Event) -> Mapping[str, Mapping[str, Any]]:
    """Return what the event altered: by name, `before` and `after`; none: damaged."""
    return _changes(event.changes) or {}


def is_damaged(event: Event) -> bool:
    """Say whether details or changes are no longer such as were written there."""
    return _object(event.details) is None or _changes(event.changes) is None


def _changes(text: str) -> dict[str, dict[str, Any]] | None:
    found = _object(text)
    if found is None or not all(isinstance(each, dict) for each in found.values()):
        return None
    return found


def _object(text: str) -> dict[str, Any] | None:
    """Return what we wrote as JSON, if that is what stands there still."""
    try:
        found = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def verify_chain() -> Fault | None:
    """Walk all events and return the first fault, None where the chain is whole."""
    faults = verify_trail().faults
    return faults[0] if faults else None
