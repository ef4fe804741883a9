"""Counts that hold for a while, or need only what is new to be added.

Each change of the feed takes one record away at most. A search that found 12,501
records finds more than 10,000 for the next 2,500 changes, whatever they are. And where
as many records have come as there were changes, none has gone: what was found is still
there, and the newer ones alone are to be looked at.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock

from django.db import connections

from gongshi.portal.models import Cursor, Tally
from gongshi.portal.query import Query
from gongshi.portal.search import BoundedCount, Filters
from gongshi.portal.store import FEED, STORE

_MOST = 4_096  # searches whose counts a process remembers
_MOST_STEPS = 2_500  # after which counting anew costs no more than adding


_Asked = tuple[str, Filters, date]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A state of the public store: the last change in it, and how many records."""

    change: int
    records: int

    def only_added(self, since: "Moment") -> bool:
        """Whether every change since then has added a record."""
        return self.records - since.records == self.change - since.change


@dataclass(frozen=True, kw_only=True)
class Known:
    """A count, and the state of the store that it is of."""

    count: BoundedCount
    at: Moment

    def holds(self, now: Moment) -> bool:
        """Whether all that it counted are still there, or enough of them."""
        steps = now.change - self.at.change
        if steps < 0:
            return False
        if now.only_added(self.at):
            return steps <= _MOST_STEPS
        return steps <= self.count.spare


# Both in one statement: of one state of the store.
_MOMENT = (
    f"SELECT sequence, (SELECT coalesce(sum(records), 0) FROM {Tally._meta.db_table})"  # noqa: S608 - constants
    f" FROM {Cursor._meta.db_table} WHERE name = %s"
)


def moment() -> Moment:
    """Return the last applied change, and how many records there are."""
    with connections[STORE].cursor() as cursor:
        cursor.execute(_MOMENT, [FEED])
        row = cursor.fetchone()
    change, records = row or (0, 0)
    return Moment(change=change, records=int(records))


class KnownCounts:
    """The counts asked for last; safe between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[_Asked, Known] = OrderedDict()
        self._lock = Lock()

    def get(self, query: Query, now: Moment) -> Known | None:
        """Return the count of the query if it still holds."""
        with self._lock:
            known = self._known.get(_asked(query))
            if known is None or not known.holds(now):
                return None
            self._known.move_to_end(_asked(query))
            return known

    def put(self, query: Query, count: BoundedCount, at: Moment) -> None:
        """Remember a count of that state."""
        with self._lock:
            self._known[_asked(query)] = Known(count=count, at=at)
            self._known.move_to_end(_asked(query))
            if len(self._known) > self._most:
                self._known.popitem(last=False)

    def clear(self) -> None:
        """Forget all counts."""
        with self._lock:
            self._known.clear()


def _asked(query: Query) -> _Asked:
    """Return what alone decides how many there are, whatever their order."""
    return query.term, query.filters, query.on


known_counts = KnownCounts(_MOST)
