"""Writes nil reports."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from gongshi.accounts.models import Unit
from gongshi.assessment.models import NilReport
from gongshi.assessment.months import Month
from gongshi.assessment.queries import kinds_with_records
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.catalogue.models import Kind

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class CannotFile(Exception):
    """The unit cannot report so.

    Codes: `no-reason`, `no-kind`, `future-month`, `before-start` (the unit did not
    disclose yet), `unit-absent` (it no longer or not yet existed), `has-records`,
    `filed-already`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def file_nil_report(
    unit: Unit,
    month: Month,
    kinds: Sequence[Kind],
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> list[NilReport]:
    """Note that the unit decided nothing of these kinds in the month.

    Raises:
        CannotFile: see there; nothing is noted then.
    """
    if not reason.strip():
        raise CannotFile("no-reason")
    kinds = list(dict.fromkeys(kinds))
    if not kinds:
        raise CannotFile("no-kind")
    _require_due(unit, month, at.astimezone(_SHANGHAI).date())
    Unit.objects.select_for_update().get(pk=unit.pk)
    if set(kinds) & kinds_with_records(unit, month):
        raise CannotFile("has-records")
    filed = NilReport.objects.filter(unit=unit, month=month.first)
    if filed.filter(kind__in=kinds).exists():
        raise CannotFile("filed-already")
    reports = [
        NilReport(
            unit=unit,
            month=month.first,
            kind=kind,
            reason=reason.strip(),
            filed_by=by.username,
            filed_at=at,
        )
        for kind in kinds
    ]
    NilReport.objects.bulk_create(reports)
    record_event(
        at=at,
        by=by,
        action="assessment.file_nil_report",
        target=Target(kind="unit", key=unit.code),
        details={
            "month": str(month),
            "kinds": [str(kind) for kind in kinds],
            "reason": reason.strip(),
        },
    )
    return reports


def _require_due(unit: Unit, month: Month, on: date) -> None:
    if month.first > on:
        raise CannotFile("future-month")
    if month.last < unit.start_date:
        raise CannotFile("before-start")
    if not unit.discloses_in(month.first, month.last):
        raise CannotFile("unit-absent")
