"""The office's pages with 1,000,000 records of 80 units beside 50,000, on both databases."""

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


def figures() -> None:
    """95th percentiles in the server, page by page, and their ratio."""
    few_rows = int(os.environ.get("GONGSHI_BENCH_FEW", FEW))
    many_rows = int(os.environ.get("GONGSHI_BENCH_MANY", MANY))
    for name, store in _stores().items():
        with store(few_rows) as environment:
            few = _measured(few_rows, environment)
        with store(many_rows) as environment:
            many = _measured(many_rows, environment)
        for page, before in few.items():
            after = many[page]
            ratio = after / before
            report(
                f"office on {name}, {page}: p95 with {many_rows:,} records beside {few_rows:,}",
                many_ms=after, few_ms=before, ratio=ratio,
                wanted=f"under {_MOST_MS} ms and at most {_MOST_RATIO} times",
                holds=after < _MOST_MS and ratio <= _MOST_RATIO,
            )  # fmt: skip


def _measured(rows: int, environment: Mapping[str, str]) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "benchmarks.office_site", str(rows)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def _sqlite(rows: int) -> Iterator[Mapping[str, str]]:
    folder = DATA / f"office-{rows}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield _environment(folder)
    finally:
        shutil.rmtree(folder)


@contextmanager
def _postgresql(rows: int) -> Iterator[Mapping[str, str]]:
    server = os.environ["GONGSHI_TEST_POSTGRES_URL"]
    folder = DATA / f"office-{rows}"
    folder.mkdir(parents=True, exist_ok=True)
    database = f"bench_office_{uuid4().hex[:8]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}"')
        try:
            address = {"GONGSHI_DATABASE_URL": f"{server}/{database}"}
            yield {**_environment(folder), **address}
        finally:
            connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
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
