"""Whole search pages for 16 readers while 20,000 records are being published.

The server stands behind nginx, as in deploy/; it, the publisher and the readers are
processes of their own, and the store is a copy of the big one. Beside it datasette on the same rows, with its own full-text search.
"""

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.measure import GONGSHI, report
from benchmarks.search_store import FOLDER, sqlite_store
from benchmarks.serving import asked, asked_alone, behind_proxy, served

_READERS = 16
_WORKERS = 2
_PUBLISHED = 20_000
_LONGEST_MS = 150
_TIMES_AS_FAST = 5
_ROWS = """
CREATE TABLE records AS SELECT position, subject_name, title, decision_number,
    credit_code, detail FROM source.published_record;
CREATE INDEX records_position ON records(position);
CREATE VIRTUAL TABLE records_fts USING fts5(
    subject_name, title, decision_number, credit_code, detail, content=records
);
INSERT INTO records_fts(rowid, subject_name, title, decision_number, credit_code, detail)
    SELECT rowid, subject_name, title, decision_number, credit_code, detail FROM records;
"""


def figures() -> None:
    """Pages while publishing; then beside datasette."""
    records = int(os.environ.get("GONGSHI_BENCH_MANY", 5_000_000))
    environment = sqlite_store(records)
    with _copy(Path(environment["GONGSHI_DATA_DIR"])) as folder:
        ours = {
            **environment,
            "GONGSHI_DATA_DIR": str(folder),
            "GONGSHI_ROLE": "portal",
            "GONGSHI_SEARCHES_PER_MINUTE": "100000000",
        }
        paths = _paths({**environment, "GONGSHI_DATA_DIR": str(folder)})
        with (
            served(_gongshi, ours, log=folder / "server.log", ports=_WORKERS) as first,
            behind_proxy(first, _WORKERS, folder=folder) as port,
        ):
            _while_publishing(port, paths["all"], environment, folder)
            _beside_datasette(port, paths, folder)


def _gongshi(port: int) -> Sequence[str]:
    workers = ["--workers", str(_WORKERS), "--separate-ports"]
    return [GONGSHI, "serve", "--port", str(port), *workers]


def _datasette(folder: Path, port: int) -> Sequence[str]:
    command = str(Path(sys.executable).with_name("datasette"))
    limit = ["--setting", "sql_time_limit_ms", "60000"]
    return [
        command,
        "serve",
        "-i",
        str(folder / "peer.db"),
        "--port",
        str(port),
        *limit,
    ]


@contextmanager
def _copy(source: Path) -> Iterator[Path]:
    folder = FOLDER / "pages"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        shutil.copy(source / "portal.sqlite3", folder)
        shutil.copy(source / "keys.env", folder)
        _forget(source / "portal.sqlite3")
        yield folder
    finally:
        shutil.rmtree(folder)


def _forget(path: Path) -> None:
    """Let the system's memory hold what is read, not what was copied."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _paths(environment: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the addresses of the mix, by sort and all together."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.search_sql", "--addresses"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "all": [path for paths in found.values() for path in paths]}


def _while_publishing(
    port: int, paths: list[str], environment: Mapping[str, str], folder: Path
) -> None:
    publisher = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "benchmarks.search_store", "publish", str(_PUBLISHED)],
        env={**os.environ, **environment, "GONGSHI_DATA_DIR": str(folder)},
    )
    times: list[float] = []
    faults: list[int] = []

    def read(first: int) -> None:
        for path in cycle(paths[first:] + paths[:first]):
            if publisher.poll() is not None:
                break
            took, status = asked_alone(port, path)
            times.append(took)
            if status != 200:
                faults.append(status)

    readers = [
        threading.Thread(target=read, args=(number * len(paths) // _READERS,))
        for number in range(_READERS)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if publisher.wait():
        raise RuntimeError("The publisher failed.")
    p95 = statistics.quantiles(times, n=20)[-1]
    report(
        f"search pages for {_READERS} readers while {_PUBLISHED:,} records are published",
        pages=len(times),
        median_ms=statistics.median(times),
        p95_ms=p95,
        longest_ms=max(times),
        errors=len(faults),
        wanted=f"p95 {_LONGEST_MS} ms, no error",
        holds=p95 <= _LONGEST_MS and not faults,
    )


def _beside_datasette(
    port: int, paths: Mapping[str, Sequence[str]], folder: Path
) -> None:
    with closing(sqlite3.connect(folder / "peer.db")) as peer:
        peer.execute("ATTACH ? AS source", [str(folder / "portal.sqlite3")])
        peer.executescript(_ROWS)
    with served(
        lambda port: _datasette(folder, port), {}, log=folder / "peer.log"
    ) as theirs:
        for sort in ("code", "number", "name"):
            words = [_words(path) for path in paths[sort]]
            our_times = asked(port, list(paths[sort]))
            their_times = asked(theirs, [_peer_path(word) for word in words])
            ours = statistics.median(took for took, _, _ in our_times)
            peer_ms = statistics.median(took for took, _, _ in their_times)
            found = sum(
                b'class="row' in body or b"<tr>" in body for _, _, body in their_times
            )
            report(
                f"search page beside datasette's: {sort}",
                ours_ms=ours,
                datasette_ms=peer_ms,
                times_as_fast=peer_ms / ours,
                datasette_found=found,
                of=len(words),
                wanted=f"at least {_TIMES_AS_FAST} times as fast",
                holds=peer_ms / ours >= _TIMES_AS_FAST,
            )
        _two_characters(port, theirs, [_middle(_words(path)) for path in paths["name"]])


def _two_characters(ours: int, theirs: int, words: Sequence[str]) -> None:
    """Look for companies by two characters out of the middle of their names."""
    found = asked(
        ours, [f"/open/api/v1/records?{urlencode({'q': word})}" for word in words]
    )
    peers = asked(
        theirs, [f"{_peer_path(word, form='.json')}&_shape=array" for word in words]
    )
    our_hits = sum(len(json.loads(body)["records"]) > 0 for _, _, body in found)
    their_hits = sum(len(json.loads(body)) > 0 for _, _, body in peers)
    report(
        "two characters of a company's name: found beside datasette",
        ours=our_hits,
        datasette=their_hits,
        of=len(words),
        wanted="all, where it finds nothing",
        holds=our_hits == len(words) and their_hits < len(words),
    )


def _middle(name: str) -> str:
    half = len(name) // 2
    return name[half - 1 : half + 1]


def _words(path: str) -> str:
    return parse_qs(urlsplit(path).query)["q"][0]


def _peer_path(word: str, *, form: str = "") -> str:
    asks = {"_search": f'"{word}"', "_searchmode": "raw", "_size": "20"}
    return f"/peer/records{form}?{urlencode({**asks, '_sort_desc': 'position'})}"
