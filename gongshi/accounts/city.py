"""Reads a city's units from its folder of CSV, beside this module or anywhere."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from gongshi.accounts.city_check import COLUMNS, Lines, Problem, problems_of
from gongshi.domain.units import Level, UnitKind

_CITIES = Path(__file__).parent / "cities"
UNITS = "units.csv"


class CannotLoadCity(Exception):
    """The city's folder cannot be used.

    Codes: `unknown-city` (no such folder), `bad-lines` (`problems` says which).
    """

    def __init__(self, code: str, name: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(name)
        self.code = code
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """One line of units.csv; `superior` is the code of an earlier line, or empty.

    An empty short name, superior, site, credit code or day says nothing: what the
    office knows stays.
    """

    line: int
    code: str
    name: str
    short_name: str
    kind: UnitKind
    level: Level
    region_code: str
    superior: str
    credit_authority: str
    start_date: date
    valid_from: date | None
    valid_until: date | None
    site_name: str
    site_address: str
    credit_code: str


def cities() -> tuple[str, ...]:
    """Return the names of the cities that come with Gongshi."""
    return tuple(sorted(path.parent.name for path in _CITIES.glob(f"*/{UNITS}")))


def read_city(name: str) -> Sequence[UnitRow]:
    """Return the city's units, superiors first; a name, or the path of a folder.

    Raises:
        CannotLoadCity: see there.
    """
    path = _folder(name) / UNITS
    if not path.is_file():
        raise CannotLoadCity("unknown-city", name)
    return _read(name, path, path.stat().st_mtime_ns)


@cache
def _read(name: str, path: Path, _written: int) -> Sequence[UnitRow]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        told = "This is not UTF-8. Save the file as CSV UTF-8."
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(file=UNITS, line=line, field="", value="", told=told)
        raise CannotLoadCity("bad-lines", name, [problem]) from error
    reader = csv.DictReader(text.splitlines(), restkey="", restval="")
    lines = [(reader.line_num, _trimmed(line)) for line in reader]
    problems = problems_of(UNITS, reader.fieldnames or (), lines)
    if problems:
        raise CannotLoadCity("bad-lines", name, problems)
    return tuple(_rows(lines))


def _folder(name: str) -> Path:
    return _CITIES / name if name in cities() else Path(name)


def _trimmed(line: Mapping[str, str]) -> Mapping[str, str]:
    extra = "".join(line.get("") or ())  # behind the last column
    return {"": extra, **{name: (line.get(name) or "").strip() for name in COLUMNS}}


def _rows(lines: Lines) -> Iterator[UnitRow]:
    for number, line in lines:
        yield UnitRow(
            line=number,
            code=line["code"],
            name=line["name"],
            short_name=line["short_name"],
            kind=UnitKind(line["kind"]),
            level=Level(line["level"]),
            region_code=line["region_code"],
            superior=line["superior"],
            credit_authority=line["credit_authority"],
            start_date=date.fromisoformat(line["start_date"]),
            valid_from=_day(line["valid_from"]),
            valid_until=_day(line["valid_until"]),
            site_name=line["site_name"],
            site_address=line["site_address"],
            credit_code=line["credit_code"],
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
