"""Leaves work on desks of the sample city: what waits, came back, wants a reason.

So that a fresh demo has something to do for each of its logins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.domain.standards import Form, Kind, form
from gongshi.domain.working_days import Calendar
from gongshi.intake.models import Batch
from gongshi.pipeline.sample_city import Delivery, deliver
from gongshi.records.models import Record
from gongshi.review.actions import Comment, return_record

_WAITING_DAYS = 18  # back to decisions whose deadline has passed
_LATE_DAYS = 45
_NUMBER = 900  # beyond those of the city's life
_RETURNED = 2
_COMMENT = Comment(
    field="valid_until",
    text="许可有效期与决定书不一致，请核对后更正。",
)
_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """Who enters for a unit and who reviews there."""

    unit: str
    enterer: str
    reviewer: str


_DESKS = (
    _Desk(unit="lyg-hbj", enterer="huanbao", reviewer="huanbao-sh"),
    _Desk(unit="lyg-syjj", enterer="shiji", reviewer="shiji-sh"),
    _Desk(unit="dhx-mzj", enterer="donghai-mz", reviewer="donghai-mz-sh"),
)


def leave_work(at: datetime, *, calendar: Calendar) -> None:
    """Give each desk records to review, some of them late or returned; once."""
    for number, desk in enumerate(_DESKS, start=_NUMBER):
        unit = Unit.objects.get(code=desk.unit)
        if Batch.objects.filter(unit=unit, received_by=desk.enterer).exists():
            continue
        _leave(unit, desk, 2 * number, at, calendar)


def _leave(
    unit: Unit, desk: _Desk, number: int, at: datetime, calendar: Calendar
) -> None:
    by = Actor(username=desk.enterer, role="enterer", unit=unit.code)
    licences = form("national-2018", Kind.LICENCE)
    waiting = _delivery(unit, licences, number, at, days=_WAITING_DAYS)
    batch = deliver(waiting, by=by, reviewed_by=None, calendar=calendar)
    reviewer = Actor(username=desk.reviewer, role="reviewer", unit=unit.code)
    for record in _first(batch):
        return_record(record, comments=[_COMMENT], by=reviewer, at=at)
    penalties = form("jiangsu-2016", Kind.PENALTY)
    late = _delivery(unit, penalties, number + 1, at, days=_LATE_DAYS)
    deliver(late, by=by, reviewed_by=None, calendar=calendar, confirmed="")


def _delivery(
    unit: Unit, asked: Form, number: int, at: datetime, *, days: int
) -> Delivery:
    return Delivery(
        number=number,
        unit=unit,
        form=asked,
        rows=12,
        received_at=at,
        since=_day(at) - timedelta(days=days),
    )


def _first(batch: Batch) -> Sequence[Record]:
    records = Record.objects.filter(batch_id=batch.pk).select_related("unit")
    return list(records.order_by("row_number")[:_RETURNED])


def _day(at: datetime) -> date:
    return at.astimezone(_SHANGHAI).date()
