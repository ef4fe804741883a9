"""Search on SQLite: a contentless FTS5 table of bigrams, asked for phrases.

A phrase of overlapping bigrams is found exactly where the substring is. The
table keeps no text of its own (`content=''`): what a row was indexed with is
made again from `search_text` when it is taken out, since SQLite before 3.43
cannot delete from such a table in any other way.
"""

from collections.abc import Sequence
from dataclasses import replace
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

# Everything but the space belongs to a token: bigrams are split at spaces only.
_TOKEN_CHARACTERS = "".join(
    chr(code) for code in range(1, 128) if chr(code) != " " and not chr(code).isalnum()
)
_CREATE = """
CREATE VIRTUAL TABLE published_search USING fts5(
    bigrams, content='', columnsize=0, tokenize="ascii tokenchars '{characters}'"
)
""".format(characters=_TOKEN_CHARACTERS.replace("'", "''").replace('"', '""'))
# A larger hash before each write makes fewer segments to merge: 1.5 times faster.
_CONFIGURE = (
    "INSERT INTO published_search(published_search, rank) VALUES ('hashsize', 8388608)"
)
# CROSS JOIN fixes the order: the index first, newest first, then its rows.
_MATCHES = """
FROM published_search s CROSS JOIN published_record r ON r.position = s.rowid
WHERE published_search MATCH %s
"""


class SQLiteIndex:
    """The FTS5 table `published_search`; its row number is the position."""

    def statements(self) -> Sequence[str]:
        """Return the SQL that creates the index of an empty store."""
        return (_CREATE, _CONFIGURE)

    def insert(
        self,
        connection: BaseDatabaseWrapper,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        """Insert rows of `published_record` and index those with search text."""
        insert_rows(connection, "published_record", columns, rows)
        position, text = columns.index("position"), columns.index("search_text")
        found = [row for row in rows if row[text]]
        bigrams = search_text.bigrams_of([row[text] for row in found])
        insert_rows(
            connection,
            "published_search",
            ("rowid", "bigrams"),
            zip([row[position] for row in found], bigrams, strict=True),
        )

    def forget(
        self, connection: BaseDatabaseWrapper, versions: Sequence[StoredVersion]
    ) -> None:
        """Take the versions out of the index."""
        found = [version for version in versions if version.search_text]
        bigrams = search_text.bigrams_of([version.search_text for version in found])
        insert_rows(
            connection,
            "published_search",
            ("published_search", "rowid", "bigrams"),
            (
                ("delete", version.position, text)
                for version, text in zip(found, bigrams, strict=True)
            ),
        )

    def positions(
        self, connection: BaseDatabaseWrapper, criteria: Criteria, limit: int
    ) -> list[int]:
        """Return the positions of the newest matches below `before`, newest first."""
        where, values = conditions(criteria)
        below = "" if criteria.before is None else "AND s.rowid < %s"
        bound: list[Value] = [] if criteria.before is None else [criteria.before]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT s.rowid {_MATCHES} {below} AND {where}"
                " ORDER BY s.rowid DESC LIMIT %s",
                [search_text.match_query(criteria.term), *bound, *values, limit],
            )
            return [position for (position,) in cursor.fetchall()]

    def count(
        self, connection: BaseDatabaseWrapper, criteria: Criteria
    ) -> BoundedCount:
        """Count all matches up to the bound; answered from indexes alone."""
        where, values = conditions(replace(criteria, without_exact=False))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 {_MATCHES} AND {where} LIMIT %s)",  # noqa: S608 - the parts are constants, values are parameters
                [search_text.match_query(criteria.term), *values, COUNT_LIMIT + 1],
            )
            (number,) = cursor.fetchone()
        return BoundedCount(
            number=min(number, COUNT_LIMIT), is_exact=number <= COUNT_LIMIT
        )
