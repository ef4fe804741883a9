"""Takes out of the sets that are kept what is no longer on display.

A set learns nothing after its day, but it forgets: what was withdrawn, ended early or
is past its display is not offered in a file either. Corrections do not change it.
"""

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import polars as pl

from gongshi.portal.models import Tombstone
from gongshi.portal.opendata.collecting import count, parts_of, write_part
from gongshi.portal.opendata.making import alone, link, put_up, settle
from gongshi.portal.opendata.package import DESCRIPTION, describe
from gongshi.portal.opendata.sets import PERIODS, names, set_folder
from gongshi.portal.opendata.tables import Table, tables
from gongshi.portal.opendata.writing import WRITERS
from gongshi.portal.queries import FeedHead
from gongshi.portal.store import STORE

_WORK = ".forgetting"
_NOTE = ".forgotten"
_AT_ONCE = 10_000
_LINE = re.compile(
    r'\{"record_id":"([0-9a-f-]{36})","sequence":([0-9]+),"digest":"([0-9a-f]{64})",'
    r'"record":(.*)\}\n'
)


def forget_records(root: Path, on: date, *, at: datetime) -> int:
    """Take out of all sets what is not on display that day; return how many records.

    A set without any is left as it is. An interrupted run changes nothing of the set
    it was at.

    Raises:
        CannotMakeSet: another process works in the folder.
    """
    with alone(root):
        _put_back(root)
        reached = last_removal()
        forgotten = sum(
            _forget(root, set_folder(root, period, name), on, at)
            for period in PERIODS
            for name in names(root, period)
        )
        (root / _NOTE).write_text(str(reached))
        return forgotten


def has_removals(root: Path) -> bool:
    """Say whether records were taken away since the sets last forgot."""
    note = root / _NOTE
    return last_removal() > (int(note.read_text()) if note.exists() else 0)


def last_removal() -> int:
    """Return the number of the last change that took a record away; 0: none did."""
    last = Tombstone.objects.using(STORE).order_by("-position").first()
    return last.position if last else 0


def _forget(root: Path, folder: Path, on: date, at: datetime) -> int:
    package = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    state = package["gongshi"]
    removed = _removed_since(state["change"])
    held = [table for table in tables() if (folder / f"{table.name}.parquet").exists()]
    gone = {table: _gone(folder, table, removed, on) for table in held}
    number = sum(map(len, gone.values()))
    if not number:
        return 0
    work = root / _WORK
    shutil.rmtree(work, ignore_errors=True)
    files = work / folder.name
    files.mkdir(parents=True)
    rows = {
        table: _write(folder, files, work / "parts", table, ids)
        for table, ids in gone.items()
    }
    head = FeedHead(sequence=state["change"], hash=state["head"])
    describe(
        files,
        rows,
        head=head,
        on=date.fromisoformat(package["version"]),
        at=at,
        taken_out=state.get("taken_out", 0) + number,
    )
    _exchange(files, folder)
    shutil.rmtree(work)
    return number


def _removed_since(sequence: int) -> pl.Series:
    later = Tombstone.objects.using(STORE).filter(position__gt=sequence)
    ids = later.values_list("record_id", flat=True)
    return pl.Series([str(number) for number in ids.iterator()], dtype=pl.String)


def _gone(folder: Path, table: Table, removed: pl.Series, on: date) -> frozenset[str]:
    held = pl.scan_parquet(folder / f"{table.name}.parquet")
    is_gone = pl.col("record_id").is_in(removed.implode()) | (
        pl.col("display_until") < on
    )
    return frozenset(held.filter(is_gone).select("record_id").collect().to_series())


def _write(
    folder: Path, files: Path, parts: Path, table: Table, gone: frozenset[str]
) -> int:
    """Write the table's files without what is gone; return how many rows they have."""
    files_of_it = [f"{table.name}.{format_}" for format_ in WRITERS]
    if not gone:
        for name in files_of_it:
            link(folder / name, files / name)
        held = pl.scan_parquet(folder / f"{table.name}.parquet")
        return int(held.select(pl.len()).collect().item())
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    _split(folder / f"{table.name}.ndjson", parts, table, gone)
    left = parts_of(parts, table)
    for format_, write in WRITERS.items():
        path = files / f"{table.name}.{format_}"
        write(table, left, path)
        settle(path)
    return count(left)


def _exchange(files: Path, target: Path) -> None:
    """Put the new files in the place of the old ones; for a moment there are none."""
    old = _aside(target)
    target.rename(old)
    put_up(files, target)
    shutil.rmtree(old)


def _put_back(root: Path) -> None:
    """Bring back the sets that a killed run had just taken down."""
    for period in PERIODS:
        for old in (root / period).glob(".*.old"):
            target = old.with_name(old.name.removeprefix(".").removesuffix(".old"))
            if target.exists():
                shutil.rmtree(old)
            else:
                old.rename(target)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _split(exact: Path, parts: Path, table: Table, gone: frozenset[str]) -> None:
    """Write parts of the records that stay, as they were collected."""
    # Bytes end lines at line feeds only, as the writer did.
    with exact.open("rb") as lines:
        staying = (each for each in _values(lines) if each["record_id"] not in gone)
        number = 0
        while chunk := list(islice(staying, _AT_ONCE)):
            path = parts / f"{number:019}.{table.name}.parquet"
            write_part(path, table, pl.DataFrame(chunk))
            number += 1


def _values(lines: Iterable[bytes]) -> Iterator[Mapping[str, str | int]]:
    for line in lines:
        match = _LINE.fullmatch(line.decode())
        assert match is not None
        record_id, sequence, digest, payload = match.groups()
        yield {
            "record_id": record_id,
            "sequence": int(sequence),
            "digest": digest,
            "payload": payload,
        }
