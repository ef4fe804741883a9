"""Reads an operator's own calendar rows: holidays and make-up days not yet released.

A CSV in UTF-8 with the heading `date,kind` or `date,kind,name`; `kind` is `holiday`
or `workday`, `name` is for the reader only.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from gongshi.domain.messages import noop
from gongshi.domain.working_days import Calendar, DayKind, DayRow

_HEADINGS = (["date", "kind"], ["date", "kind", "name"])

NO_FILE = noop("the file cannot be opened")
NO_TEXT = noop("the file is not text in UTF-8")
NO_HEADING = noop("the heading must be date,kind or date,kind,name")
CELLS = noop("a line has a date, a kind and perhaps a name, with commas between")
NO_DATE = noop("write the date as 2027-01-01")
NO_KIND = noop("write holiday or workday as the kind")
TWICE = noop("the date stands in the file twice")
HALF_A_YEAR = noop(
    "the year is not known yet, so that the file must hold all its holidays,"
    " 1 January, 1 May and 1 October among them"
)


class CannotReadCalendar(Exception):
    """The file cannot be used; `line` is 1-based, `fault` a marked sentence part."""

    code = "bad-calendar"

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(f"line {line}: {fault}.")
        self.line = line
        self.fault = fault


def read_calendar(path: Path, calendar: Calendar) -> Calendar:
    """Return the calendar extended by the rows of a file; they win over its own.

    Raises:
        CannotReadCalendar: a line is wrong, or a year would be known by half.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CannotReadCalendar(line, NO_TEXT) from error
    except OSError as error:
        raise CannotReadCalendar(1, NO_FILE) from error
    lines: dict[date, int] = {}
    rows: list[DayRow] = []
    for line, row in _rows(text.splitlines()):
        if row[0] in lines:
            raise CannotReadCalendar(line, TWICE)
        lines[row[0]] = line
        rows.append(row)
    extended = calendar.extended(rows)
    for day, line in lines.items():
        if day.year not in extended.years:
            raise CannotReadCalendar(line, HALF_A_YEAR)
    return extended


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, DayRow]]:
    cells = csv.reader(lines)
    if [cell.strip() for cell in next(cells, [])] not in _HEADINGS:
        raise CannotReadCalendar(1, NO_HEADING)
    for line in cells:
        if any(cell.strip() for cell in line):
            yield cells.line_num, _row(line, cells.line_num)


def _row(cells: list[str], line: int) -> DayRow:
    if len(cells) not in (2, 3):
        raise CannotReadCalendar(line, CELLS)
    try:
        day = date.fromisoformat(cells[0].strip())
    except ValueError as error:
        raise CannotReadCalendar(line, NO_DATE) from error
    if cells[1].strip() not in list(DayKind):
        raise CannotReadCalendar(line, NO_KIND)
    return day, DayKind(cells[1].strip())
