"""Rules about time: order of dates, the seven working days, the start of disclosure."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from gongshi.domain.deadlines import publish_deadlines
from gongshi.domain.findings import Category, Severity
from gongshi.domain.messages import noop
from gongshi.domain.rules.base import (
    NATIONAL_LICENCE,
    Check,
    Context,
    Level,
    Rule,
    fails,
    not_applicable,
    passes,
)
from gongshi.domain.rules.cells import day

_DATE_FORMAT = "%Y/%m/%d"


def _future(context: Context) -> Iterable[Check]:
    for name in ("decision_date", "updated_date"):
        if context.form.field(name):
            yield Check(
                field=name,
                fails=day(name) > context.received_on,
                expected=pl.lit(f"≤ {context.received_on:{_DATE_FORMAT}}"),
                possible=day(name).max() > context.received_on,
            )


def _order(context: Context) -> Iterable[Check]:
    pairs = (
        ("valid_until", "valid_from"),
        ("valid_until", "decision_date"),
        ("display_until", "decision_date"),
        ("updated_date", "decision_date"),
    )
    for later, earlier in pairs:
        if context.form.field(later) is None or context.form.field(earlier) is None:
            continue
        if (
            later == "valid_until"
            and earlier == "decision_date"
            and context.form.field("valid_from")
        ):
            continue
        yield Check(
            field=later,
            fails=day(later) < day(earlier),
            expected=pl.lit("≥ ") + day(earlier).dt.strftime(_DATE_FORMAT),
        )


def _late(context: Context) -> Iterable[Check]:
    deadlines = publish_deadlines(context.calendar)
    first = deadlines.get_column("decision_date").min()
    assert isinstance(first, date)
    offset = (day("decision_date") - pl.lit(first)).dt.total_days()
    known = offset.is_between(0, deadlines.height - 1)
    column = deadlines.get_column("deadline")
    deadline = pl.lit(column).gather(pl.when(known).then(offset))
    on_time_from = deadlines.filter(pl.col("deadline") >= context.received_on)
    earliest = on_time_from.get_column("decision_date").min()
    # What is held already arrived before; sending it again is not what counts.
    is_first = pl.col("held").is_null()
    yield Check(
        field="decision_date",
        fails=pl.when(is_first).then(deadline < context.received_on),
        expected=deadline.dt.strftime(_DATE_FORMAT),
        possible=None
        if earliest is None
        else day("decision_date").min() < pl.lit(earliest),
    )


def _before_start(context: Context) -> Iterable[Check]:
    yield Check(
        field="decision_date",
        fails=day("decision_date") < context.start_date,
        expected=pl.lit(f"≥ {context.start_date:{_DATE_FORMAT}}"),
        possible=day("decision_date").min() < context.start_date,
    )


def _unit_absent(context: Context) -> Iterable[Check]:
    decided = day("decision_date")
    first, last = context.exists_from, context.exists_until
    expected = f"≥ {first:{_DATE_FORMAT}}"
    fails, possible = decided < first, decided.min() < first
    if last is not None:
        expected += f", ≤ {last:{_DATE_FORMAT}}"
        fails, possible = fails | (decided > last), possible | (decided.max() > last)
    yield Check(
        field="decision_date",
        fails=fails,
        expected=pl.lit(expected),
        possible=possible,
    )


DATE_RULES = (
    Rule(
        code="date-in-future",
        level=Level.ROW,
        category=Category.ACCURACY,
        summary=noop("A decision is not dated after the day of receipt."),
        message=noop(
            "%(label)s %(value)s lies in the future (%(expected)s). Correct the date."
        ),
        source="苏双公示数据项模板2016（不可超过当前数据报送日期）",
        checks=_future,
        examples=(
            passes({"decision_date": "2016/01/08"}),
            fails({"decision_date": "2016/01/13"}, expected="≤ 2016/01/12"),
            not_applicable({"decision_date": "2016年"}, field="decision_date"),
        ),
    ),
    Rule(
        code="date-order",
        level=Level.ROW,
        category=Category.ACCURACY,
        summary=noop("A period does not end before it begins."),
        message=noop(
            "%(label)s %(value)s is too early: %(expected)s. Correct one of the two dates."
        ),
        source="苏双公示数据项模板2016 XK_JZQ、CF_GSJZQ、SJC；发改办财金〔2018〕424号",
        checks=_order,
        examples=(
            passes({"valid_until": "2021/01/07"}),
            fails({"valid_until": "2015/12/31"}, expected="≥ 2016/01/08"),
            fails({"valid_until": "2015/12/31"}, form=NATIONAL_LICENCE),
            not_applicable({"valid_until": None}, field="valid_until"),
        ),
    ),
    Rule(
        code="late",
        level=Level.ROW,
        category=Category.TIMELINESS,
        severity=Severity.WARNING,
        needs_confirmation=True,
        summary=noop("A decision is received by its seventh working day."),
        message=noop(
            "The decision of %(value)s had to be public by %(expected)s"
            " (seven working days, the day of the decision not counted)."
        ),
        source="连政办发〔2016〕9号 四(四)1",
        checks=_late,
        examples=(
            passes({"decision_date": "2016/01/04"}),
            fails({"decision_date": "2015/12/30"}, expected="2016/01/11"),
            not_applicable({"decision_date": "1999/12/30"}),
        ),
    ),
    Rule(
        code="unit-absent",
        level=Level.ROW,
        category=Category.ACCURACY,
        summary=noop("The unit existed on the day of the decision."),
        message=noop(
            "On %(value)s the unit did not exist (%(expected)s). Correct the date, or"
            " hand the decision in for the unit that made it."
        ),
        source="连政办发〔2016〕9号 二(三)（谁产生、谁公示、谁负责）",
        checks=_unit_absent,
        examples=(
            passes({"decision_date": "2000/01/01"}),
            fails({"decision_date": "1999/12/31"}, expected="≥ 2000/01/01"),
            not_applicable({"decision_date": "不详"}),
        ),
    ),
    Rule(
        code="before-start",
        level=Level.ROW,
        category=Category.TIMELINESS,
        severity=Severity.WARNING,
        needs_confirmation=True,
        summary=noop(
            "A decision was made since the day from which the unit discloses."
        ),
        message=noop(
            "The decision of %(value)s is older than the unit's duty to disclose (%(expected)s)."
            " It is accepted; check that it is meant to be public."
        ),
        source="连政办发〔2016〕9号 四(四)2",
        checks=_before_start,
        examples=(
            passes({"decision_date": "2015/07/01"}),
            fails({"decision_date": "2015/06/30"}, expected="≥ 2015/07/01"),
            not_applicable({"decision_date": "不详"}),
        ),
    ),
)
