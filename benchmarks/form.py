"""One record through the same rules, as a form asks for it."""

import statistics
import time

import polars as pl

from benchmarks.measure import report
from gongshi.domain.rules import Checker, Context
from gongshi.domain.rules.examples import RECEIVED_ON, valid_row
from gongshi.domain.standards import form_by_key
from gongshi.domain.working_days import default_calendar

_WARM_UP, _RUNS = 5, 50


def figures() -> None:
    """Milliseconds for a form of one record, once warm."""
    form = form_by_key("jiangsu-2016/licence/any")
    context = Context(form=form, received_on=RECEIVED_ON, calendar=default_calendar())
    schema = {"row": pl.UInt32} | dict.fromkeys(form.names, pl.String)
    frame = pl.DataFrame([{"row": 1, **valid_row(form)}], schema=schema)
    times = [_one(frame, context) for _ in range(_WARM_UP + _RUNS)][_WARM_UP:]
    median = statistics.median(times)
    report(
        "a form of one record, all rules",
        median_ms=median, longest_ms=max(times), wanted="under 20 ms", holds=median < 20,
    )  # fmt: skip


def _one(frame: pl.DataFrame, context: Context) -> float:
    begun = time.perf_counter()
    Checker().check(frame, context)
    return (time.perf_counter() - begun) * 1000
