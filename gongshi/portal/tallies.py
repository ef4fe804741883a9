"""Keeps the figures of the public store in step, so that no page counts records."""

from collections import Counter
from typing import NamedTuple

import polars as pl
from django.db import connections
from django.db.models import F

from gongshi.portal.models import MonthlyTally, PublishedRecord, Tally
from gongshi.portal.store import STORE


class Drawer(NamedTuple):
    """What records that are counted together have in common."""

    unit_code: str
    kind: str
    region_code: str
    category: str
    month: str  # 2016-03


_MONTH = len("2016-03")
_TABLE = MonthlyTally._meta.db_table
_KEY = ", ".join(Drawer._fields)
# In two steps: a check constraint would refuse a negative number before the conflict
# with the row that is there is noticed.
_OPEN = f"INSERT INTO {_TABLE} ({_KEY}, records) VALUES (%s, %s, %s, %s, %s, 0) ON CONFLICT DO NOTHING"  # noqa: S608 - names are ours
_COUNT = (
    f"UPDATE {_TABLE} SET records = records + %s"  # noqa: S608 - names are ours
    " WHERE unit_code = %s AND kind = %s AND region_code = %s AND category = %s"
    " AND month = %s"
)


def drawers_of(rows: pl.DataFrame) -> Counter[Drawer]:
    """Return how many rows of `projection.rows_of` are counted in which drawer."""
    month = pl.col("published_on").str.slice(0, _MONTH).alias("month")
    counted = rows.with_columns(month).group_by(Drawer._fields).len()
    return Counter(
        {Drawer._make(drawer): number for *drawer, number in counted.iter_rows()}
    )


def drawer_of(record: PublishedRecord) -> Drawer:
    """Return in which drawer a stored record is counted."""
    return Drawer(
        record.unit_code,
        record.kind,
        record.region_code,
        record.category,
        record.published_on.isoformat()[:_MONTH],
    )


def move_tallies(difference: Counter[Drawer]) -> None:
    """Add the differences to the tallies, part of the transaction that applies."""
    moved = sorted((drawer, number) for drawer, number in difference.items() if number)
    if moved:
        with connections[STORE].cursor() as cursor:
            cursor.executemany(_OPEN, [drawer for drawer, _ in moved])
            cursor.executemany(_COUNT, [(number, *drawer) for drawer, number in moved])
    by_kind: Counter[str] = Counter()
    for drawer, number in moved:
        by_kind[drawer.kind] += number
    for kind, number in by_kind.items():
        tally, _ = Tally.objects.using(STORE).get_or_create(kind=kind)
        Tally.objects.using(STORE).filter(pk=tally.pk).update(
            records=F("records") + number
        )
