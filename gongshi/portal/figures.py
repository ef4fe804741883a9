"""Figures from the summary tallies: never counted on the records themselves."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from gongshi.portal.models import Kind, MonthlyTally
from gongshi.portal.store import STORE

_MONTHS = 24
_MOST_CATEGORIES = 12
_SEPARATOR = ";"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """How many licences and penalties fall under one heading."""

    key: str
    licence: int
    penalty: int

    @property
    def total(self) -> int:
        """Both kinds together."""
        return self.licence + self.penalty


@dataclass(frozen=True, kw_only=True)
class CategoryFigures:
    """The categories of one kind, the largest first."""

    kind: str
    rows: Sequence[tuple[str, int]]


def by_month(unit_code: str | None = None) -> list[Figure]:
    """Return the last months in which anything was published, oldest first."""
    rows = _sums(_tallies(unit_code), "month")
    return sorted(rows, key=lambda figure: figure.key)[-_MONTHS:]


def by_region() -> list[Figure]:
    """Return the regions, the most published first."""
    return _largest_first(_sums(_tallies(None), "region_code"))


def by_unit() -> list[Figure]:
    """Return the units, the most published first."""
    return _largest_first(_sums(_tallies(None), "unit_code"))


def by_category(unit_code: str | None = None) -> list[CategoryFigures]:
    """Return the largest categories of each kind; what has two counts in both."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in Kind.values}
    rows = _tallies(unit_code).values_list("kind", "category")
    for kind, category, number in rows.annotate(number=Sum("records")):
        for part in set(category.split(_SEPARATOR)) - {""}:
            counts[kind][part] += number
    return [
        CategoryFigures(
            kind=kind,
            rows=sorted(counted.items(), key=lambda row: (-row[1], row[0]))[
                :_MOST_CATEGORIES
            ],
        )
        for kind, counted in counts.items()
    ]


def totals_of(
    unit_code: str | None = None, *, region_code: str | None = None
) -> Figure:
    """Return how many are published of a unit, of a region, or of all."""
    tallies = _tallies(unit_code)
    if region_code is not None:
        tallies = tallies.filter(region_code=region_code)
    numbers = dict(
        tallies.values_list("kind").annotate(number=Sum("records")).order_by()
    )
    return Figure(
        key=unit_code or region_code or "",
        licence=numbers.get(Kind.LICENCE.value, 0),
        penalty=numbers.get(Kind.PENALTY.value, 0),
    )


def _tallies(unit_code: str | None) -> QuerySet[MonthlyTally]:
    tallies = MonthlyTally.objects.using(STORE).filter(records__gt=0).order_by()
    return tallies if unit_code is None else tallies.filter(unit_code=unit_code)


def _sums(tallies: QuerySet[MonthlyTally], column: str) -> list[Figure]:
    sums = tallies.values_list(column, "kind").annotate(number=Sum("records"))
    numbers: dict[str, dict[str, int]] = {}
    for key, kind, number in sums:
        numbers.setdefault(key, dict.fromkeys(Kind.values, 0))[kind] = number
    return [
        Figure(
            key=key,
            licence=found[Kind.LICENCE.value],
            penalty=found[Kind.PENALTY.value],
        )
        for key, found in numbers.items()
    ]


def _largest_first(figures: Iterable[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda figure: (-figure.total, figure.key))
