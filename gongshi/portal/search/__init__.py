"""Substring search over the published records: one interface, two back ends."""

from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.portal.search.backend import (
    COUNT_LIMIT,
    BoundedCount,
    Criteria,
    SearchIndex,
    StoredVersion,
)
from gongshi.portal.search.postgresql import PostgreSQLIndex
from gongshi.portal.search.sqlite import SQLiteIndex

__all__ = [
    "COUNT_LIMIT",
    "BoundedCount",
    "Criteria",
    "SearchIndex",
    "StoredVersion",
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
