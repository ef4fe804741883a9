"""Asks one store the mix, in one process, and prints what each search took.

`python -m benchmarks.search_sql [--tell]` prints one line of JSON: the milliseconds of
each search, page and count together; the environment names the store. `--tell`
prints the slowest ones to the error output.
"""

import json
import os
import sys
import time

import django

django.setup()

from benchmarks.search_feed import UNTIL  # noqa: E402
from benchmarks.search_mix import Search, mix  # noqa: E402
from gongshi.portal import finding  # noqa: E402

# Others may use the machine: the best of a few runs is what the search itself takes.
_RUNS = int(os.environ.get("GONGSHI_BENCH_RUNS", "3"))
_TOLD = 25


def main() -> None:
    """Ask everything once to warm up, then a few times; print the best of each."""
    searches = list(mix())
    best = [float("inf")] * len(searches)
    counts = list(best)
    for run in range(_RUNS + 1):
        for place, search in enumerate(searches):
            found, counted = _asked(search)
            if run:
                best[place] = min(best[place], found)
                counts[place] = min(counts[place], counted)
    if "--tell" in sys.argv:
        _tell(searches, best, counts)
    sys.stdout.write(json.dumps({"page": best, "count": counts}) + "\n")


def _asked(search: Search) -> tuple[float, float]:
    """Return the milliseconds of the page and of the count."""
    query = finding.read_query(search.params, on=UNTIL)
    begun = time.perf_counter()
    finding.find(query, after=search.after)
    found = time.perf_counter()
    finding.count(query)
    return (found - begun) * 1000, (time.perf_counter() - found) * 1000


def _tell(searches: list[Search], best: list[float], counts: list[float]) -> None:
    for name, times in (("page", best), ("count", counts)):
        slowest = sorted(zip(times, searches, strict=True), key=lambda pair: -pair[0])
        for took, search in slowest[:_TOLD]:
            sys.stderr.write(
                f"{name} {took:8.1f} ms  {search.sort}: {dict(search.params)} {search.after or ''}\n"
            )


if __name__ == "__main__":
    main()
