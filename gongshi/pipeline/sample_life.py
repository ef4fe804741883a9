"""Lets some decisions of the sample city live on after publication, as real ones do.

Objections, withdrawals and a repaired credit: so that the marks, the tombstones and
the public log of withdrawals have something to show.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from gongshi.audit.actors import Actor
from gongshi.domain.lifecycle import Mark, State
from gongshi.domain.standards import Kind, Person
from gongshi.publication.actions import end_early, withdraw
from gongshi.publication.actions_life import mark
from gongshi.records.models import Record
from gongshi.review.reasons import EndReason, WithdrawalReason

_WITHDRAWALS = (
    (WithdrawalReason.REVOKED, "行政复议机关决定撤销原行政决定。"),
    (WithdrawalReason.WRONG, "公示内容录入有误，改正后重新公示。"),
    (WithdrawalReason.DUPLICATE, "同一决定重复报送。"),
)
_REPAIR = "行政相对人已纠正违法行为，信用修复申请经审核同意。"
_OBJECTION = "行政相对人对公示内容提出异议，正在核查。"
_STEP = 7  # not neighbours, which are alike
_SHANGHAI = ZoneInfo("Asia/Shanghai")


def live_on(at: datetime) -> None:
    """Take back, end and mark some of the newest records; once, however often called."""
    if Record.objects.filter(state=State.WITHDRAWN).exists():
        return
    licences, penalties = _newest(Kind.LICENCE), _newest(Kind.PENALTY)
    withdrawn = [*licences[:2], *penalties[:1]]
    for record, (code, reason) in zip(withdrawn, _WITHDRAWALS, strict=False):
        withdraw(record, reason_code=code, reason=reason, by=_reviewer(record), at=at)
    for record in penalties[1:3]:
        end_early(
            record,
            reason_code=EndReason.REPAIR,
            reason=_REPAIR,
            by=_reviewer(record),
            at=at,
        )
    day = at.astimezone(_SHANGHAI).date()
    for record in (*licences[2:3], *penalties[3:4]):
        by = _reviewer(record)
        mark(record, Mark.DISPUTED, on=day, reason=_OBJECTION, by=by, at=at)


def _newest(kind: Kind) -> Sequence[Record]:
    published = Record.objects.filter(
        state=State.PUBLISHED, kind=kind, person=Person.LEGAL
    )
    newest = published.select_related("unit").order_by("-published_on", "pk")
    return list(newest[: 4 * _STEP : _STEP])


def _reviewer(record: Record) -> Actor:
    return Actor(username="sample-sh", role="reviewer", unit=record.unit.code)
