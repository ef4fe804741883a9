"""Searching among 5,000,000 published records beside 500,000, on both databases."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.measure import report
from benchmarks.search_store import postgresql_store, sqlite_store

FEW, MANY = 500_000, 5_000_000
_LONGEST_MS, _MOST_GROWTH = 1000, 2.0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the mix may take on one of the databases, in milliseconds."""

    p95: float
    p99: float


_WANTED = {
    "SQLite": Wanted(p95=20, p99=100),
    "PostgreSQL": Wanted(p95=60, p99=250),
}


def figures() -> None:
    """95th and 99th percentiles of the mix, the slowest search, growth with size."""
    few, many = (
        int(os.environ.get(f"GONGSHI_BENCH_{name}", rows))
        for name, rows in (("FEW", FEW), ("MANY", MANY))
    )
    for name, (small, large) in _stores(few, many):
        wanted = _WANTED[name]
        before, after = _asked(small), _asked(large)
        for part in ("page", "count"):
            _tell(f"{name}, {part}s of {many:,} records", after[part], wanted)
            growth = percentile(after[part], 95) / percentile(before[part], 95)
            report(
                f"search on {name}, {part}s: p95 from {few:,} to {many:,} records",
                few_ms=percentile(before[part], 95),
                many_ms=percentile(after[part], 95),
                growth=growth,
                wanted=f"at most {_MOST_GROWTH} times",
                holds=growth <= _MOST_GROWTH,
            )


def percentile(times: Sequence[float], share: int) -> float:
    """Return the time within which that share of the searches was answered."""
    return sorted(times)[max(0, math.ceil(len(times) * share / 100) - 1)]


def _tell(what: str, times: Sequence[float], wanted: Wanted) -> None:
    p95, p99 = percentile(times, 95), percentile(times, 99)
    report(
        f"search on {what}, 200 searches",
        median_ms=percentile(times, 50),
        p95_ms=p95,
        p99_ms=p99,
        longest_ms=max(times),
        wanted=f"p95 {wanted.p95} ms, p99 {wanted.p99} ms, none over {_LONGEST_MS} ms",
        holds=p95 <= wanted.p95 and p99 <= wanted.p99 and max(times) <= _LONGEST_MS,
    )


def _asked(environment: Mapping[str, str]) -> dict[str, list[float]]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.search_sql"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _stores(
    few: int, many: int
) -> Iterator[tuple[str, tuple[Mapping[str, str], Mapping[str, str]]]]:
    yield "SQLite", (sqlite_store(few), sqlite_store(many))
    server = os.environ.get("GONGSHI_TEST_POSTGRES_URL")
    if server:
        yield (
            "PostgreSQL",
            (postgresql_store(few, server), postgresql_store(many, server)),
        )
