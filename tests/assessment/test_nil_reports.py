"""Nil reports: once per month and kind, with a reason, and only where it is true."""

from datetime import date

import pytest
from django.db import IntegrityError

from gongshi.accounts.models import Unit
from gongshi.assessment.actions import CannotFile, file_nil_report
from gongshi.assessment.models import NilReport
from gongshi.assessment.months import Month
from gongshi.audit.models import Event
from gongshi.catalogue.models import Kind
from tests.factories import AT, BY, RecordFactory, UnitFactory

pytestmark = pytest.mark.django_db
FEBRUARY = Month(date(2016, 2, 1))
REASON = "本月未收到申请"


@pytest.fixture
def unit() -> Unit:
    """Return a unit that discloses since July 2015."""
    return UnitFactory.create(code="lyg-hbj")


def refusal(unit: Unit, month: Month = FEBRUARY, **changes: object) -> str:
    """Return why a nil report on licences, changed so, is refused."""
    kinds = changes.get("kinds", [Kind.LICENCE])
    assert isinstance(kinds, list)
    reason = str(changes.get("reason", REASON))
    with pytest.raises(CannotFile) as refused:
        file_nil_report(unit, month, kinds, reason=reason, by=BY, at=AT)
    return refused.value.code


def test_a_report_names_month_kinds_reason_and_who(unit: Unit) -> None:
    file_nil_report(unit, FEBRUARY, list(Kind), reason=REASON, by=BY, at=AT)

    reports = NilReport.objects.order_by("kind")
    assert [(r.kind, r.month, r.reason, r.filed_by, r.filed_at) for r in reports] == [
        ("licence", FEBRUARY.first, REASON, "li", AT),
        ("penalty", FEBRUARY.first, REASON, "li", AT),
    ]
    event = Event.objects.get()
    assert event.action == "assessment.file_nil_report"
    assert '"month":"2016-02"' in event.details


def test_a_kind_that_is_named_twice_is_reported_once(unit: Unit) -> None:
    twice = [Kind.LICENCE, Kind.LICENCE]

    filed = file_nil_report(unit, FEBRUARY, twice, reason=REASON, by=BY, at=AT)

    assert [report.kind for report in filed] == ["licence"]


def test_a_month_is_reported_once(unit: Unit) -> None:
    file_nil_report(unit, FEBRUARY, [Kind.LICENCE], reason=REASON, by=BY, at=AT)

    assert refusal(unit) == "filed-already"
    file_nil_report(unit, FEBRUARY, [Kind.PENALTY], reason=REASON, by=BY, at=AT)
    assert NilReport.objects.count() == 2


@pytest.mark.parametrize(
    ("on", "refused"),
    [
        (date(2016, 1, 31), False),
        (date(2016, 2, 1), True),
        (date(2016, 2, 29), True),
        (date(2016, 3, 1), False),
    ],
)
def test_a_unit_with_records_of_the_month_has_nothing_to_report(
    unit: Unit, on: date, refused: bool
) -> None:
    RecordFactory.create(unit=unit, decision_date=on)

    if refused:
        assert refusal(unit) == "has-records"
    else:
        file_nil_report(unit, FEBRUARY, [Kind.LICENCE], reason=REASON, by=BY, at=AT)


def test_records_of_another_kind_or_unit_do_not_hinder(unit: Unit) -> None:
    RecordFactory.create(unit=unit, kind="penalty", decision_date=date(2016, 2, 9))
    RecordFactory.create(decision_date=date(2016, 2, 9))

    filed = file_nil_report(unit, FEBRUARY, [Kind.LICENCE], reason=REASON, by=BY, at=AT)

    assert len(filed) == 1


def test_a_report_has_a_reason_a_kind_and_a_month_that_counts(unit: Unit) -> None:
    assert refusal(unit, reason="  ") == "no-reason"
    assert refusal(unit, kinds=[]) == "no-kind"
    assert refusal(unit, Month(date(2016, 4, 1))) == "future-month"
    assert refusal(unit, Month(date(2015, 6, 1))) == "before-start"
    assert not NilReport.objects.exists()


def test_a_unit_that_ended_reports_no_later_month(unit: Unit) -> None:
    unit.valid_until = date(2016, 1, 31)
    unit.save()

    assert refusal(unit) == "unit-absent"


def test_the_table_takes_a_report_once(unit: Unit) -> None:
    report(unit)

    with pytest.raises(IntegrityError, match=r"nil_report_filed_once|nilreport\.kind"):
        report(unit)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"kind": "levy"}, "nil_report_kind_known"),
        ({"month": date(2016, 2, 2)}, "nil_report_names_a_month"),
        ({"reason": ""}, "nil_report_has_reason"),
    ],
)
def test_the_table_refuses_nonsense(
    unit: Unit, changes: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        report(unit, **changes)


def report(unit: Unit, **changes: object) -> NilReport:
    """Put a report into the table, straight."""
    values: dict[str, object] = {
        "unit": unit,
        "month": FEBRUARY.first,
        "kind": "licence",
        "reason": REASON,
        "filed_by": "li",
        "filed_at": AT,
    }
    return NilReport.objects.create(**(values | changes))
