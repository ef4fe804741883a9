"""Working days: weekends and holidays out, make-up days in; unknown stays unknown."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, cached_property

import chinese_calendar

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)

# Holidays on the same day every year (全国年节及纪念日放假办法, Art. 2). A year that
# an operator adds counts as known once these are among its rows: half a table
# would make working days of holidays.
_FIXED_HOLIDAYS = ((1, 1), (5, 1), (10, 1))


class DayKind(StrEnum):
    """What a notice of the State Council makes of a day."""

    HOLIDAY = "holiday"  # 法定节假日, 调休放假
    WORKDAY = "workday"  # 调休上班: a Saturday or Sunday on which work is done


DayRow = tuple[date, DayKind]


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The days that differ from an ordinary week, and the years that are known.

    Ordinary days are Monday to Friday. Asked about a day of a year that is not
    known, every method answers None.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]
    years: frozenset[int]

    def extended(self, rows: Iterable[DayRow]) -> "Calendar":
        """Return the calendar with an operator's rows; they win over older ones.

        A further year becomes known when its rows hold at least the holidays of
        1 January, 1 May and 1 October.
        """
        kinds = {day: DayKind(kind) for day, kind in rows}
        added = frozenset(kinds)
        holidays = frozenset(day for day in added if kinds[day] is DayKind.HOLIDAY) | (
            self.holidays - added
        )
        complete = frozenset(
            year
            for year in {day.year for day in added}
            if all(date(year, *fixed) in holidays for fixed in _FIXED_HOLIDAYS)
        )
        return Calendar(
            holidays=holidays,
            workdays=(self.workdays - added) | (added - holidays),
            years=self.years | complete,
        )

    def is_working_day(self, day: date) -> bool | None:
        """Whether work is done on a day."""
        if day.year not in self.years:
            return None
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def add_working_days(self, day: date, count: int) -> date | None:
        """Return the count-th working day after a day, which is not counted itself.

        None when a year in between is not known. A count below 1 is a ValueError.
        """
        if count < 1:
            raise ValueError(f"count must be at least 1, not {count}")
        index = bisect_right(self._working_days, day) + count - 1
        if index >= len(self._working_days):
            return None
        last = self._working_days[index]
        return last if self._knows(day, last) else None

    def working_days_between(self, first: date, last: date) -> int | None:
        """Return how many working days follow `first` up to and including `last`.

        Negative when `last` is the earlier one; None when a year is not known.
        """
        if last < first:
            backwards = self.working_days_between(last, first)
            return None if backwards is None else -backwards
        if not self._knows(first, last):
            return None
        return bisect_right(self._working_days, last) - bisect_right(
            self._working_days, first
        )

    def days(self) -> tuple[date, ...]:
        """Return every day from the first known year to the last, in order."""
        first, last = min(self.years), max(self.years)
        count = (date(last, 12, 31) - date(first, 1, 1)).days + 1
        return tuple(date(first, 1, 1) + _ONE_DAY * index for index in range(count))

    def _knows(self, first: date, last: date) -> bool:
        return self.years.issuperset(range(first.year, last.year + 1))

    @cached_property
    def _working_days(self) -> tuple[date, ...]:
        return tuple(day for day in self.days() if self.is_working_day(day))


@cache
def default_calendar() -> Calendar:
    """Return the calendar of the State Council's notices since 2004.

    Source: the package chinesecalendar, which is released anew with each notice.
    """
    holidays = frozenset(chinese_calendar.holidays)
    return Calendar(
        holidays=holidays,
        workdays=frozenset(chinese_calendar.workdays),
        years=frozenset(day.year for day in holidays),
    )
