"""Substring search over the published records: one interface, two back ends."""

from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.portal.search.backend import (
    COUNT_LIMIT,
    BoundedCount,
    Criteria,
    IndexedRows,
    SearchIndex,
    StoredVersion,
    bounded,
    conditions,
    enough,
)
from gongshi.portal.search.bounds import CannotFinish, bounded_page, bounded_time
from gongshi.portal.search.filters import ANY, FACET_COLUMNS, Facets, Filters
from gongshi.portal.search.postgresql import PostgreSQLIndex
from gongshi.portal.search.sqlite import SQLiteIndex

__all__ = [
    "ANY",
    "COUNT_LIMIT",
    "FACET_COLUMNS",
    "BoundedCount",
    "CannotFinish",
    "Criteria",
    "Facets",
    "Filters",
    "IndexedRows",
    "SearchIndex",
    "StoredVersion",
    "bounded",
    "bounded_page",
    "bounded_time",
    "conditions",
    "enough",
    "index_of",
]


def index_of(connection: BaseDatabaseWrapper) -> SearchIndex:
    """Return the search index that the connection's database keeps.

    Raises:
        KeyError: the database is neither SQLite nor PostgreSQL.
    """
    return _INDEXES[connection.vendor]


_INDEXES: dict[str, SearchIndex] = {
    "sqlite": SQLiteIndex(),
    "postgresql": PostgreSQLIndex(),
}
