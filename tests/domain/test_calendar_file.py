"""An operator's calendar rows: what they change, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

from gongshi.domain import calendar_file
from gongshi.domain.calendar_file import CannotReadCalendar, read_calendar
from gongshi.domain.working_days import Calendar, default_calendar

YEAR = "2040-01-01,holiday,元旦\n2040-05-01,holiday,\n2040-10-01,holiday,国庆节\n"


def _read(folder: Path, content: str | bytes) -> Calendar:
    file = folder / "calendar.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_calendar(file, default_calendar())


def test_rows_win_over_the_calendar(tmp_path: Path) -> None:
    calendar = _read(
        tmp_path, "\ufeffdate,kind\r\n2016-10-03,workday\r\n\r\n2016-03-02, holiday\r\n"
    )

    assert calendar.is_working_day(date(2016, 10, 3)) is True
    assert calendar.is_working_day(date(2016, 3, 2)) is False
    assert calendar.years == default_calendar().years


def test_a_whole_year_becomes_known(tmp_path: Path) -> None:
    calendar = _read(tmp_path, f"date,kind,name\n{YEAR}2040-01-07,workday,调休\n")

    assert calendar.is_working_day(date(2040, 1, 7)) is True
    assert calendar.is_working_day(date(2040, 1, 8)) is False
    assert calendar.is_working_day(date(2040, 1, 9)) is True


@pytest.mark.parametrize(
    ("content", "line", "fault"),
    [
        ("", 1, calendar_file.NO_HEADING),
        ("2016-03-02,holiday\n", 1, calendar_file.NO_HEADING),
        ("date,kind\n2016-03-02\n", 2, calendar_file.CELLS),
        ("date,kind\n2016-03-02,holiday,a,b\n", 2, calendar_file.CELLS),
        ("date,kind\n\n2016-13-02,holiday\n", 3, calendar_file.NO_DATE),
        ("date,kind\n2016-03-02,休\n", 2, calendar_file.NO_KIND),
        ("date,kind\n2016-03-02,holiday\n2016-03-02,workday\n", 3, calendar_file.TWICE),
        (f"date,kind,name\n{YEAR}2041-01-01,holiday,\n", 5, calendar_file.HALF_A_YEAR),
        ("date,kind\n2016-03-02,休".encode("gb18030"), 2, calendar_file.NO_TEXT),
    ],
)
def test_a_bad_file_is_refused_with_line_and_fault(
    tmp_path: Path, content: str | bytes, line: int, fault: str
) -> None:
    with pytest.raises(CannotReadCalendar) as refused:
        _read(tmp_path, content)

    assert (refused.value.line, refused.value.fault) == (line, fault)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotReadCalendar) as refused:
        read_calendar(tmp_path / "calendar.csv", default_calendar())

    assert refused.value.fault == calendar_file.NO_FILE
