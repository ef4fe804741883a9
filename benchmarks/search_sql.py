"""Asks one store the mix, in one process, and prints what each search took.

`python -m benchmarks.search_sql [--tell]` prints one line of JSON: the milliseconds of
each search, page and count together; the environment names the store. `--tell`
prints the slowest ones to the error output. With `GONGSHI_BENCH_CLOCK=work` it is the
processor's time that is told, ours and the database's, which other work on the
machine disturbs less; for a server on the same machine.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import django

django.setup()

from django.db import connections  # noqa: E402

from benchmarks.search_feed import UNTIL  # noqa: E402
from benchmarks.search_mix import Search, mix  # noqa: E402
from gongshi.portal import finding  # noqa: E402
from gongshi.portal.store import STORE  # noqa: E402

# Others may use the machine: the best of a few runs is what the search itself takes.
_RUNS = int(os.environ.get("GONGSHI_BENCH_RUNS", "3"))
_TOLD = 25


def addresses() -> None:
    """Print the addresses of the mix's pages by sort, as one line of JSON."""
    found: dict[str, list[str]] = {}
    for search in mix():
        after = {"after": search.after} if search.after else {}
        found.setdefault(search.sort, []).append(
            f"/search?{urlencode({**search.params, **after})}"
        )
    sys.stdout.write(json.dumps(found) + "\n")


def main() -> None:
    """Ask everything once to warm up, then a few times; print the best of each."""
    searches, clock = list(mix()), _clock()
    best = [float("inf")] * len(searches)
    counts = list(best)
    for run in range(_RUNS + 1):
        for place, search in enumerate(searches):
            found, counted = _asked(search, clock)
            if run:
                best[place] = min(best[place], found)
                counts[place] = min(counts[place], counted)
    if "--tell" in sys.argv:
        _tell(searches, best, counts)
    sys.stdout.write(json.dumps({"page": best, "count": counts}) + "\n")


def _asked(search: Search, clock: Callable[[], float]) -> tuple[float, float]:
    """Return the milliseconds of the page and of the count."""
    query = finding.read_query(search.params, on=UNTIL)
    begun = clock()
    page = finding.find(query, after=search.after)
    found = clock()
    finding.count(query, first=None if search.after else page)  # as the page does
    return (found - begun) * 1000, (clock() - found) * 1000


def _clock() -> Callable[[], float]:
    if os.environ.get("GONGSHI_BENCH_CLOCK") != "work":
        return time.perf_counter
    connection = connections[STORE]
    if connection.vendor != "postgresql":
        return time.thread_time
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    told = Path(f"/proc/{process}/schedstat")

    def work() -> float:
        return time.thread_time() + int(told.read_text().split()[0]) / 1e9

    return work


def _tell(searches: list[Search], best: list[float], counts: list[float]) -> None:
    for name, times in (("page", best), ("count", counts)):
        slowest = sorted(zip(times, searches, strict=True), key=lambda pair: -pair[0])
        for took, search in slowest[:_TOLD]:
            sys.stderr.write(
                f"{name} {took:8.1f} ms  {search.sort}: {dict(search.params)} {search.after or ''}\n"
            )


if __name__ == "__main__":
    if "--addresses" in sys.argv:
        addresses()
    else:
        main()
