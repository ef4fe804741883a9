"""Counts that hold for a while: what is far more than a round number stays so.

Each change of the feed takes one record away at most. A search that found 12,501
records finds more than 10,000 for the next 2,500 changes, whatever they are.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock

from gongshi.portal.query import Query
from gongshi.portal.search import BoundedCount, Filters

_MOST = 4_096  # searches whose counts a process remembers


_Asked = tuple[str, Filters, date]


@dataclass(frozen=True, kw_only=True)
class _Known:
    count: BoundedCount
    at: int  # change of the feed that had been applied before it was counted


class KnownCounts:
    """The counts asked for last; safe between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[_Asked, _Known] = OrderedDict()
        self._lock = Lock()

    def get(self, query: Query, at: int) -> BoundedCount | None:
        """Return the count of the query if it still holds at that change."""
        with self._lock:
            known = self._known.get(_asked(query))
            if known is None or not 0 <= at - known.at <= known.count.spare:
                return None
            self._known.move_to_end(_asked(query))
            return known.count

    def put(self, query: Query, count: BoundedCount, at: int) -> None:
        """Remember a count that was made after that change."""
        with self._lock:
            self._known[_asked(query)] = _Known(count=count, at=at)
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
