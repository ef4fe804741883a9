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
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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
_PEER_SECONDS = 20
# Datasette takes a table's index for its own only where the quotes are these.
_ROWS = """
CREATE TABLE records AS SELECT position, subject_name, title, decision_number,
    credit_code, detail FROM source.published_record;
CREATE INDEX records_position ON records(position);
CREATE VIRTUAL TABLE records_fts USING fts5(
    subject_name, title, decision_number, credit_code, detail, content="records"
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
            _beside_datasette(port, paths, environment, folder)


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
    times, errors = _read_while_publishing(port, paths, _PUBLISHED, environment, folder)
    p95 = statistics.quantiles(times, n=20)[-1]
    report(
        f"search pages for {_READERS} readers while {_PUBLISHED:,} records are published",
        pages=len(times),
        median_ms=statistics.median(times),
        p95_ms=p95,
        longest_ms=max(times),
        errors=errors,
        wanted=f"p95 {_LONGEST_MS} ms, no error",
        holds=p95 <= _LONGEST_MS and not errors,
    )


def _read_while_publishing(
    port: int,
    paths: list[str],
    records: int,
    environment: Mapping[str, str],
    folder: Path,
) -> tuple[list[float], int]:
    publisher = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "benchmarks.search_store", "publish", str(records)],
        env={**os.environ, **environment, "GONGSHI_DATA_DIR": str(folder)},
    )
    read = _read(port, paths, lambda: publisher.poll() is not None)
    if publisher.wait():
        raise RuntimeError("The publisher failed.")
    return read


def _read(
    port: int, paths: list[str], is_over: Callable[[], bool]
) -> tuple[list[float], int]:
    """Let all readers ask until it is over; return milliseconds and faults."""
    times: list[float] = []
    faults: list[int] = []

    def ask(first: int) -> None:
        for path in cycle(paths[first:] + paths[:first]):
            if is_over():
                break
            took, status = asked_alone(port, path)
            times.append(took)
            if status != 200:
                faults.append(status)

    readers = [
        threading.Thread(target=ask, args=(number * len(paths) // _READERS,))
        for number in range(_READERS)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return times, len(faults)


def _beside_datasette(
    port: int,
    paths: Mapping[str, Sequence[str]],
    environment: Mapping[str, str],
    folder: Path,
) -> None:
    with closing(sqlite3.connect(folder / "peer.db")) as peer:
        peer.execute("ATTACH ? AS source", [str(folder / "portal.sqlite3")])
        peer.executescript(_ROWS)
    with served(
        lambda port: _datasette(folder, port), {}, log=folder / "peer.log"
    ) as theirs:
        _needs_to_search(theirs)
        _as_fast(port, theirs, paths, environment, folder)
        names = [_words(path) for path in paths["name"]]
        _two_characters(port, theirs, [pair for name in names for pair in _pairs(name)])


def _as_fast(
    ours: int,
    theirs: int,
    paths: Mapping[str, Sequence[str]],
    environment: Mapping[str, str],
    folder: Path,
) -> None:
    """Ask both for what both can answer; ours while publishing, the peer at rest."""
    mix = [path for sort in ("code", "number", "name") for path in paths[sort]]
    peer_mix = [_peer_path(_words(path)) for path in mix]
    alone, peer_alone = (
        statistics.median(took for took, _, _ in asked(port, asks))
        for port, asks in ((ours, mix), (theirs, peer_mix))
    )
    our_times, errors = _read_while_publishing(
        ours, mix, _PUBLISHED // 4, environment, folder
    )
    end = time.monotonic() + _PEER_SECONDS
    peer_times, peer_errors = _read(theirs, peer_mix, lambda: time.monotonic() > end)
    median, p95 = (
        figure(peer_times) / figure(our_times)
        for figure in (statistics.median, lambda t: statistics.quantiles(t, n=20)[-1])
    )
    report(
        f"search pages for {_READERS} readers, codes, numbers and names, beside datasette",
        ours_median_ms=statistics.median(our_times),
        datasette_median_ms=statistics.median(peer_times),
        times_as_fast=median,
        times_as_fast_p95=p95,
        one_reader_ours_ms=alone,
        one_reader_datasette_ms=peer_alone,
        errors=errors + peer_errors,
        wanted=f"at least {_TIMES_AS_FAST} times as fast",
        holds=min(median, p95) >= _TIMES_AS_FAST and not errors + peer_errors,
    )


def _needs_to_search(theirs: int) -> None:
    """Make sure that the peer searches, rather than list whatever is asked."""
    nothing = f"{_peer_path('zzzz', form='.json')}&_shape=array"
    ((_, status, body),) = asked(theirs, [nothing])
    if status != 200 or json.loads(body):
        raise RuntimeError("Datasette does not search.")


def _two_characters(ours: int, theirs: int, words: Sequence[str]) -> None:
    """Look for companies by two characters out of their names."""
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


def _pairs(name: str) -> list[str]:
    """Return pairs of characters near the beginning, the middle and the end."""
    half = len(name) // 2
    return [name[place : place + 2] for place in (2, half - 1, len(name) - 4)]


def _words(path: str) -> str:
    return parse_qs(urlsplit(path).query)["q"][0]


def _peer_path(word: str, *, form: str = "") -> str:
    asks = {"_search": f'"{word}"', "_searchmode": "raw", "_size": "20"}
    return f"/peer/records{form}?{urlencode({**asks, '_sort_desc': 'position'})}"
