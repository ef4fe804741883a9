"""The records that a process has read lately, which it need not read again.

A record stands at its position unchanged until a change takes it away: while records
only come, what was read stays right. After any other change all of it is forgotten, so
that nothing that was withdrawn is kept, not even unseen.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock

from gongshi.portal.counting import Moment
from gongshi.portal.models import PublishedRecord

_MOST = 4_096  # records, of some five thousand bytes each


class LatelyRead:
    """Records by their positions, those asked for last; safe between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._records: OrderedDict[int, PublishedRecord] = OrderedDict()
        self._at: Moment | None = None
        self._lock = Lock()

    def get(self, positions: Sequence[int], now: Moment) -> dict[int, PublishedRecord]:
        """Return those of the records that are at hand, by position."""
        with self._lock:
            if self._at is not None and not now.only_added(self._at):
                self._records.clear()
            self._at = now
            found = [at for at in positions if at in self._records]
            for at in found:
                self._records.move_to_end(at)
            return {at: self._records[at] for at in found}

    def put(self, records: Iterable[PublishedRecord], now: Moment) -> None:
        """Keep records that were read at that moment, unless it has passed."""
        with self._lock:
            if self._at != now:
                return
            for record in records:
                self._records[record.position] = record
            while len(self._records) > self._most:
                self._records.popitem(last=False)

    def clear(self) -> None:
        """Forget all records."""
        with self._lock:
            self._records.clear()
            self._at = None


lately_read = LatelyRead(_MOST)
