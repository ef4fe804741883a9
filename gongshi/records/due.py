"""How a record stands to its deadline, in working days."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gongshi.domain.lifecycle import State
from gongshi.domain.working_days import Calendar
from gongshi.records.models import Record

_SOON = 2  # working days left from which a deadline is pressing
_OPEN = frozenset({State.CHECKED, State.APPROVED, State.RETURNED, State.RECEIVED})


class Urgency(StrEnum):
    """How pressing a deadline is; the colours of the pages follow it."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    FAR = "far"
    UNKNOWN = "unknown"
    KEPT = "kept"  # published in time
    MISSED = "missed"  # published, but late


@dataclass(frozen=True, kw_only=True)
class Due:
    """A deadline as of a day: working days left, or late; None: not known.

    A deadline of a year whose holidays are not announced is unknown, not guessed.
    """

    day: date | None
    urgency: Urgency
    days: int | None = None

    @property
    def number(self) -> int:
        """Working days left or late, for the words on the page."""
        return abs(self.days or 0)


def due_of(record: Record, *, on: date, calendar: Calendar) -> Due | None:
    """Return how the record stands to its deadline; None where none applies."""
    if record.published_on is not None:
        return _met(record.publish_by, record.published_on, calendar)
    if State(record.state) not in _OPEN:
        return None
    return due_on(record.publish_by, on=on, calendar=calendar)


def withdrawal_due(record: Record, *, on: date, calendar: Calendar) -> Due | None:
    """Return how a revoked record stands to the day by which it must be withdrawn."""
    if record.state != State.PUBLISHED or record.revoked_on is None:
        return None
    if record.withdraw_by is None and record.kind != "penalty":
        return None
    return due_on(record.withdraw_by, on=on, calendar=calendar)


def due_on(day: date | None, *, on: date, calendar: Calendar) -> Due:
    """Return how far a deadline is from a day."""
    left = None if day is None else calendar.working_days_between(on, day)
    if day is None or left is None:
        return Due(day=day, urgency=Urgency.UNKNOWN)
    if on > day:
        # On a holiday after the deadline no working day is lost, and yet it is late.
        return Due(day=day, urgency=Urgency.LATE, days=min(left, -1))
    if on == day:
        return Due(day=day, urgency=Urgency.TODAY, days=0)
    urgency = Urgency.SOON if left <= _SOON else Urgency.FAR
    return Due(day=day, urgency=urgency, days=left)


def _met(day: date | None, published_on: date, calendar: Calendar) -> Due:
    if day is None:
        return Due(day=None, urgency=Urgency.UNKNOWN)
    if published_on <= day:
        return Due(day=day, urgency=Urgency.KEPT, days=0)
    late = calendar.working_days_between(day, published_on)
    return Due(day=day, urgency=Urgency.MISSED, days=late)
