"""Figures as bars and charts: lengths for SVG, and what the chart script reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from gongshi.portal.figures import CategoryFigures, Figure
from gongshi.portal.subjects import Year

_WIDTH = 100.0  # of the longest bar, in the drawing's own units


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One heading, and how long its two parts are."""

    label: str
    licence: int
    penalty: int
    licence_width: str
    penalty_width: str


def year_bars(years: Sequence[Year]) -> list[Bar]:
    """Return a bar per year, to the scale of the fullest."""
    return _bars([(str(row.year), row.licence, row.penalty) for row in years])


def month_bars(months: Sequence[Figure]) -> list[Bar]:
    """Return a bar per month, to the scale of the fullest."""
    return _bars([(row.key, row.licence, row.penalty) for row in months])


def charts(
    *,
    regions: Sequence[tuple[str, Figure]],
    months: Sequence[Figure],
    categories: Sequence[CategoryFigures],
) -> dict[str, object]:
    """Return the statistics page's figures as its script draws them."""
    return {
        "licence": gettext("Administrative licence"),
        "penalty": gettext("Administrative penalty"),
        "regions": [[name, row.licence, row.penalty] for name, row in regions],
        "months": [[row.key, row.licence, row.penalty] for row in months],
        "categories": {
            figures.kind: [list(row) for row in figures.rows] for figures in categories
        },
    }


def _bars(rows: Sequence[tuple[str, int, int]]) -> list[Bar]:
    longest = max((licence + penalty for _, licence, penalty in rows), default=0) or 1
    return [
        Bar(
            label=label,
            licence=licence,
            penalty=penalty,
            # Text, so that no language writes a comma into a drawing.
            licence_width=f"{_WIDTH * licence / longest:.2f}",
            penalty_width=f"{_WIDTH * penalty / longest:.2f}",
        )
        for label, licence, penalty in rows
    ]
