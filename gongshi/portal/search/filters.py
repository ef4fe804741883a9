"""What narrows a search beside its term, as conditions on rows and as index tokens.

A filter is exact in both forms: what the index answers with a token, the row's own
columns would answer too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import polars as pl

# No normalised text holds this character: no term can ask for a facet.
_MARK = "\x01"
_CATEGORY_SEPARATOR = ";"
# Between these days lie all decisions; an open period ends with them.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)
# What the tokenizers would split at, fold or drop.
_UNSAFE = re.compile(r"[\x00-\x20A-Z^\x7f]|\s")

Value = str | int | date  # what a query takes as a parameter


FACET_COLUMNS = (
    "kind",
    "region_code",
    "unit_code",
    "unit_level",
    "catalogue_item",
    "category",
    "decision_date",
)


class Facets(NamedTuple):
    """The columns of a row by which a search can be narrowed."""

    kind: str
    region_code: str
    unit_code: str
    unit_level: str
    catalogue_item: str
    category: str
    day: str  # of the decision: 2016-03-01


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a record must be; None asks nothing.

    `region` takes in all regions below it: 320700 a whole city with its districts.
    `category` is one label of the several that a record may have. `since` and `until`
    are days of decision, both included.
    """

    kind: str | None = None
    region: str | None = None
    unit: str | None = None
    level: str | None = None
    item: str | None = None
    category: str | None = None
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return any(getattr(self, field.name) is not None for field in fields(self))

    def conditions(self) -> tuple[list[str], list[Value]]:
        """Return SQL on `published_record` as `r`, to be joined by AND, and its values."""
        clauses: list[str] = []
        values: list[Value] = []
        for column, value in self._equal():
            clauses.append(f"r.{column} = %s")
            values.append(value)
        if self.region is not None:
            prefix = region_prefix(self.region)
            clauses.append("substr(r.region_code, 1, %s) = %s")
            values += [len(prefix), prefix]
        if self.category is not None:
            # Whole labels only, and without LIKE, which is not exact on SQLite.
            whole = f"'{_CATEGORY_SEPARATOR}' || r.category || '{_CATEGORY_SEPARATOR}'"
            clauses.append(f"replace({whole}, %s, '') <> {whole}")
            values.append(f"{_CATEGORY_SEPARATOR}{self.category}{_CATEGORY_SEPARATOR}")
        days, of_days = self.days()
        return clauses + days, values + of_days

    def days(self) -> tuple[list[str], list[Value]]:
        """Return the conditions on the day of decision alone."""
        clauses: list[str] = []
        values: list[Value] = []
        if self.since is not None:
            clauses.append("r.decision_date >= %s")
            values.append(self.since)
        if self.until is not None:
            clauses.append("r.decision_date <= %s")
            values.append(self.until)
        return clauses, values

    def tokens(self) -> list[str]:
        """Return the tokens that a matching record has, but for the period.

        Kind with category, and level with region, have tokens of their own: each of
        the two may be on half of all records, and both together on none.
        """
        region = None if self.region is None else region_prefix(self.region)
        wanted = [
            *_together(("k", self.kind), ("c", self.category)),
            *_together(("l", self.level), ("r", region)),
            ("u", self.unit),
            ("i", self.item),
        ]
        return [_token(name, value) for name, value in wanted if value is not None]

    def period_tokens(self) -> list[str] | None:
        """Return tokens of which a record in the period has one; None asks nothing.

        Whole decades, years and months have one each, and so has every day.
        """
        if self.since is None and self.until is None:
            return None
        since = max(self.since or _FIRST_DAY, _FIRST_DAY)
        until = min(self.until or _LAST_DAY, _LAST_DAY)
        # A period that holds no day that there is asks for what no record has.
        return list(_period(since, until)) or [_token("day", "none")]

    def _equal(self) -> Iterator[tuple[str, str]]:
        for column, value in (
            ("kind", self.kind),
            ("unit_code", self.unit),
            ("unit_level", self.level),
            ("catalogue_item", self.item),
        ):
            if value is not None:
                yield column, value


ANY = Filters()


def facet_tokens(facets: Facets) -> tuple[str, ...]:
    """Return the tokens under which the index keeps a row with these facets."""
    *others, day = facets
    return (*_tokens_of(*others), *_tokens_of_day(day))


@lru_cache(maxsize=65_536)
def _tokens_of(
    kind: str, region: str, unit: str, level: str, item: str, category: str
) -> tuple[str, ...]:
    prefix = region_prefix(region)
    regions = [prefix[:length] for length in range(2, len(prefix), 2)]
    regions = [part for part in (*regions, prefix) if part]
    labels = [label for label in category.split(_CATEGORY_SEPARATOR) if label]
    return (
        _token("k", kind),
        _token("u", unit),
        _token("l", level),
        *([_token("i", item)] if item else ()),
        *(_token("c", label) for label in labels),
        *(_token("kc", f"{kind} {label}") for label in labels),
        *(_token("r", part) for part in regions),
        *(_token("lr", f"{level} {part}") for part in regions),
    )


@lru_cache(maxsize=16_384)
def _tokens_of_day(day: str) -> tuple[str, ...]:
    names = (("day", day), ("m", day[:7]), ("y", day[:4]), ("d", day[:3]))
    return tuple(_token(name, value) for name, value in names)


def facet_tokens_of(rows: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    """Return the tokens of each row of a frame with `FACET_COLUMNS` (String)."""
    columns = (rows.get_column(name).to_list() for name in FACET_COLUMNS)
    return map(facet_tokens, map(Facets._make, zip(*columns, strict=True)))


def region_prefix(code: str) -> str:
    """Return what the codes of a region and of all below it begin with."""
    while len(code) > 2 and code.endswith("00") and len(code) % 2 == 0:
        code = code[:-2]
    return code


def _together(*wanted: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """Return the one token in place of two, where both are asked."""
    names, values = zip(*wanted, strict=True)
    texts = [value for value in values if value is not None]
    if len(texts) < len(values):
        return list(wanted)
    return [("".join(names), " ".join(texts))]


def _period(since: date, until: date) -> Iterator[str]:
    day = since
    while day <= until:
        name, after = next(
            (name, after)
            for name, begins, after in _spans(day)
            if begins and after - timedelta(days=1) <= until
        )
        yield _token(name, day.isoformat()[: _LENGTHS[name]])
        day = after


_LENGTHS = {
    "d": 3,
    "y": 4,
    "m": 7,
    "day": 10,
}  # of the day's text, as in `_tokens_of_day`


def _spans(day: date) -> Iterator[tuple[str, bool, date]]:
    """Yield the spans that have tokens: whether one begins that day, and the next."""
    is_first = day.day == 1
    is_new_year = is_first and day.month == 1
    yield "d", is_new_year and day.year % 10 == 0, date(day.year + 10, 1, 1)
    yield "y", is_new_year, date(day.year + 1, 1, 1)
    yield "m", is_first, date(day.year + day.month // 12, day.month % 12 + 1, 1)
    yield "day", True, day + timedelta(days=1)


@lru_cache(maxsize=16_384)
def _token(name: str, value: str) -> str:
    kept = _UNSAFE.sub(lambda match: f"^{ord(match[0]):x}^", value)
    return f"{_MARK}{name}:{kept}"
