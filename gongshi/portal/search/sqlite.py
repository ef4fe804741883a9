"""Search on SQLite: a contentless FTS5 table of bigrams, asked for phrases.

A phrase of overlapping bigrams is found exactly where the substring is. The facets
of a row are tokens behind its text, so that the index itself narrows a search. The
table keeps no text of its own (`content=''`): what a row was indexed with is made
again from the row when it is taken out, since SQLite before 3.43 cannot delete from
such a table in any other way.

A long phrase is slow where its pairs are common: the index compares the places of all
of them in every text. So the rarest tokens of a long term, and of one with digits, are
asked for alone (`planning`), and the rows decide.

A single character is a prefix query, which collects all words that begin with it:
too many where the character is common. Then the newest rows themselves are looked
through, and a page is full before long.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.domain import search_text
from gongshi.portal.bulk import insert_frame, insert_rows
from gongshi.portal.search.backend import (
    COUNT_LIMIT,
    ROUND,
    BoundedCount,
    Criteria,
    IndexedRows,
    StoredVersion,
    bounded,
    conditions,
    enough,
    more_than,
)
from gongshi.portal.search.bounds import CannotFinish, bounded_work
from gongshi.portal.search.filters import (
    Filters,
    Value,
    facet_tokens,
    facet_tokens_of,
)
from gongshi.portal.search.planning import quoted, rarest_tokens, window_tokens

_WINDOW = 1_000  # newest rows by which it is judged whether a character is common
_COMMON = 10  # rows of the window from which on it is

# Everything but the space belongs to a token: bigrams are split at spaces only.
_TOKEN_CHARACTERS = "".join(
    chr(code) for code in range(1, 128) if chr(code) != " " and not chr(code).isalnum()
)
_CREATE = """
CREATE VIRTUAL TABLE published_search USING fts5(
    bigrams, content='', columnsize=0, tokenize="ascii tokenchars '{characters}'"
)
""".format(characters=_TOKEN_CHARACTERS.replace("'", "''").replace('"', '""'))
_AS_EVER = {"automerge": 4, "crisismerge": 16}  # FTS5's own settings
_MANY_SEGMENTS = 128  # FTS5 has room for 2,000


def _setting(name: str, number: int) -> str:
    return (
        "INSERT INTO published_search(published_search, rank)"  # noqa: S608 - ours
        f" VALUES ('{name}', {number})"
    )


# A larger hash before each write makes fewer segments to merge: 1.5 times faster.
_CONFIGURE = _setting("hashsize", 8_388_608)
# CROSS JOIN fixes the order: the index first, newest first, then its rows. Its own
# row number must be ordered by, or all matches would be gathered and sorted.
_MATCHES = """
FROM published_search s CROSS JOIN published_record r ON r.position = s.rowid
WHERE published_search MATCH %s AND {where}
"""
_ROWS = "FROM published_record r WHERE r.search_text <> '' AND {where}"
_NEWER = (
    "FROM published_record r INDEXED BY published_record_position"
    " WHERE instr(r.search_text, %s) > 0 AND {where}"
)

_Source = tuple[str, list[Value]]  # SQL behind `SELECT`, and its values


class SQLiteIndex:
    """The FTS5 table `published_search`; its row number is the position."""

    def statements(self) -> Sequence[str]:
        """Return the SQL that creates the index of an empty store."""
        return (_CREATE, _CONFIGURE)

    def before_loading(self) -> Sequence[str]:
        """Return the SQL after which what is written is merged at the end only."""
        return (_setting("automerge", 0), _setting("crisismerge", _MANY_SEGMENTS))

    def after_loading(self) -> Sequence[str]:
        """Return the SQL that merges what was written, and what comes, again."""
        return (
            "INSERT INTO published_search(published_search) VALUES ('optimize')",
            *(_setting(name, number) for name, number in _AS_EVER.items()),
        )

    def indexed(self, rows: pl.DataFrame) -> IndexedRows:
        """Return the rows, and position and tokens of those with search text."""
        found = rows.filter(pl.col("search_text") != "")
        texts = found.get_column("search_text").to_list()
        tokens = _all_tokens(texts, facet_tokens_of(found))
        entries = found.select(
            pl.col("position").alias("rowid"),
            pl.Series("bigrams", list(tokens), dtype=pl.String),
        )
        return IndexedRows(rows=rows, entries=entries)

    def insert(self, connection: BaseDatabaseWrapper, indexed: IndexedRows) -> None:
        """Insert rows of `published_record` and index those with search text."""
        insert_frame(connection, "published_record", indexed.rows)
        if indexed.entries is not None:
            insert_frame(connection, "published_search", indexed.entries)

    def forget(
        self, connection: BaseDatabaseWrapper, versions: Sequence[StoredVersion]
    ) -> None:
        """Take the versions out of the index."""
        found = [version for version in versions if version.search_text]
        tokens = _all_tokens(
            [version.search_text for version in found],
            (facet_tokens(version.facets) for version in found),
        )
        insert_rows(
            connection,
            "published_search",
            ("published_search", "rowid", "bigrams"),
            (
                ("delete", version.position, text)
                for version, text in zip(found, tokens, strict=True)
            ),
        )

    def empty(self, connection: BaseDatabaseWrapper) -> None:
        """Take everything out of the index."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO published_search(published_search) VALUES ('delete-all')"
            )

    def positions(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        """Return the positions of the next matches in the order that is wanted."""
        return _positions(connection, _source(connection, criteria), criteria, limit)

    def newer(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        """Return the positions of the next matches, oldest first.

        They are looked through: the index would look for the first match of all before
        it went to the position, and the table's other indexes lead to too many rows.
        """
        where, values = conditions(criteria, with_facets=True)
        source = _NEWER.format(where=where), [criteria.term, *values]
        return _positions(connection, source, criteria, limit)

    def count(
        self, connection: BaseDatabaseWrapper, criteria: Criteria
    ) -> BoundedCount:
        """Count all matches up to the bound; or as many as it has time for.

        Each in one step of SQLite's: between two, other threads would have their turn.
        """
        criteria = replace(criteria, without_exact=False)
        source, values, _ = _bounded(_source(connection, criteria), criteria)
        seen = 0
        with (
            suppress(CannotFinish),
            connection.cursor() as cursor,
            bounded_work(connection),
        ):
            for wanted in map(enough, (*ROUND, COUNT_LIMIT)):
                cursor.execute(
                    f"SELECT count(*) FROM (SELECT 1 {source} LIMIT %s)",  # noqa: S608 - the parts are constants, values are parameters
                    [*values, wanted],
                )
                (seen,) = cursor.fetchone()
                if seen < wanted:
                    break
            return bounded(seen)
        return more_than(seen)


def _positions(
    connection: BaseDatabaseWrapper, source: _Source, criteria: Criteria, limit: int
) -> list[int]:
    rows, values, position = _bounded(source, criteria)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.position {rows} ORDER BY {position} {criteria.order} LIMIT %s",
            [*values, limit],
        )
        return [position for (position,) in cursor.fetchall()]


def _bounded(source: _Source, criteria: Criteria) -> tuple[str, list[Value], str]:
    """Return the source within what lies beyond a position, and what tells positions.

    That is the index's own row number where it is asked.
    """
    rows, values = source
    position = "s.rowid" if "published_search" in rows else "r.position"
    if criteria.beyond is None:
        return rows, values, position
    rows += f" AND {position} {'>' if criteria.oldest_first else '<'} %s"
    return rows, [*values, criteria.beyond], position


def _source(connection: BaseDatabaseWrapper, criteria: Criteria) -> _Source:
    """Return what follows `SELECT`: the rows that match, however they are best found."""
    where, values = conditions(criteria, with_facets=False)
    contains = f"instr(r.search_text, %s) > 0 AND {where}"
    facets = _facet_query(criteria.filters)
    if _is_common_character(connection, criteria):
        if facets:
            match = " AND ".join(facets)
            return _MATCHES.format(where=contains), [match, criteria.term, *values]
        return _ROWS.format(where=contains), [criteria.term, *values]
    rarest = rarest_tokens(connection, criteria.term)
    if rarest is None:
        match = " AND ".join([search_text.match_query(criteria.term), *facets])
        return _MATCHES.format(where=where), [match, *values]
    match = " AND ".join([*map(quoted, rarest), *facets])
    return _MATCHES.format(where=contains), [match, criteria.term, *values]


def _is_common_character(connection: BaseDatabaseWrapper, criteria: Criteria) -> bool:
    if len(criteria.term) > 1:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT search_text FROM published_record"
            " ORDER BY position DESC LIMIT %s) WHERE instr(search_text, %s) > 0",
            [_WINDOW, criteria.term],
        )
        (number,) = cursor.fetchone()
    return bool(number >= _COMMON)


def _facet_query(filters: Filters) -> list[str]:
    """Return parts of an FTS5 query, to be joined by AND."""
    parts = [quoted(token) for token in filters.tokens()]
    period = filters.period_tokens()
    if period:
        parts.append("({})".format(" OR ".join(quoted(token) for token in period)))
    return parts


def _all_tokens(
    texts: Sequence[str], facets: Iterator[tuple[str, ...]]
) -> Iterator[str]:
    for text, bigrams, tokens in zip(
        texts, search_text.bigrams_of(texts), facets, strict=True
    ):
        yield " ".join((bigrams, *tokens, *window_tokens(text)))
