"""What both search back ends promise, in the words of the public store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

COUNT_LIMIT = 10_000

Value = str | int | date  # what a query takes as a parameter


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What is looked for: a normalised, non-empty term and what may be shown.

    `without_exact` leaves out the records whose credit code or decision number
    is the whole term, because a page has shown them before.
    """

    term: str
    on: date
    kind: str | None = None
    before: int | None = None
    without_exact: bool = False

    @property
    def credit_code(self) -> str | None:
        """The term as a credit code is written; None where it cannot be one."""
        return self.term.upper() if self.term.isascii() else None


@dataclass(frozen=True, kw_only=True)
class BoundedCount:
    """A number of records; where not exact there are more than that."""

    number: int
    is_exact: bool


@dataclass(frozen=True, kw_only=True)
class StoredVersion:
    """As much of a stored row as taking it out of the index needs."""

    position: int
    search_text: str


class SearchIndex(Protocol):
    """A bigram index over `search_text`, kept in step with `published_record`.

    A record is found exactly if its `search_text` contains the term; records
    without search text are never found.
    """

    def statements(self) -> Sequence[str]:
        """Return the SQL that creates the index of an empty store."""

    def insert(
        self,
        connection: BaseDatabaseWrapper,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        """Insert rows of `published_record` (see `bulk.insert_rows`) and index them.

        `columns` contains `position` and `search_text`; positions ascend.
        """

    def forget(
        self, connection: BaseDatabaseWrapper, versions: Sequence[StoredVersion]
    ) -> None:
        """Take the versions, whose rows are gone, out of the index."""

    def positions(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        """Return the positions of the newest matches below `before`, newest first."""

    def count(
        self, connection: BaseDatabaseWrapper, criteria: Criteria
    ) -> BoundedCount:
        """Count all matches, whatever `before` and `without_exact`, up to a bound."""


def conditions(criteria: Criteria) -> tuple[str, list[Value]]:
    """Return SQL on `published_record` for all but the term, with its values."""
    clauses = ["(r.display_until IS NULL OR r.display_until >= %s)"]
    values: list[Value] = [criteria.on]
    if criteria.kind:
        clauses.append("r.kind = %s")
        values.append(criteria.kind)
    if criteria.without_exact:
        clauses.append("r.decision_number_key <> %s")
        values.append(criteria.term)
    if criteria.without_exact and criteria.credit_code:
        clauses.append("r.credit_code <> %s")
        values.append(criteria.credit_code)
    return " AND ".join(clauses), values
