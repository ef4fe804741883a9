"""Pieces of the pages about records: a deadline in words, a state as a badge."""

from datetime import date
from typing import Any

from django import template
from django.conf import settings

from gongshi.domain.lifecycle import State
from gongshi.records.due import Due, due_of, due_on, withdrawal_due
from gongshi.records.models import Record
from gongshi.review.wording import ICONS, MARKS, STATES, TONES

register = template.Library()

_LOOKS = {
    "late": ("late", "exclamation-octagon"),
    "today": ("today", "bell"),
    "soon": ("soon", "hourglass-split"),
    "far": ("far", "calendar-check"),
    "unknown": ("unknown", "question-circle"),
    "kept": ("far", "check-circle"),
    "missed": ("late", "exclamation-triangle"),
}


@register.inclusion_tag("office/_due.html")
def deadline(record: Record, today: date) -> dict[str, Any]:
    """Show how the record stands to its deadline; nothing where none applies."""
    return _shown(due_of(record, on=today, calendar=settings.CALENDAR))


@register.inclusion_tag("office/_due.html")
def withdrawal_deadline(record: Record, today: date) -> dict[str, Any]:
    """Show how a revoked record stands to the day of its withdrawal."""
    return _shown(withdrawal_due(record, on=today, calendar=settings.CALENDAR))


@register.inclusion_tag("office/_due.html")
def deadline_on(day: date | None, today: date) -> dict[str, Any]:
    """Show how far a day is, as for the first deadline of a batch."""
    return _shown(due_on(day, on=today, calendar=settings.CALENDAR))


@register.inclusion_tag("office/_record_state.html")
def record_state(record: Record) -> dict[str, Any]:
    """Show the record's state as an icon and a word."""
    state = State(record.state)
    return {
        "name": STATES[state],
        "tone": TONES.get(state, "note"),
        "icon_name": ICONS.get(state, "info-circle"),
        "disputed": record.disputed_on is not None,
        "revoked": record.revoked_on is not None and state is State.PUBLISHED,
    }


@register.filter
def mark_name(kind: str) -> str:
    """Return the words of a mark."""
    return str({str(mark): name for mark, name in MARKS.items()}.get(kind, kind))


def _shown(due: Due | None) -> dict[str, Any]:
    if due is None:
        return {"due": None}
    look, icon = _LOOKS[due.urgency]
    return {"due": due, "look": look, "icon_name": icon}
