"""Counts that hold for a while, or need only what is new to be added.

Each change of the feed takes one record away at most. A search that found 12,501
records finds more than 10,000 for the next 2,500 changes, whatever they are. And where
as many records have come as there were changes, none has gone: what was found is still
there, and the newer ones alone are to be looked at.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connections

from gongshi.portal.models import Cursor, Tally
from gongshi.portal.query import Query
from gongshi.portal.recent import Recent
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

    def is_soon_after(self, since: "Moment") -> bool:
        """Whether so little has come since then that adding it costs less than all."""
        return 0 <= self.change - since.change <= _MOST_STEPS


@dataclass(frozen=True, kw_only=True)
class Known:
    """A count, and the state of the store that it is of."""

    count: BoundedCount
    at: Moment

    def holds(self, now: Moment) -> bool:
        """Whether all that it counted are still there, or enough of them."""
        if now.only_added(self.at):
            return now.is_soon_after(self.at)
        return 0 <= now.change - self.at.change <= self.count.spare


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
        self._known: Recent[_Asked, Known] = Recent(most)

    def get(self, query: Query, now: Moment) -> Known | None:
        """Return the count of the query if it still holds."""
        known = self._known.get(_asked(query))
        return known if known is not None and known.holds(now) else None

    def put(self, query: Query, count: BoundedCount, at: Moment) -> None:
        """Remember a count of that state."""
        self._known.put(_asked(query), Known(count=count, at=at))

    def clear(self) -> None:
        """Forget all counts."""
        self._known.clear()


def _asked(query: Query) -> _Asked:
    """Return what alone decides how many there are, whatever their order."""
    return query.term, query.filters, query.on


known_counts = KnownCounts(_MOST)
