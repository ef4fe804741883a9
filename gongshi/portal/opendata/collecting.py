"""Reads what is on display of legal persons out of the store, once, part by part.

Parts lie in the working folder as Parquet, all values as text beside the payload.
An interrupted collection goes on behind its last part as long as the feed's head is
the same; otherwise it begins again, so that a set is always of one moment.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from django.db.models import Q

from gongshi.domain.feed import payload_digest
from gongshi.portal.models import Person, PublishedRecord
from gongshi.portal.opendata.tables import Table, table_of
from gongshi.portal.queries import FeedHead, feed_head
from gongshi.portal.restoring import restored
from gongshi.portal.store import STORE

_AT_ONCE = 10_000
_DONE = "collected"
_HEAD = "head"


def collect(folder: Path, on: date) -> FeedHead:
    """Bring the records displayed that day into parts; return the head they are of."""
    with _one_moment():
        head = feed_head()
        _begin(folder, head, on)
        if not (folder / _DONE).exists():
            _collect(folder, on)
            (folder / _DONE).touch()
    return head


def parts_of(folder: Path, table: Table) -> Sequence[Path]:
    """Return the table's parts in the order of the feed."""
    return sorted(folder.glob(f"*.{table.name}.parquet"))


def count(parts: Sequence[Path]) -> int:
    """Return how many records the parts hold."""
    if not parts:
        return 0
    return int(pl.scan_parquet(list(parts)).select(pl.len()).collect().item())


def _begin(folder: Path, head: FeedHead, on: date) -> None:
    note, state = folder / _HEAD, f"{head.sequence} {head.hash} {on}"
    if note.exists() and note.read_text() == state:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    note.write_text(state)


def _collect(folder: Path, on: date) -> None:
    position = _reached(folder)
    while records := _records(position, on):
        by_table: dict[Table, list[PublishedRecord]] = defaultdict(list)
        for record in records:
            by_table[table_of(record.edition, record.kind)].append(record)
        position = records[-1].position
        for table, its in by_table.items():
            _write(folder / f"{position:019}.{table.name}.parquet", table, its)
        # Only now is the part whole, whatever tables it has.
        _replace(folder / "reached", str(position))


def _reached(folder: Path) -> int:
    note = folder / "reached"
    return int(note.read_text()) if note.exists() else 0


def _records(after: int, on: date) -> list[PublishedRecord]:
    displayed = PublishedRecord.objects.using(STORE).filter(
        Q(display_until__isnull=True) | Q(display_until__gte=on),
        position__gt=after,
        person=Person.LEGAL,
    )
    return list(displayed.order_by("position").defer("search_text")[:_AT_ONCE])


def write_part(path: Path, table: Table, exact: pl.DataFrame) -> None:
    """Write a part: the table's columns, beside what `exact` has of each record.

    That is `record_id`, `sequence`, `digest` and `payload`.
    """
    frame = table.frame(exact)
    waiting = path.with_suffix(".waiting")
    frame.hstack(exact.drop("record_id")).write_parquet(waiting)
    waiting.replace(path)


def _write(path: Path, table: Table, records: Sequence[PublishedRecord]) -> None:
    payloads = [restored(record) for record in records]
    exact = pl.DataFrame(
        {
            "record_id": [str(record.record_id) for record in records],
            "sequence": [record.position for record in records],
            "digest": [payload_digest(payload) for payload in payloads],
            "payload": payloads,
        }
    )
    write_part(path, table, exact)


def _replace(path: Path, text: str) -> None:
    waiting = path.with_suffix(".waiting")
    waiting.write_text(text)
    waiting.replace(path)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Let all reads see the store as it is now, without keeping anybody from writing."""
    connection = connections[STORE]
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    with _as_reader(connection), transaction.atomic(using=STORE):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@contextmanager
def _as_reader(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Begin SQLite's next transaction as a reader's: ours begin as writers'."""
    if not isinstance(connection, SQLite):
        yield
        return
    # The stubs do not know the attribute.
    mode = connection.transaction_mode  # type: ignore[attr-defined]
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]
