"""Search on PostgreSQL: numbers of bigrams and facets under a GIN index, asked in steps.

Having all bigrams is not yet having the substring, so the text itself is always
asked as well; so are the columns behind the facets.

Why steps: the index knows no order. It would collect the millions of rows that have
a common word before it could tell the newest. So the newest rows are looked through
first, which answers every common term; then the index, for the spans of positions
nearest to them; then for the whole store, which is complete if there are few; and
only if there are many, stretch by stretch. Each step is bounded by what the one
before has found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from gongshi.portal.bulk import insert_frame
from gongshi.portal.search.backend import (
    COUNT_LIMIT,
    BoundedCount,
    Criteria,
    IndexedRows,
    StoredVersion,
    bounded,
    conditions,
    enough,
    more_than,
)
from gongshi.portal.search.filters import Value, facet_tokens_of
from gongshi.portal.search.keys import (
    SPAN,
    STRETCH,
    facet_keys,
    place_keys,
    span_key,
    stretch_key,
    term_keys,
    text_keys,
)

_WINDOW = 4_000  # positions nearest to the page that are looked through
_HIGHEST = 2**62  # above all positions
_ASKED = 6  # of a term's keys and filters
_FEW = 1_000  # candidates up to which the whole index is asked at once
_COUNTING_SECONDS = 0.03  # then no further stretch is counted
_RARE = 60  # matches in window and spans from which on a count goes by stretches

_CREATE_INDEX = (
    "CREATE INDEX published_record_search ON published_record USING gin (search_keys)"
)
_STATEMENTS = (
    "ALTER TABLE published_record ADD COLUMN search_keys integer[]",
    # Out of the row, uncompressed: only the index reads them, as they are written.
    "ALTER TABLE published_record ALTER COLUMN search_keys SET STORAGE EXTERNAL",
    # So that the text that is looked through stays within the row.
    "ALTER TABLE published_record SET (toast_tuple_target = 1024)",
    _CREATE_INDEX,
)
_LOOKED_THROUGH = """
FROM published_record r
WHERE r.position >= %s AND r.position < %s AND strpos(r.search_text, %s) > 0 AND {where}
"""
_SHARES = """
SELECT known.key, known.share FROM pg_stats, LATERAL unnest(
    most_common_elems::text::int[], most_common_elem_freqs[1:cardinality(most_common_elems::text::int[])]
) known(key, share)
WHERE schemaname = current_schema() AND tablename = 'published_record'
    AND attname = 'search_keys' AND known.key = ANY(%s::int[])
"""
# OFFSET 0 keeps the planner from joining other indexes in, whose share it misjudges.
_CANDIDATES = """
FROM (SELECT * FROM published_record WHERE {keys} OFFSET 0) r
WHERE r.position >= %s AND r.position < %s
"""


@dataclass(frozen=True, kw_only=True)
class _Range:
    """Positions from `low` up to `high`, which is no longer part of them."""

    low: int
    high: int

    def __bool__(self) -> bool:
        return self.low < self.high

    def split(self, criteria: Criteria, size: int, pieces: int = 1) -> "_Halves":
        """Return the first whole pieces in the order that is wanted, and the rest."""
        if criteria.oldest_first:
            middle = min(self.high, (self.low // size + pieces) * size)
            return replace(self, high=middle), replace(self, low=middle)
        middle = max(self.low, ((self.high - 1) // size - pieces + 1) * size)
        return replace(self, low=middle), replace(self, high=middle)

    def keys(self, size: int) -> list[int]:
        """Return the keys of the spans or stretches that the range touches."""
        key = span_key if size == SPAN else stretch_key
        return [
            key(number)
            for number in range(self.low // size, (self.high - 1) // size + 1)
        ]


_Halves = tuple[_Range, _Range]


class PostgreSQLIndex:
    """The column `published_record.search_keys` and its GIN index."""

    def statements(self) -> Sequence[str]:
        """Return the SQL that creates the index of an empty store."""
        return _STATEMENTS

    def before_loading(self) -> Sequence[str]:
        """Return the SQL that takes the index away."""
        return ("DROP INDEX published_record_search",)

    def after_loading(self) -> Sequence[str]:
        """Return the SQL that makes the index over all rows at once."""
        return (_CREATE_INDEX, "ANALYZE published_record")

    def indexed(self, rows: pl.DataFrame) -> IndexedRows:
        """Return the rows together with their keys."""
        texts, positions = (
            rows.get_column(name).to_list() for name in ("search_text", "position")
        )
        keys = map(_keys, texts, facet_tokens_of(rows), positions)
        column = pl.Series("search_keys", list(keys), dtype=pl.String)
        return IndexedRows(rows=rows.with_columns(column))

    def insert(self, connection: BaseDatabaseWrapper, indexed: IndexedRows) -> None:
        """Insert rows of `published_record` together with their keys."""
        insert_frame(connection, "published_record", indexed.rows)

    def forget(
        self, connection: BaseDatabaseWrapper, versions: Sequence[StoredVersion]
    ) -> None:
        """Do nothing: the index entries went with the rows."""

    def empty(self, connection: BaseDatabaseWrapper) -> None:
        """Do nothing: the index entries go with the rows."""

    def positions(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        """Return the positions of the next matches in the order that is wanted."""
        with connection.cursor() as cursor:
            search = _Search(cursor, criteria)
            near, rest = search.whole().split(criteria, _WINDOW, 2)
            found = search.looked_through(near, limit)
            if rest and len(found) < limit:
                spans, rest = rest.split(criteria, SPAN, 2)
                found += search.indexed(spans, limit - len(found), SPAN)
            if rest and len(found) < limit:
                found += search.rest(rest, limit - len(found))
            return found

    def newer(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        """Return the positions of the next matches, oldest first: by looking through."""
        beyond = _Range(low=(criteria.beyond or 0) + 1, high=_HIGHEST)
        with connection.cursor() as cursor:
            return _Search(cursor, criteria).looked_through(beyond, limit)

    def count(
        self, connection: BaseDatabaseWrapper, criteria: Criteria
    ) -> BoundedCount:
        """Count all matches up to the bound."""
        whole = replace(criteria, without_exact=False, oldest_first=False)
        wanted = enough(COUNT_LIMIT)
        with connection.cursor() as cursor:
            search = _Search(cursor, whole)
            near, rest = search.whole().split(whole, _WINDOW, 2)
            number = len(search.looked_through(near, wanted))
            size, pieces = SPAN, 2
            end = monotonic() + _COUNTING_SECONDS
            while rest and number < wanted:
                if size == STRETCH and monotonic() > end:
                    return more_than(number)
                if size == STRETCH and number < _RARE:
                    number += search.count(rest, wanted - number, None)
                    break
                part, rest = rest.split(whole, size, pieces)
                number += search.count(part, wanted - number, size)
                size, pieces = STRETCH, 1
        return bounded(number)


class _Search:
    """One search: its criteria as SQL, asked of one range after the other."""

    def __init__(self, cursor: CursorWrapper, criteria: Criteria) -> None:
        self._cursor = cursor
        self._criteria = criteria
        self._where, self._values = conditions(criteria, with_facets=True)
        filters = criteria.filters
        all_of = term_keys(criteria.term) | facet_keys(filters.tokens())
        self._keys = "search_keys @> %s::int[]"
        self._key_values: list[Any] = [self._rarest(all_of)]
        period = filters.period_tokens()
        if period:
            self._keys += " AND search_keys && %s::int[]"
            self._key_values.append(sorted(facet_keys(period)))

    def _rarest(self, keys: set[int]) -> list[int]:
        """Return the keys that are asked: of many, those on the fewest records.

        As the table's statistics have it; keys that are not among the common ones
        there come first. Each further key costs the index more than it tells.
        """
        if len(keys) <= _ASKED:
            return sorted(keys)
        self._cursor.execute(_SHARES, [sorted(keys)])
        share: dict[int, float] = dict(self._cursor.fetchall())
        return sorted(keys, key=lambda key: share.get(key, 0.0))[:_ASKED]

    def whole(self) -> _Range:
        """Return the range in which matches can lie."""
        self._cursor.execute(
            "SELECT coalesce(min(position), 0), coalesce(max(position) + 1, 0)"
            " FROM published_record"
        )
        low, high = self._cursor.fetchone()
        beyond = self._criteria.beyond
        if beyond is None:
            return _Range(low=low, high=high)
        if self._criteria.oldest_first:
            return _Range(low=max(low, beyond + 1), high=high)
        return _Range(low=low, high=min(high, beyond))

    def looked_through(self, part: _Range, limit: int) -> list[int]:
        """Return the first matches of a small range, found without the index."""
        source = _LOOKED_THROUGH.format(where=self._where)
        return self._positions(
            f"SELECT r.position {source} ORDER BY r.position {self._criteria.order}"
            " LIMIT %s",
            [part.low, part.high, self._criteria.term, *self._values, limit],
        )

    def indexed(self, part: _Range, limit: int, size: int) -> list[int]:
        """Return the first matches of a range of spans or stretches."""
        source, values = self._matches(part, size)
        return self._positions(
            f"SELECT r.position {source} ORDER BY r.position {self._criteria.order}"
            " LIMIT %s",
            [*values, limit],
        )

    def rest(self, part: _Range, limit: int) -> list[int]:
        """Return the first matches of all that is left: few, or stretch by stretch."""
        few = self._few(part)
        if few is not None:
            return sorted(few, reverse=not self._criteria.oldest_first)[:limit]
        found: list[int] = []
        while part and len(found) < limit:
            stretch, part = part.split(self._criteria, STRETCH)
            found += self.indexed(stretch, limit - len(found), STRETCH)
        return found

    def count(self, part: _Range, limit: int, size: int | None) -> int:
        """Count the matches of a range up to a limit."""
        source, values = self._matches(part, size)
        (number,) = self._positions(
            f"SELECT count(*) FROM (SELECT 1 {source} LIMIT %s) m",  # noqa: S608 - the parts are constants, values are parameters
            [*values, limit],
        )
        return number

    def _few(self, part: _Range) -> list[int] | None:
        """Return all matches in no order; None where there are too many candidates."""
        source, values = self._candidates(part, None)
        self._cursor.execute(
            f"SELECT r.position, strpos(r.search_text, %s) > 0 AND {self._where} {source}"
            " LIMIT %s",
            [self._criteria.term, *self._values, *values, _FEW + 1],
        )
        candidates = self._cursor.fetchall()
        if len(candidates) > _FEW:
            return None
        return [position for position, matches in candidates if matches]

    def _matches(self, part: _Range, size: int | None) -> tuple[str, list[Value]]:
        source, values = self._candidates(part, size)
        return (
            f"{source} AND strpos(r.search_text, %s) > 0 AND {self._where}",
            [*values, self._criteria.term, *self._values],
        )

    def _candidates(self, part: _Range, size: int | None) -> tuple[str, list[Any]]:
        keys, values = self._keys, list(self._key_values)
        if size is not None:
            keys += " AND search_keys && %s::int[]"
            values.append(part.keys(size))
        return _CANDIDATES.format(keys=keys), [*values, part.low, part.high]

    def _positions(self, statement: str, values: Sequence[Any]) -> list[int]:
        self._cursor.execute(statement, values)
        return [position for (position,) in self._cursor.fetchall()]


def _keys(text: str, facets: Iterable[str], position: int) -> str | None:
    """Return the keys of a row as PostgreSQL reads an array; None: it is never found."""
    if not text:
        return None
    keys = text_keys(text)
    keys.update(facet_keys(facets))
    keys.update(place_keys(position))
    return f"{{{','.join(map(str, keys))}}}"
