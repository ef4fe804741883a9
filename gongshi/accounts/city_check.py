"""Says what is wrong in a city's CSV: file, line, field, and what to do."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongshi.domain import identifiers
from gongshi.domain.units import Level, UnitKind
from gongshi.domain.web_address import is_site_address

COLUMNS = (
    "code",
    "name",
    "short_name",
    "kind",
    "level",
    "region_code",
    "superior",
    "credit_authority",
    "start_date",
    "valid_from",
    "valid_until",
    "site_name",
    "site_address",
    "credit_code",
)
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,39}")
_LONGEST = {"name": 200, "short_name": 60, "site_name": 100, "site_address": 500}
_KINDS = ", ".join(UnitKind)
_LEVELS = ", ".join(Level)

Line = Mapping[str, str]
"""Cells by column; under "" what stands behind the last column."""
Lines = Sequence[tuple[int, Line]]
_Told = Iterator[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong in one cell, as a sentence that says what to do.

    `field` is empty where the whole line or file is meant.
    """

    file: str
    line: int
    field: str
    value: str
    told: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}"
        what = f", {self.field} {self.value!r}" if self.field else ""
        return f"{where}{what}: {self.told}"


def problems_of(file: str, columns: Sequence[str], lines: Lines) -> Sequence[Problem]:
    """Return everything that is wrong, in the order of lines; nothing: it can be used."""
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        told = f"The columns {', '.join(missing)} are missing. Add them to the heading."
        return [Problem(file=file, line=1, field="", value="", told=told)]
    if not lines:
        told = "There is no unit. Add a line for each, superiors first."
        return [Problem(file=file, line=1, field="", value="", told=told)]
    return [
        Problem(file=file, line=number, field=field, value=line[field], told=told)
        for number, line, field, told in _told(lines)
    ]


def _told(lines: Lines) -> Iterator[tuple[int, Line, str, str]]:
    all_codes = {line["code"] for _number, line in lines}
    entrusted = {
        line["code"] for _number, line in lines if line["kind"] == UnitKind.ENTRUSTED
    }
    codes: dict[str, int] = {}
    credit_codes: dict[str, int] = {}
    for number, line in lines:
        for field, told in (
            *_alone(line),
            *_among(line, all_codes, entrusted, codes),
            *_once(line, "code", codes),
            *_once(line, "credit_code", credit_codes),
        ):
            yield number, line, field, told
        codes.setdefault(line["code"], number)
        credit_codes.setdefault(line["credit_code"], number)


def _alone(line: Line) -> _Told:
    if line[""]:
        yield "", "There are more cells than columns. Take the commas too many away."
    for field in COLUMNS:
        if any(unicodedata.category(character) == "Cc" for character in line[field]):
            yield field, "It has a control character or line break. Take it away."
    for field, check in _CHECKS.items():
        sentence = check(line[field])
        if sentence:
            yield field, sentence
    for field, longest in _LONGEST.items():
        if len(line[field]) > longest:
            yield field, f"At most {longest} characters. Shorten it."
    first, last = _day(line["valid_from"]), _day(line["valid_until"])
    if first and last and last < first:
        yield "valid_until", "The unit ends before it begins. Correct one of the days."


def _among(
    line: Line,
    all_codes: set[str],
    entrusted: set[str],
    before: Mapping[str, int],
) -> _Told:
    superior, authority = line["superior"], line["credit_authority"]
    if superior and superior not in before:
        yield (
            "superior",
            "No line above has this code. Put the superior first, or correct the code.",
        )
    if superior in entrusted and line["kind"] == UnitKind.ENTRUSTED:
        yield (
            "superior",
            "An entrusted body cannot entrust another one. Name the unit above both.",
        )
    if not superior and line["kind"] == UnitKind.ENTRUSTED:
        yield "superior", "An entrusted body needs the unit that entrusts it."
    if authority and authority not in all_codes:
        yield "credit_authority", "No line has this code. Correct it or add the unit."


def _once(line: Line, field: str, before: Mapping[str, int]) -> _Told:
    if line[field] and line[field] in before:
        yield field, f"Line {before[line[field]]} has it already. Each has its own."


def _code(text: str) -> str:
    if _CODE.fullmatch(text):
        return ""
    return "Use letters, digits and hyphens, at most 40, such as lyg-hbj."


def _name(text: str) -> str:
    return "" if text else "Write the full official name."


def _kind(text: str) -> str:
    return "" if text in set(UnitKind) else f"Use one of: {_KINDS}."


def _level(text: str) -> str:
    return "" if text in set(Level) else f"Use one of: {_LEVELS}."


def _region(text: str) -> str:
    if identifiers.is_valid(identifiers.REGION_CODE, text):
        return ""
    return "Use six digits of GB/T 2260 that are listed in codelists/regions.csv."


def _needed_date(text: str) -> str:
    return _date(text) if text else "Write the day, such as 2016-01-01."


def _date(text: str) -> str:
    if not text or _day(text):
        return ""
    return "This is no day. Write it such as 2016-01-01."


def _site(text: str) -> str:
    if not text or is_site_address(text):
        return ""
    return "Write the whole address, such as http://www.example.gov.cn/, or nothing."


def _credit_code(text: str) -> str:
    if not text or identifiers.is_valid(identifiers.CREDIT_CODE, text):
        return ""
    return "The check character is wrong. Compare it with the certificate, or leave it."


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "code": _code,
    "name": _name,
    "kind": _kind,
    "level": _level,
    "region_code": _region,
    "start_date": _needed_date,
    "valid_from": _date,
    "valid_until": _date,
    "site_address": _site,
    "credit_code": _credit_code,
}
