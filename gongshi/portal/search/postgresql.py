"""Search on PostgreSQL: a tsvector of bigrams under a GIN index, asked in two steps.

Why a tsvector and not an array: it keeps each bigram once and compactly, and
its queries know prefixes, which answer a single character. Having all bigrams
is not yet having the substring, so the text itself is always asked as well.

Why two steps: bigrams of one word go together, but the planner multiplies their
frequencies, takes a very common word for a rare one and collects millions of
rows from the index. So the newest rows are looked through first, which answers
every common term; only a term too rare for that goes to the index.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.domain import search_text
from gongshi.portal.bulk import insert_rows
from gongshi.portal.search.backend import (
    COUNT_LIMIT,
    BoundedCount,
    Criteria,
    StoredVersion,
    Value,
    conditions,
)

_WINDOW = 20_000  # newest rows that are looked through before the index is asked
_COMMON = 100  # matches in the window from which on a term is too common to count

_STATEMENTS = (
    "ALTER TABLE published_record ADD COLUMN search_tokens tsvector",
    "CREATE INDEX published_record_search ON published_record USING gin (search_tokens)",
)
_NEWEST = """
FROM (
    SELECT * FROM published_record WHERE {below} ORDER BY position DESC LIMIT {window}
) r
WHERE strpos(r.search_text, %s) > 0 AND {where}
"""
_INDEXED = """
FROM published_record r
WHERE r.search_tokens @@ %s::tsquery AND strpos(r.search_text, %s) > 0 AND {where}
"""


class PostgreSQLIndex:
    """The column `published_record.search_tokens` and its GIN index."""

    def statements(self) -> Sequence[str]:
        """Return the SQL that creates the index of an empty store."""
        return _STATEMENTS

    def insert(
        self,
        connection: BaseDatabaseWrapper,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        """Insert rows of `published_record` together with their bigrams."""
        text = columns.index("search_text")
        bigrams = search_text.bigrams_of([row[text] for row in rows])
        insert_rows(
            connection,
            "published_record",
            (*columns, "search_tokens"),
            (
                (*row, _quoted(set(tokens.split(" ")) - {""}, " "))
                for row, tokens in zip(rows, bigrams, strict=True)
            ),
        )

    def forget(
        self, connection: BaseDatabaseWrapper, versions: Sequence[StoredVersion]
    ) -> None:
        """Do nothing: the index entries went with the rows."""

    def positions(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        """Return the positions of the newest matches below `before`, newest first."""
        found = self._newest(connection, criteria, limit)
        return (
            found if len(found) == limit else self._indexed(connection, criteria, limit)
        )

    def count(
        self, connection: BaseDatabaseWrapper, criteria: Criteria
    ) -> BoundedCount:
        """Count all matches; of a common term only those among the newest rows."""
        whole = replace(criteria, before=None, without_exact=False)
        window, is_all = self._count_newest(connection, whole)
        if is_all or window >= _COMMON:
            return _bounded(window, is_exact=is_all)
        where, values = conditions(whole)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 {_INDEXED.format(where=where)} LIMIT %s) m",  # noqa: S608 - the parts are constants, values are parameters
                [_query(whole.term), whole.term, *values, COUNT_LIMIT + 1],
            )
            (number,) = cursor.fetchone()
        return _bounded(number, is_exact=True)

    def _newest(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        where, values = conditions(criteria)
        below, bound = _below(criteria)
        newest = _NEWEST.format(below=below, window=_WINDOW, where=where)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT r.position {newest} ORDER BY r.position DESC LIMIT %s",
                [*bound, criteria.term, *values, limit],
            )
            return [position for (position,) in cursor.fetchall()]

    def _indexed(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        where, values = conditions(criteria)
        below, bound = _below(criteria)
        with connection.cursor() as cursor:
            # MATERIALIZED keeps the planner from walking the newest rows again.
            cursor.execute(
                f"WITH matching AS MATERIALIZED (SELECT r.position"  # noqa: S608 - the parts are constants, values are parameters
                f" {_INDEXED.format(where=where)} AND {below})"
                " SELECT position FROM matching ORDER BY position DESC LIMIT %s",
                [_query(criteria.term), criteria.term, *values, *bound, limit],
            )
            return [position for (position,) in cursor.fetchall()]

    def _count_newest(
        self, connection: BaseDatabaseWrapper, criteria: Criteria
    ) -> tuple[int, bool]:
        where, values = conditions(criteria)
        newest = _NEWEST.format(below="TRUE", window=_WINDOW, where=where)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*), (SELECT count(*) FROM (SELECT 1 FROM published_record"  # noqa: S608 - the parts are constants, values are parameters
                f" LIMIT {_WINDOW + 1}) w) {newest}",
                [criteria.term, *values],
            )
            number, rows = cursor.fetchone()
        return number, rows <= _WINDOW


def _below(criteria: Criteria) -> tuple[str, list[Value]]:
    return (
        ("TRUE", [])
        if criteria.before is None
        else ("position < %s", [criteria.before])
    )


def _bounded(number: int, *, is_exact: bool) -> BoundedCount:
    return BoundedCount(
        number=min(number, COUNT_LIMIT), is_exact=is_exact and number <= COUNT_LIMIT
    )


def _query(term: str) -> str:
    if len(term) == 1:
        return f"{_quoted([term], '')}:*"
    return _quoted({first + second for first, second in pairwise(term)}, " & ")


def _quoted(tokens: Iterable[str], separator: str) -> str:
    return separator.join(
        "'" + token.replace("\\", "\\\\").replace("'", "''") + "'" for token in tokens
    )
