"""The public store made again from a feed of many changes; one change until it is found."""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import GONGSHI, report, run

_CHANGES = 1_000_000
_A_SECOND = 8_000
_LONGEST_MS = 1_000
_SINGLES = 20


def figures() -> None:
    """Changes a second of `gongshi rebuild_portal`, and feed to visible."""
    changes = int(os.environ.get("GONGSHI_BENCH_CHANGES", _CHANGES))
    with TemporaryDirectory(prefix="gongshi-bench-") as folder:
        environment = {
            "GONGSHI_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "gongshi.settings",
        }
        os.environ.update(environment)
        _ourselves("fill", changes)
        done = run([GONGSHI, "rebuild_portal"])
        report(
            f"rebuild the public store of {changes:,} changes on SQLite",
            seconds=done.seconds,
            changes_per_second=changes / done.seconds,
            peak_mb=done.peak_bytes / 2**20,
            wanted=f"at least {_A_SECOND:,} a second",
            holds=changes / done.seconds >= _A_SECOND,
        )
        told = _ourselves("single", _SINGLES)
        longest = max(float(line) for line in told.split())
        report(
            f"from the feed to the search result, the longest of {_SINGLES} changes",
            longest_ms=longest,
            wanted=f"at most {_LONGEST_MS} ms",
            holds=longest <= _LONGEST_MS,
        )


def _ourselves(what: str, number: int) -> str:
    return subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "benchmarks.search_rebuild", what, str(number)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    ).stdout


def fill(changes: int) -> None:
    """Append so many publications to an empty registry's feed; the store gets none."""
    from django.core.management import call_command
    from django.db import transaction

    from benchmarks import search_feed
    from gongshi.publication.feed import Entry, append, lock_feed

    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, database="portal")
    for block in search_feed.changes(changes, at_once=20_000):
        entries = [Entry(record_id=c.record_id, payload=c.payload) for c in block]
        with transaction.atomic():
            append(lock_feed(), entries, operation=block[0].operation, at=block[0].at)


def single(changes: int) -> None:
    """Print the milliseconds from before each change's append until a search has it."""
    from django.db import transaction

    from benchmarks import search_feed
    from gongshi.portal import finding
    from gongshi.publication.consumers import hand_over
    from gongshi.publication.feed import Entry, append, lock_feed

    *_, block = search_feed.changes(10 * changes, at_once=10 * changes)
    until = search_feed.UNTIL.isoformat()
    shown = [c for c in block if (c.values["display_until"] or until) >= until]
    for number, change in enumerate(shown[:changes]):
        mark = f"新{number}乙{int(time.time())}"
        payload = change.payload.replace('"title":"', f'"title":"{mark}')
        entry = Entry(record_id=search_feed.record_id(10**9 + number), payload=payload)
        query = finding.read_query({"q": mark}, on=search_feed.UNTIL)
        begun = time.perf_counter()
        with transaction.atomic():
            appended = append(
                lock_feed(), [entry], operation=change.operation, at=change.at
            )
        hand_over(appended)
        if not finding.find(query).records:
            raise RuntimeError("What was handed over is not found.")
        sys.stdout.write(f"{(time.perf_counter() - begun) * 1000}\n")


if __name__ == "__main__":
    import django

    django.setup()
    {"fill": fill, "single": single}[sys.argv[1]](int(sys.argv[2]))
