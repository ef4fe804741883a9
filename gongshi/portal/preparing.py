"""What changes of the feed make of the public store, worked out before it is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections

from gongshi.domain.feed import REMOVALS, Operation, PublicChange
from gongshi.portal.chain import Link, links_of
from gongshi.portal.projection import rows_of
from gongshi.portal.search import IndexedRows, index_of
from gongshi.portal.store import STORE
from gongshi.portal.tallies import Drawer, drawers_of


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Changes that follow each other, as all that can be told without the store.

    Of a record that several of them are about, only the last one counts, but for
    `links`.
    """

    links: Sequence[Link]
    record_ids: Sequence[str]  # as 32 digits
    rows: IndexedRows
    drawers: Counter[Drawer]
    removals: Sequence[PublicChange]
    units: Sequence[PublicChange]


def prepare(changes: Sequence[PublicChange]) -> Prepared:
    """Work out rows, index entries, links and tallies; asks and writes no store.

    The greater half of the work of applying many changes, and the half that another
    process can do. `changes` are in the order of the feed.
    """
    effective = _last_of_each_record(changes)
    units = [c for c in effective if c.operation is Operation.UNIT]
    removals = [c for c in effective if c.operation in REMOVALS]
    rows = rows_of([c for c in effective if c.operation not in _WITHOUT_ROW])
    return Prepared(
        links=links_of(changes),
        record_ids=[
            c.record_id.hex for c in effective if c.operation is not Operation.UNIT
        ],
        rows=index_of(connections[STORE]).indexed(rows),
        drawers=drawers_of(rows),
        removals=removals,
        units=units,
    )


_WITHOUT_ROW = frozenset({*REMOVALS, Operation.UNIT})


def _last_of_each_record(changes: Sequence[PublicChange]) -> list[PublicChange]:
    last = {change.record_id: change for change in changes}
    return sorted(last.values(), key=lambda change: change.sequence)
