"""What narrows a search beside its term, as conditions on rows and as index tokens.

A filter is exact in both forms: what the index answers with a token, the row's own
columns would answer too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

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
    month: str  # of the decision: 2016-03


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

        Whole years and decades have one each.
        """
        if self.since is None and self.until is None:
            return None
        since = max(self.since or _FIRST_DAY, _FIRST_DAY)
        until = min(self.until or _LAST_DAY, _LAST_DAY)
        return list(_period(since, until))

    @property
    def has_whole_months(self) -> bool:
        """Whether the period begins and ends with a month, so that tokens decide it."""
        begins = self.since is None or self.since.day == 1
        ends = self.until is None or (self.until + timedelta(days=1)).day == 1
        return begins and ends

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


@lru_cache(maxsize=65_536)
def facet_tokens(facets: Facets) -> tuple[str, ...]:
    """Return the tokens under which the index keeps a row with these facets."""
    year = facets.month[:4]
    prefix = region_prefix(facets.region_code)
    regions = [prefix[:length] for length in range(2, len(prefix), 2)]
    regions = [region for region in (*regions, prefix) if region]
    labels = [label for label in facets.category.split(_CATEGORY_SEPARATOR) if label]
    return (
        _token("k", facets.kind),
        _token("u", facets.unit_code),
        _token("l", facets.unit_level),
        *([_token("i", facets.catalogue_item)] if facets.catalogue_item else ()),
        *(_token("c", label) for label in labels),
        *(_token("kc", f"{facets.kind} {label}") for label in labels),
        *(_token("r", region) for region in regions),
        *(_token("lr", f"{facets.unit_level} {region}") for region in regions),
        _token("m", facets.month),
        _token("y", year),
        _token("d", year[:3]),
    )


def facets_of(row: Sequence[Any], places: Sequence[int]) -> Facets:
    """Return the facets of a row whose `FACET_COLUMNS` stand at those places."""
    *values, decided = (row[place] for place in places)
    day = decided if isinstance(decided, str) else decided.isoformat()
    return Facets._make((*values, day[:7]))


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
    months = since.year * 12 + since.month - 1
    last = until.year * 12 + until.month - 1
    while months <= last:
        for name, length in (("d", 120), ("y", 12), ("m", 1)):
            if months % length == 0 and months + length - 1 <= last:
                yield _token(name, _period_name(name, months))
                months += length
                break


def _period_name(name: str, months: int) -> str:
    year, month = divmod(months, 12)
    return {
        "d": f"{year // 10}",
        "y": f"{year:04}",
        "m": f"{year:04}-{month + 1:02}",
    }[name]


@lru_cache(maxsize=16_384)
def _token(name: str, value: str) -> str:
    kept = _UNSAFE.sub(lambda match: f"^{ord(match[0]):x}^", value)
    return f"{_MARK}{name}:{kept}"
