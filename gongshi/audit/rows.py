"""The trail's rows as they lie in the database, whatever somebody has written there.

SQLite keeps anything in any column: a word for a number, bytes that are no text. Who
proves the trail must get past such a row, so nothing here is parsed, nothing raises.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection
from django.db.models import Func, TextField

from gongshi.audit.models import Event, EventHead, EventQuerySet

_KIND = Func("sequence", function="typeof", output_field=TextField())
# What is no UTF-8 becomes a text that nothing can be encoded from.
_LENIENT = partial(str, encoding="utf-8", errors="surrogateescape")
# A time as the hash covers it. SQLite's text has a space before the hour.
_MOMENTS = {
    "sqlite": "CASE WHEN typeof(at) = 'text' AND at GLOB '* *'"
    " THEN replace(at, ' ', 'T') || '+00:00' END",
    "postgresql": """replace(
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', ''
    ) || '+00:00'""",
}


def moment() -> Func:
    """Return an event's time as text; another one, or null, where it is none."""
    return Func(template=_MOMENTS[connection.vendor], output_field=TextField())


def numbered_events() -> EventQuerySet:
    """Return the events that have a number, in order."""
    events = Event.objects.in_order()
    if connection.vendor == "sqlite":
        return events.annotate(kind=_KIND).filter(kind="integer")
    return events


def numberless_events() -> EventQuerySet:
    """Return the rows with something else in the place of their number."""
    if connection.vendor == "sqlite":
        return Event.objects.annotate(kind=_KIND).exclude(kind="integer").in_order()
    return Event.objects.none()


def head_row() -> EventHead:
    """Return the head; without one that names a number, an empty one at the last event.

    The last event is read first: the first one ever is written together with the head.
    """
    last = numbered_events().values_list("sequence", flat=True).last()
    head = EventHead.objects.filter(pk=1).first()
    if head is None or type(head.sequence) is not int:
        return EventHead(sequence=last or 0)
    return head


@contextmanager
def any_text() -> Iterator[None]:
    """Have SQLite hand out text that is no UTF-8 instead of refusing, for a while."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    native = connection.connection
    before, native.text_factory = native.text_factory, _LENIENT
    try:
        yield
    finally:
        native.text_factory = before
