"""Reads a city's units from the CSV that lies beside this module."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_CITIES = Path(__file__).parent / "cities"


class CannotLoadCity(Exception):
    """There is no such city on file."""

    code = "unknown-city"


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """One line of a city's CSV; `superior` is the code of an earlier line."""

    code: str
    name: str
    short_name: str
    region_code: str
    superior: str
    start_date: date
    credit_code: str


def cities() -> tuple[str, ...]:
    """Return the names of the cities on file."""
    return tuple(sorted(path.stem for path in _CITIES.glob("*.csv")))


def read_city(name: str) -> Iterator[UnitRow]:
    """Yield the city's units, superiors first.

    Raises:
        CannotLoadCity: there is no CSV of that name.
    """
    if name not in cities():
        raise CannotLoadCity(name)
    with (_CITIES / f"{name}.csv").open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            yield UnitRow(
                code=line["code"],
                name=line["name"],
                short_name=line["short_name"],
                region_code=line["region_code"],
                superior=line["superior"],
                start_date=date.fromisoformat(line["start_date"]),
                credit_code=line["credit_code"],
            )
