"""The departments of Lianyungang, city and counties, under their names then and now.

Names are those of 2015 and, from the reform of early 2019 on, their successors.
Their credit codes are invented.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from zlib import crc32

from gongshi.domain.identifiers import (
    credit_code_check_character,
    organisation_code_check_character,
)
from gongshi.domain.sample.order import CannotSample
from gongshi.domain.sample.words import lines
from gongshi.domain.standards import Kind

REFORM = date(2019, 3, 1)
CITY = "320700"
_CITY_WEIGHT = 60  # about two decisions in five are the city's own


@dataclass(frozen=True, kw_only=True)
class Department:
    """One department of the city or of a county, under both of its names."""

    key: str
    region: str
    name: str
    name_2019: str
    letters: str
    words: Mapping[
        Kind, tuple[str, str]
    ]  # before a number: 连环审, until and since 2019
    weight: int

    @property
    def credit_code(self) -> str:
        """The invented code of the department under its first name."""
        return authority_code(self.region, self.name)

    @property
    def credit_code_2019(self) -> str:
        """The invented code of the department that took over in 2019."""
        return authority_code(self.region, self.name_2019)


def authority_code(region: str, name: str) -> str:
    """Return the invented credit code of an authority, the same for the same name."""
    serial = f"014{crc32(name.encode()) % 100_000:05}"
    body = f"11{region}{serial}{organisation_code_check_character(serial)}"
    return body + credit_code_check_character(body)


@cache
def departments() -> tuple[Department, ...]:
    """Return the departments of the city, then those of its districts and counties."""
    places = lines("places")
    return tuple(
        _department(line, place)
        for place in places
        for line in lines("departments")
        if line["city" if place["region"] == CITY else "county"]
    )


def _department(line: Mapping[str, str], place: Mapping[str, str]) -> Department:
    level = "city" if place["region"] == CITY else "county"
    names = {"place": place["place"], "area": place["area"]}
    return Department(
        key=line["key"],
        region=place["region"],
        name=line[level].format(**names),
        name_2019=line[f"{level}_2019"].format(**names),
        letters=line["letters"],
        words={
            kind: (
                place["word"] + line[f"{kind}_word"],
                place["word"] + line[f"{kind}_word_2019"],
            )
            for kind in Kind
        },
        weight=_CITY_WEIGHT if level == "city" else int(place["weight"]),
    )


def chosen(unit: str | None) -> tuple[Department, ...]:
    """Return the departments of that name, then or now; all of them for None.

    Raises:
        CannotSample: there is none.
    """
    found = tuple(
        department
        for department in departments()
        if unit in (None, department.name, department.name_2019)
    )
    if not found:
        names = "、".join(department.name for department in departments())
        raise CannotSample("unknown-unit", f"{unit}: name one of {names}.")
    return found
