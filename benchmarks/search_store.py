"""Big public stores for the searches: made once, kept in a folder, used again.

`python -m benchmarks.search_store RECORDS [POSTGRESQL-URL]` makes one by itself; the
folder is that of `GONGSHI_BENCH_STORES`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from benchmarks.measure import DATA

FOLDER = Path(os.environ.get("GONGSHI_BENCH_STORES", DATA / "stores"))
_AT_ONCE = 20_000
_A_BATCH = 100
_FAR = 10**9  # numbers whose ids no record of a store has


def sqlite_store(records: int) -> Mapping[str, str]:
    """Return the environment that names the store on SQLite; make it if need be."""
    folder = FOLDER / f"{records}"
    return _made(folder / "whole", _environment(folder), records)


def postgresql_store(records: int, server: str) -> Mapping[str, str]:
    """Return the environment that names the store on the server; make it if need be."""
    database = f"bench_search_{records}"
    folder = FOLDER / f"{records}-postgresql"
    address = f"{server.rstrip('/')}/{database}"
    environment = {**_environment(folder), "GONGSHI_PORTAL_DATABASE_URL": address}
    if not _exists(server, database):
        (folder / "whole").unlink(missing_ok=True)
    if not (folder / "whole").exists():
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}"')
            connection.execute(f'CREATE DATABASE "{database}"')
    return _made(folder / "whole", environment, records)


def _exists(server: str, database: str) -> bool:
    with psycopg.connect(f"{server}/postgres") as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [database]
        )
        return found.fetchone() is not None


def _environment(folder: Path) -> dict[str, str]:
    return {
        "GONGSHI_DATA_DIR": str(folder),
        "GONGSHI_MODE": "development",
        "DJANGO_SETTINGS_MODULE": "gongshi.settings",
    }


def _made(mark: Path, environment: dict[str, str], records: int) -> Mapping[str, str]:
    if not mark.exists():
        for left in mark.parent.glob("portal.sqlite3*"):
            left.unlink()
        mark.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "benchmarks.search_store", "fill", str(records)],
            env={**os.environ, **environment},
            check=True,
        )
        mark.touch()
    return environment


def fill(records: int) -> None:
    """Fill the store that the environment names, through the portal's own writes."""
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks import search_feed
    from gongshi.environment import relax_garbage_collection
    from gongshi.portal.actions import apply_changes
    from gongshi.portal.loading import loading

    relax_garbage_collection()
    call_command("migrate", verbosity=0, database="portal")
    begun, done = time.perf_counter(), 0
    with loading():
        for changes in search_feed.changes(records, at_once=_AT_ONCE):
            apply_changes(changes)
            done += len(changes)
            _say(f"{done:,} after {time.perf_counter() - begun:.0f} s")
    _say(
        f"whole after {time.perf_counter() - begun:.0f} s, {time.process_time():.0f} s of work"
    )


def publish(records: int) -> None:
    """Publish so many more records, a hundred at a time, as units do all day.

    With the priority that a worker has.
    """
    import django

    django.setup()
    from dataclasses import replace

    from benchmarks import search_feed
    from gongshi.domain.feed import Operation
    from gongshi.environment import give_way
    from gongshi.portal.actions import apply_changes
    from gongshi.portal.queries import feed_head

    give_way()
    number = feed_head().sequence
    for changes in search_feed.changes(records, at_once=_A_BATCH):
        fresh = [
            replace(
                change,
                sequence=number + place,
                record_id=search_feed.record_id(number + place + _FAR),
                hash=f"{number + place:064}",
            )
            for place, change in enumerate(changes, 1)
            if change.operation is not Operation.UNIT
        ]
        number += len(fresh)
        apply_changes(fresh)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    if sys.argv[1] in ("fill", "publish"):
        {"fill": fill, "publish": publish}[sys.argv[1]](int(sys.argv[2]))
    elif len(sys.argv) > 2:
        postgresql_store(int(sys.argv[1]), sys.argv[2])
    else:
        sqlite_store(int(sys.argv[1]))
