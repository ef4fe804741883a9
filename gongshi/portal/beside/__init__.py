"""Makes a new public store beside the one that is read, and puts it in its place.

Until the new store is whole, readers and writers use the old one. Whatever kills the
process before that leaves the old one as it was; the next run clears away the rest.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

from gongshi.portal.beside.postgresql import SchemaBeside
from gongshi.portal.beside.refusing import CannotReplace
from gongshi.portal.beside.sqlite import FileBeside, is_file
from gongshi.portal.loading import loading
from gongshi.portal.models import (
    Cursor,
    MonthlyTally,
    PublishedChange,
    PublishedItem,
    PublishedRecord,
    PublishedUnit,
    StoreFormat,
    Tally,
    Tombstone,
)
from gongshi.portal.search import index_of
from gongshi.portal.store import STORE

__all__ = ["CannotReplace", "replace_store"]

_TABLES = (
    PublishedRecord,
    Tombstone,
    Tally,
    MonthlyTally,
    PublishedUnit,
    PublishedItem,
    PublishedChange,
    StoreFormat,
    Cursor,
)


def replace_store(fill: Callable[[], int]) -> int:
    """Replace the public store by one that `fill` fills; return what it applied.

    `fill` brings the store that it finds up to date with the feed and returns how
    many changes that were. It is called for the empty store, which takes its time,
    and once more while nobody can write to the old one, which is quick.

    Raises:
        CannotReplace: another process does the same, or readers do not let go.
    """
    connection = connections[STORE]
    if connection.in_atomic_block or not _can_stand_beside(connection):
        return _in_place(fill)
    beside = (FileBeside if connection.vendor == "sqlite" else SchemaBeside)(connection)
    with beside.alone():
        beside.prepare()
        with _standing_in(connection, beside):
            call_command(
                "migrate", STORE, database=STORE, verbosity=0, skip_checks=True
            )
            with loading():
                applied = fill()

        def finish() -> None:
            nonlocal applied
            with _standing_in(connection, beside):
                applied += fill()

        beside.put_in_place(finish, [model._meta.db_table for model in _TABLES])
    return applied


@contextmanager
def _standing_in(
    connection: BaseDatabaseWrapper, beside: FileBeside | SchemaBeside
) -> Iterator[None]:
    """Let everything that goes to the store go to the new one, in this thread."""
    settings = {**connection.settings_dict, **beside.settings()}
    new = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, STORE)
    connections[STORE] = new
    try:
        yield
    finally:
        new.close()
        connections[STORE] = connection


def _can_stand_beside(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor == "postgresql" or is_file(connection)


def _in_place(fill: Callable[[], int]) -> int:
    """Empty the store and fill it again, in one transaction: where none fits beside."""
    connection = connections[STORE]
    with transaction.atomic(using=STORE):
        index_of(connection).empty(connection)
        for model in _TABLES:
            model._default_manager.using(STORE).all().delete()
        return fill()
