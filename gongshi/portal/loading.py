"""Filling a store that nobody reads yet: rows first, what orders them afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.portal.search import index_of
from gongshi.portal.store import STORE

# Nothing of a store that is made from the feed has to survive a fault before it is
# whole: then it is thrown away and made again.
_FAST = {
    "sqlite": (
        "PRAGMA journal_mode=MEMORY",
        "PRAGMA synchronous=OFF",
        "PRAGMA cache_size=-524288",
    ),
    "postgresql": (
        "SET synchronous_commit = off",
        "SET maintenance_work_mem = '512MB'",
    ),
}


@contextmanager
def loading(alias: str = STORE) -> Iterator[None]:
    """Leave the store without its indexes while it is filled; then make them.

    A single index over all rows is made in a fraction of the time that adding to it
    row by row takes. For an empty store that nobody reads; outside any transaction.
    The connection is closed in the end, as it is set to be fast rather than safe.
    """
    connection = connections[alias]
    for statement in _FAST[connection.vendor]:
        _execute(connection, statement)
    with connection.schema_editor() as editor:
        for model, index in _indexes():
            editor.remove_index(model, index)
    for statement in index_of(connection).before_loading():
        _execute(connection, statement)
    yield
    with connection.schema_editor() as editor:
        for model, index in _indexes():
            editor.add_index(model, index)
    for statement in index_of(connection).after_loading():
        _execute(connection, statement)
    connection.close()


def _indexes() -> Iterator[tuple[type[models.Model], models.Index]]:
    for model in apps.get_app_config("portal").get_models():
        for index in model._meta.indexes:
            yield model, index


def _execute(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        # None, not (): a statement may hold percent signs and no parameters.
        cursor.execute(statement, None)
