"""The office's pages with 1,000,000 records of 80 units beside 50,000, on both databases.

Filling takes longer than asking: with GONGSHI_BENCH_KEEP=FOLDER what was filled stays,
the files in that folder and the databases `bench_office_ROWS` on the server, and the
next run asks the same. GONGSHI_BENCH_PAGES has words that narrow the pages.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from benchmarks.measure import DATA, report

FEW, MANY = 50_000, 1_000_000
_MOST_MS, _MOST_RATIO = 100, 1.5
_ROUNDS = 3  # of 20 requests a page; the one that was disturbed least counts
_KEEP = os.environ.get("GONGSHI_BENCH_KEEP", "")


def figures() -> None:
    """95th percentiles in the server, page by page, and their ratio."""
    few_rows = int(os.environ.get("GONGSHI_BENCH_FEW", FEW))
    many_rows = int(os.environ.get("GONGSHI_BENCH_MANY", MANY))
    for name, store in _stores().items():
        with (
            store(few_rows) as few_store,
            store(many_rows) as many_store,
            _site(few_rows, few_store) as small,
            _site(many_rows, many_store) as large,
        ):
            for page in small.pages:
                # By turns: what else the machine does falls upon both alike.
                rounds = [(small.p95(page), large.p95(page)) for _ in range(_ROUNDS)]
                before, after = map(min, zip(*rounds, strict=True))
                ratio = after / before
                report(
                    f"office on {name}, {page}: p95 with {many_rows:,} records beside {few_rows:,}",
                    many_ms=after, few_ms=before, ratio=ratio,
                    wanted=f"under {_MOST_MS} ms and at most {_MOST_RATIO} times",
                    holds=after < _MOST_MS and ratio <= _MOST_RATIO,
                )  # fmt: skip


class _Site:
    """A process that asks for the pages of one registry (`office_site`)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pages: list[str] = json.loads(self._answer())

    def p95(self, page: str) -> float:
        """Return the percentile of some requests, in milliseconds."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{page}\n")
        self._process.stdin.flush()
        return float(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def _site(rows: int, environment: Mapping[str, str]) -> Iterator[_Site]:
    chosen = os.environ.get("GONGSHI_BENCH_PAGES", "").split()
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "benchmarks.office_site", str(rows), *chosen],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield _Site(process)
        finally:
            process.kill()


@contextmanager
def _sqlite(rows: int) -> Iterator[Mapping[str, str]]:
    with _folder(f"office-{rows}") as folder:
        yield _environment(folder)


@contextmanager
def _postgresql(rows: int) -> Iterator[Mapping[str, str]]:
    server = os.environ["GONGSHI_TEST_POSTGRES_URL"]
    name = f"bench_office_{rows}"
    database = name if _KEEP else f"{name}_{uuid4().hex[:8]}"
    with (
        psycopg.connect(f"{server}/postgres", autocommit=True) as connection,
        _folder(f"{name}-postgresql") as folder,
    ):
        there = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(there, [database]).fetchone() is None:
            connection.execute(f'CREATE DATABASE "{database}"')
        try:
            address = {"GONGSHI_DATABASE_URL": f"{server}/{database}"}
            yield {**_environment(folder), **address}
        finally:
            if not _KEEP:
                connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    folder = Path(_KEEP or DATA) / name
    if not _KEEP:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        if not _KEEP:
            shutil.rmtree(folder)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "GONGSHI_DATA_DIR": str(folder),
        "GONGSHI_MODE": "development",
        "DJANGO_SETTINGS_MODULE": "gongshi.settings",
    }


Store = Callable[[int], AbstractContextManager[Mapping[str, str]]]


def _stores() -> dict[str, Store]:
    stores: dict[str, Store] = {"SQLite": _sqlite}
    if os.environ.get("GONGSHI_TEST_POSTGRES_URL"):
        stores["PostgreSQL"] = _postgresql
    return stores
