"""Import and publication on SQLite beside the bare insertion of the same rows."""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from benchmarks.measure import DATA, GONGSHI, report, run, sample
from gongshi.domain.search_text import bigrams_of

ROWS = 200_000
UNIT = "lyg-hbj"
# Everything that a row leaves behind, store by store.
_TABLES = {
    "registry": ("records_record", "publication_change"),
    "portal": ("published_record",),
}
_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
)


def figures() -> None:
    """Rows a second, and the ratio to executemany into the same tables."""
    file = sample(ROWS, errors=0.0)
    ours, bare = _fresh("ours"), _fresh("bare")
    command = [GONGSHI, "import", str(file), "--unit", UNIT, "--publish"]
    command += ["--by", "enterer", "--reviewed-by", "reviewer"]
    os.environ.update(_environment(ours))
    taken = run(command)
    os.environ.pop("GONGSHI_DATA_DIR")
    inserted, seconds = _insert_bare(ours, bare)
    rate, ratio = ROWS / taken.seconds, taken.seconds / seconds
    report(
        "import and publish 200,000 rows on SQLite, search index included",
        seconds=taken.seconds, rows_per_second=rate, wanted="at least 8,000 rows a second",
        holds=rate >= 8000 and inserted == ROWS,
    )  # fmt: skip
    report(
        "import and publish 200,000 rows beside bare executemany of the same rows",
        ours_seconds=taken.seconds, bare_seconds=seconds, ratio=ratio,
        wanted="at most 4 times", holds=ratio <= 4,
    )  # fmt: skip


def _fresh(name: str) -> Path:
    folder = DATA / f"site-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    for arguments in (["migrate"], ["migrate", "--database", "portal"]):
        _manage(folder, *arguments, "-v0")
    _manage(folder, "load_city", "lianyungang")
    return folder


def _environment(folder: Path) -> Mapping[str, str]:
    return {"GONGSHI_DATA_DIR": str(folder)}


def _manage(folder: Path, *arguments: str) -> None:
    environment = {**os.environ, **_environment(folder)}
    subprocess.run(  # noqa: S603 - our own command
        [GONGSHI, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL
    )


def _insert_bare(ours: Path, bare: Path) -> tuple[int, float]:
    """Insert what ours holds into the empty stores of bare; return rows and seconds."""
    seconds, count = 0.0, 0
    for store, tables in _TABLES.items():
        with (
            closing(sqlite3.connect(ours / f"{store}.sqlite3")) as source,
            closing(sqlite3.connect(bare / f"{store}.sqlite3")) as target,
        ):
            target.executescript(_PRAGMAS)
            held = {table: _rows(source, table) for table in tables}
            statements = [
                (_insertion(source, table), rows) for table, rows in held.items()
            ]
            if store == "portal":
                statements.append(_index_rows(source))
            begun = time.perf_counter()
            for statement, rows in statements:
                target.executemany(statement, rows)
            target.commit()
            seconds += time.perf_counter() - begun
            count = len(statements[0][1])
    return count, seconds


def _rows(source: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return source.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our tables


def _insertion(source: sqlite3.Connection, table: str) -> str:
    columns = len(source.execute(f"PRAGMA table_info({table})").fetchall())
    return f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608


def _index_rows(source: sqlite3.Connection) -> tuple[str, list[tuple[object, ...]]]:
    texts = source.execute(
        "SELECT position, search_text FROM published_record"
        " WHERE search_text <> '' ORDER BY position"
    ).fetchall()
    bigrams = bigrams_of([text for _, text in texts])
    rows: list[tuple[object, ...]] = [
        (position, text) for (position, _), text in zip(texts, bigrams, strict=True)
    ]
    return "INSERT INTO published_search (rowid, bigrams) VALUES (?, ?)", rows
