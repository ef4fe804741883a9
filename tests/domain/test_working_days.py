"""Working days against every day of the State Council's notices since 2004."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.domain.working_days import Calendar, DayKind, DayRow, default_calendar

NOTICES = Path(__file__).parent / "data" / "cn_holiday_calendar_2004_2026.csv"
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=index) for index in range((LAST - FIRST).days + 1)]
known_days = st.dates(FIRST, date(2026, 10, 1))


def _notices() -> dict[date, str]:
    with NOTICES.open(encoding="utf-8") as lines:
        return {
            date.fromisoformat(line["date"]): line["kind"]
            for line in csv.DictReader(lines)
        }


def _whole_year(year: int) -> list[DayRow]:
    days = [date(year, 1, 1), date(year, 5, 1), date(year, 10, 1)]
    return [(day, DayKind.HOLIDAY) for day in days]


@pytest.mark.parametrize(("day", "kind"), _notices().items(), ids=str)
def test_day_of_a_notice_is_known(day: date, kind: str) -> None:
    assert default_calendar().is_working_day(day) is (kind == "workday")


def test_every_other_day_is_an_ordinary_one() -> None:
    noted = _notices()
    calendar = default_calendar()

    differing = [
        day
        for day in EVERY_DAY
        if day not in noted and calendar.is_working_day(day) is not (day.weekday() < 5)
    ]

    assert differing == []


def test_calendar_covers_all_years_of_the_notices() -> None:
    assert default_calendar().years >= set(range(2004, 2027))


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2040, 1, 4)])
def test_year_without_notice_is_unknown(day: date) -> None:
    calendar = default_calendar()

    assert calendar.is_working_day(day) is None
    assert calendar.add_working_days(day, 1) is None
    assert calendar.working_days_between(day, day) is None


def test_period_running_into_an_unknown_year_is_unknown() -> None:
    calendar = _only(2016)

    assert calendar.add_working_days(date(2016, 12, 28), 2) == date(2016, 12, 30)
    assert calendar.add_working_days(date(2016, 12, 28), 3) is None
    assert calendar.working_days_between(date(2016, 12, 28), date(2017, 1, 3)) is None


def test_period_over_an_unknown_year_is_unknown() -> None:
    calendar = _only(2016).extended(_whole_year(2018))

    assert calendar.add_working_days(date(2016, 12, 28), 3) is None
    assert calendar.add_working_days(date(2018, 1, 1), 1) == date(2018, 1, 2)


def test_decision_day_itself_is_not_counted() -> None:
    assert default_calendar().add_working_days(date(2016, 1, 4), 1) == date(2016, 1, 5)


def test_count_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        default_calendar().add_working_days(date(2016, 1, 4), 0)


def test_operator_adds_a_year() -> None:
    rows = [*_whole_year(2040), (date(2040, 1, 7), DayKind.WORKDAY)]

    calendar = default_calendar().extended(rows)

    assert calendar.is_working_day(date(2040, 1, 1)) is False
    assert calendar.is_working_day(date(2040, 1, 7)) is True  # a Saturday
    assert calendar.is_working_day(date(2040, 1, 8)) is False
    assert calendar.is_working_day(date(2040, 1, 9)) is True


def test_half_a_table_leaves_the_year_unknown() -> None:
    calendar = default_calendar().extended([(date(2040, 1, 1), DayKind.HOLIDAY)])

    assert calendar.is_working_day(date(2040, 1, 1)) is None


def test_operator_corrects_a_day() -> None:
    day = date(2016, 3, 1)

    closed = default_calendar().extended([(day, DayKind.HOLIDAY)])
    open_again = closed.extended([(day, DayKind.WORKDAY)])

    assert closed.is_working_day(day) is False
    assert open_again.is_working_day(day) is True
    assert default_calendar().is_working_day(day) is True


@given(day=known_days, count=st.integers(1, 30))
def test_adding_lands_on_a_working_day(day: date, count: int) -> None:
    calendar = default_calendar()

    last = calendar.add_working_days(day, count)

    assert last is not None
    assert calendar.is_working_day(last)
    assert calendar.working_days_between(day, last) == count


@given(day=known_days, later=st.integers(0, 40), count=st.integers(1, 20))
def test_adding_is_monotonic(day: date, later: int, count: int) -> None:
    calendar = default_calendar()

    first = calendar.add_working_days(day, count)
    second = calendar.add_working_days(day + timedelta(days=later), count)
    longer = calendar.add_working_days(day, count + 1)

    assert first is not None
    assert second is not None
    assert longer is not None
    assert first <= second
    assert first < longer


@given(first=known_days, second=known_days)
def test_between_counts_day_by_day(first: date, second: date) -> None:
    calendar = default_calendar()
    low, high = sorted((first, second))
    counted = sum(
        calendar.is_working_day(low + timedelta(days=index)) is True
        for index in range(1, min((high - low).days, 60) + 1)
    )
    near = min(high, low + timedelta(days=60))

    assert calendar.working_days_between(low, near) == counted
    assert calendar.working_days_between(near, low) == -counted


def _only(year: int) -> Calendar:
    calendar = default_calendar()
    return Calendar(
        holidays=frozenset(day for day in calendar.holidays if day.year == year),
        workdays=frozenset(day for day in calendar.workdays if day.year == year),
        years=frozenset({year}),
    )
