"""What both search back ends promise, in the words of the public store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.portal.search.filters import ANY, Facets, Filters, Value

COUNT_LIMIT = 10_000
ROUND = (100, 1_000)  # what is exceeded where counting takes too long


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What is looked for: a normalised, non-empty term and what may be shown.

    `beyond` is the position after which the results go on. `without_exact` leaves
    out the records whose credit code or decision number is the whole term, because
    a page has shown them before.
    """

    term: str
    on: date
    filters: Filters = ANY
    oldest_first: bool = False
    beyond: int | None = None
    without_exact: bool = False

    @property
    def credit_code(self) -> str | None:
        """The term as a credit code is written; None where it cannot be one."""
        return self.term.upper() if self.term.isascii() else None

    @property
    def order(self) -> str:
        """The direction in which positions are wanted, in SQL."""
        return "ASC" if self.oldest_first else "DESC"


@dataclass(frozen=True, kw_only=True)
class BoundedCount:
    """A number of records; where not exact there are more than that.

    `spare` of them can go before there are no longer more.
    """

    number: int
    is_exact: bool
    spare: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class StoredVersion:
    """As much of a stored row as taking it out of the index needs."""

    position: int
    search_text: str
    facets: Facets


@dataclass(frozen=True, kw_only=True)
class IndexedRows:
    """Rows of `published_record`, and of the index's own table where it has one."""

    rows: pl.DataFrame
    entries: pl.DataFrame | None = None


class SearchIndex(Protocol):
    """An index over `search_text` and facets, kept in step with `published_record`.

    A record is found exactly if its `search_text` contains the term; records
    without search text are never found.
    """

    def statements(self) -> Sequence[str]:
        """Return the SQL that creates the index of an empty store."""

    def before_loading(self) -> Sequence[str]:
        """Return the SQL after which an empty store is filled faster."""

    def after_loading(self) -> Sequence[str]:
        """Return the SQL that makes a store whole that was filled so."""

    def indexed(self, rows: pl.DataFrame) -> IndexedRows:
        """Return what the rows, as `projection.rows_of` has them, make of the store.

        Positions ascend. Asks no database.
        """

    def insert(self, connection: BaseDatabaseWrapper, indexed: IndexedRows) -> None:
        """Insert rows together with what the index holds of them."""

    def forget(
        self, connection: BaseDatabaseWrapper, versions: Sequence[StoredVersion]
    ) -> None:
        """Take the versions, whose rows are gone, out of the index."""

    def empty(self, connection: BaseDatabaseWrapper) -> None:
        """Take everything out of the index; all rows go, too."""

    def positions(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        """Return the positions of the next matches in the order that is wanted."""

    def newer(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        """Return the positions of the next matches, oldest first.

        Few rows lie beyond `criteria.beyond`, which is given.
        """

    def count(
        self, connection: BaseDatabaseWrapper, criteria: Criteria
    ) -> BoundedCount:
        """Count all matches below `beyond`, whatever `without_exact`, up to a bound."""


def conditions(criteria: Criteria, *, with_facets: bool) -> tuple[str, list[Value]]:
    """Return SQL on `published_record` as `r` for all but the term, with its values.

    Without facets only what no token decides: the display.
    """
    clauses = ["(r.display_until IS NULL OR r.display_until >= %s)"]
    values: list[Value] = [criteria.on]
    if with_facets:
        more, their_values = criteria.filters.conditions()
        clauses += more
        values += their_values
    if criteria.without_exact:
        clauses.append("r.decision_number_key <> %s")
        values.append(criteria.term)
    if criteria.without_exact and criteria.credit_code:
        clauses.append("r.credit_code <> %s")
        values.append(criteria.credit_code)
    return " AND ".join(clauses), values


def enough(limit: int) -> int:
    """Return how many are counted to tell that there are more than the limit.

    More than one more: then that holds for a while (`portal.counting`).
    """
    return limit * 5 // 4 + 1


def bounded(seen: int) -> BoundedCount:
    """Return the count of a search that stopped beyond the limit, or saw all."""
    if seen <= COUNT_LIMIT:
        return BoundedCount(number=seen, is_exact=True)
    return _exceeding(COUNT_LIMIT, seen)


def more_than(seen: int) -> BoundedCount:
    """Return the round number that a count exceeds which was broken off at `seen`."""
    return _exceeding(max((step for step in ROUND if step < seen), default=0), seen)


def _exceeding(number: int, seen: int) -> BoundedCount:
    return BoundedCount(number=number, is_exact=False, spare=max(0, seen - number - 1))
