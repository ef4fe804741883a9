"""A sample city's life since July 2015, pushed file by file through the pipeline."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.domain.sample import Order as SampleOrder
from gongshi.domain.sample import departments, first_day_in_time, sample_blocks
from gongshi.domain.standards import Form, Kind, form
from gongshi.domain.working_days import Calendar
from gongshi.intake.models import Batch
from gongshi.pipeline.imports import Order, import_file

FIRST_RECEIPT = date(2015, 7, 13)
_NATIONAL_FROM = date(2018, 8, 1)  # the first files in the national edition of 2018
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_ROWS = 50
_ROLLING_DAYS = 10
_MONTH_DAYS = 42
_FAULTS = 0.03
CONFIRMED = "示例数据，已与决定书核对"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One file of the sample city: who sends how many records of what, and when.

    Its decisions are made from `since` on, by default as far back as is in time.
    """

    number: int
    unit: Unit
    form: Form
    rows: int
    received_at: datetime
    since: date | None = None


def deliveries(
    total: int, *, until: datetime, calendar: Calendar
) -> Iterator[Delivery]:
    """Plan files with `total` records from July 2015 to the day of `until`.

    One file in twelve falls into the last ten days, so that the rolling list has
    something to show, and as many into the six weeks before, as the coverage of the
    last month is looked at most. Half of the files keep to the province's edition, which alone
    names the item: so that coverage has something to tell.
    """
    units = _units()
    count = -(-total // _ROWS)
    for number, day in enumerate(_receipt_days(count, until, calendar)):
        kind = Kind.PENALTY if number % 3 == 2 else Kind.LICENCE
        is_national = day >= _NATIONAL_FROM and number // 3 % 2
        edition = "national-2018" if is_national else "jiangsu-2016"
        at = datetime.combine(day, time(9, number % 60), _SHANGHAI)
        yield Delivery(
            number=number,
            unit=units[number * 7 % len(units)],
            form=form(edition, kind),
            rows=min(_ROWS, total - number * _ROWS),
            received_at=min(at, until),
        )


def deliver(
    delivery: Delivery,
    *,
    by: Actor,
    reviewed_by: Actor | None,
    calendar: Calendar,
    confirmed: str = CONFIRMED,
) -> Batch:
    """Push one file through receipt, rules and publication; return its batch.

    Without a reviewer it waits for one; without `confirmed` also for reasons.
    """
    on = delivery.received_at.astimezone(_SHANGHAI).date()
    sample = SampleOrder(
        form=delivery.form,
        rows=delivery.rows,
        seed=delivery.number,
        since=delivery.since or first_day_in_time(on, calendar),
        until=on,
        unit=delivery.unit.name,
        errors=_FAULTS,
        first_number=delivery.number * 100 + 1,
    )
    frame = pl.concat(
        [block.frame for block in sample_blocks(sample, calendar=calendar)]
    )
    order = Order(
        unit=delivery.unit, by=by, reviewed_by=reviewed_by, confirmed=confirmed
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{_title(delivery, on)}.csv"
        frame.write_csv(path, quote_style="necessary")
        return import_file(path, order, clock=lambda: delivery.received_at)


def _title(delivery: Delivery, on: date) -> str:
    what = "行政许可" if delivery.form.kind is Kind.LICENCE else "行政处罚"
    return f"{delivery.unit.short_name or delivery.unit.name}{what}{on:%Y%m%d}"


def _units() -> list[Unit]:
    names = [department.name for department in departments()]
    return list(Unit.objects.filter(name__in=names).order_by("code"))


def _receipt_days(count: int, until: datetime, calendar: Calendar) -> list[date]:
    last = until.astimezone(_SHANGHAI).date()
    recent = max(1, count // 12)
    rolling = last - timedelta(days=_ROLLING_DAYS - 1)
    month = rolling - timedelta(days=_MONTH_DAYS)
    early = _spread(count - 2 * recent, FIRST_RECEIPT, month - timedelta(days=1))
    lately = _spread(recent, month, rolling - timedelta(days=1))
    days = early + lately + _spread(recent, rolling, last)
    return [_working_day(day, calendar) for day in days]


def _spread(count: int, first: date, last: date) -> list[date]:
    span = (last - first).days
    return [first + timedelta(days=span * i // max(1, count - 1)) for i in range(count)]


def _working_day(day: date, calendar: Calendar) -> date:
    # Offices send on working days; a day of an unknown year stays as it is.
    while calendar.is_working_day(day) is False:
        day -= timedelta(days=1)
    return day
