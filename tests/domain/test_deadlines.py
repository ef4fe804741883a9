"""Deadlines against the table of worked examples, periods against the notice."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.domain.deadlines import (
    CannotFindPolicy,
    Case,
    Duty,
    Policies,
    default_policies,
    display_until,
    listed_until,
    publish_by,
    publish_deadlines,
    report_by,
)
from gongshi.domain.standards import Kind
from gongshi.domain.working_days import default_calendar

# decision, last day to publish, last day to report if published on it
EXAMPLES = [
    ("2016-01-04", "2016-01-13", "2016-01-15"),
    ("2016-01-07", "2016-01-18", "2016-01-20"),
    ("2016-01-09", "2016-01-19", "2016-01-21"),  # a Saturday
    ("2016-02-03", "2016-02-17", "2016-02-19"),
    ("2016-02-05", "2016-02-19", "2016-02-23"),
    ("2016-02-06", "2016-02-22", "2016-02-24"),  # a Saturday on which work was done
    ("2016-04-28", "2016-05-10", None),
    ("2016-06-08", "2016-06-20", None),
    ("2016-09-14", "2016-09-26", None),
    ("2016-09-30", "2016-10-14", None),
    ("2025-09-30", "2025-10-16", None),
    ("2026-02-12", "2026-02-28", "2026-03-03"),  # ends on a Saturday of work
    ("2026-09-24", "2026-10-12", None),
]
PUBLISHED = date(2016, 3, 1)


@pytest.mark.parametrize(("decided", "publish", "report"), EXAMPLES)
def test_deadlines_of_the_worked_examples(
    decided: str, publish: str, report: str | None
) -> None:
    calendar = default_calendar()

    deadline = publish_by(date.fromisoformat(decided), calendar=calendar)

    assert deadline == date.fromisoformat(publish)
    if report:
        assert report_by(deadline, calendar=calendar) == date.fromisoformat(report)


def test_statutory_exception_of_an_item_replaces_the_seven_days() -> None:
    decided = date(2016, 1, 4)
    calendar = default_calendar()

    assert publish_by(decided, calendar=calendar, working_days=20) == date(2016, 2, 1)
    assert report_by(decided, calendar=calendar, working_days=5) == date(2016, 1, 11)


def test_deadline_in_a_year_without_notice_is_unknown() -> None:
    last = max(default_calendar().years)

    assert publish_by(date(last, 12, 28), calendar=default_calendar()) is None


def test_decision_before_the_notice_has_no_deadline() -> None:
    assert publish_by(date(2015, 6, 30), calendar=default_calendar()) is None


def test_list_shows_ten_calendar_days() -> None:
    assert listed_until(date(2016, 2, 5)) == date(2016, 2, 14)


def test_stated_end_of_validity_ends_the_display() -> None:
    end = date(2020, 5, 31)

    assert display_until(PUBLISHED, end, kind=Kind.LICENCE) == end


def test_long_term_validity_has_no_end() -> None:
    end = date(2099, 12, 31)

    assert display_until(PUBLISHED, end, kind=Kind.LICENCE) is None


@pytest.mark.parametrize("kind", list(Kind))
def test_seven_years_from_publication_where_no_end_is_stated(kind: Kind) -> None:
    assert display_until(PUBLISHED, None, kind=kind) == date(2023, 3, 1)


def test_period_ends_with_the_month_where_the_day_is_missing() -> None:
    published = date(2016, 2, 29)

    assert display_until(published, None, kind=Kind.LICENCE) == date(2023, 2, 28)


def test_validity_that_is_over_still_leaves_the_days_of_the_list() -> None:
    over = date(2016, 2, 1)

    assert display_until(PUBLISHED, over, kind=Kind.LICENCE) == date(2016, 3, 10)


def test_day_without_policy_is_refused() -> None:
    with pytest.raises(CannotFindPolicy) as refusal:
        listed_until(date(2010, 1, 1))

    assert refusal.value.code == "no-policy"


def test_every_policy_has_its_legal_source_and_date() -> None:
    for row in default_policies().rows:
        assert row.source
        assert row.to_date is None or row.from_date < row.to_date


def test_national_rows_are_inactive_until_chosen() -> None:
    names = {row.name for row in default_policies().rows if row.is_active}

    assert names == {"lianyungang-2016-9", "withdraw-revoked"}


@pytest.mark.parametrize(
    ("name", "decided", "severity", "end"),
    [
        ("ndrc-2019-527", date(2020, 1, 6), "general", date(2021, 1, 8)),
        ("ndrc-2019-527", date(2020, 1, 6), "serious", date(2023, 1, 8)),
        ("ndrc-2023-58", date(2024, 1, 5), "", date(2027, 1, 5)),
        ("state-council-2025-22", date(2025, 7, 1), "minor", date(2025, 10, 1)),
        ("state-council-2025-22", date(2025, 7, 1), "general", date(2026, 7, 1)),
        ("ndrc-2026-repair", date(2026, 4, 1), "serious", date(2029, 4, 1)),
    ],
)
def test_chosen_national_row_limits_the_display_of_a_penalty(
    name: str, decided: date, severity: str, end: date
) -> None:
    policies = default_policies().activated(name)
    published = decided + timedelta(days=2)

    limited = display_until(
        published,
        None,
        kind=Kind.PENALTY,
        decision_date=decided,
        severity=severity,
        policies=policies,
    )
    licence = display_until(published, None, kind=Kind.LICENCE, policies=policies)

    assert limited == end
    assert licence == published.replace(year=published.year + 7)


def test_ceiling_also_limits_a_stated_end() -> None:
    policies = default_policies().activated("ndrc-2023-58")

    end = display_until(
        date(2024, 1, 8),
        date(2099, 12, 31),
        kind=Kind.PENALTY,
        decision_date=date(2024, 1, 5),
        policies=policies,
    )

    assert end == date(2027, 1, 5)


def test_more_specific_row_wins() -> None:
    policies = default_policies().activated("samr-2021-45")
    case = Case(on=date(2022, 1, 4), kind=Kind.PENALTY, scope="market-regulation")

    special = policies.find(Duty.PUBLISH, case)
    general = policies.find(Duty.PUBLISH, Case(on=date(2022, 1, 4)))

    assert special is not None
    assert general is not None
    assert (special.term.amount, general.term.amount) == (20, 7)


def test_deadlines_of_all_days_agree_with_single_ones() -> None:
    calendar = default_calendar()

    frame = publish_deadlines(calendar)

    assert frame.schema == {"decision_date": pl.Date, "deadline": pl.Date}
    assert frame.height == len(calendar.days())
    for day, deadline in frame.sample(200, seed=1).iter_rows():
        assert deadline == publish_by(day, calendar=calendar)


def test_deadlines_follow_each_other_without_a_gap() -> None:
    days = publish_deadlines(default_calendar()).get_column("decision_date")

    assert days.diff().drop_nulls().unique().to_list() == [timedelta(days=1)]


def test_table_without_rows_knows_no_deadline() -> None:
    frame = publish_deadlines(default_calendar(), policies=Policies(rows=()))

    assert frame.get_column("deadline").null_count() == frame.height


@given(decided=st.dates(date(2015, 7, 1), date(2026, 11, 30)))
def test_publishing_is_due_on_a_working_day_within_a_month(decided: date) -> None:
    calendar = default_calendar()

    deadline = publish_by(decided, calendar=calendar)

    assert deadline is not None
    assert calendar.is_working_day(deadline)
    # Seven days are enough where a holiday ends before make-up days (October 2022).
    assert timedelta(days=7) <= deadline - decided < timedelta(days=31)
