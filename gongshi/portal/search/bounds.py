"""Keeps a public query from running for longer than anybody would wait.

PostgreSQL cancels a statement that takes too long; SQLite, which works within this
process, is interrupted by a thread that watches (`watching`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from time import clock_gettime, monotonic, pthread_getcpuclockid

from django.db import OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.portal.search.watching import IsOver, watch
from gongshi.portal.store import STORE

LONGEST_SECONDS = 1.0
LONGEST_PAGE_SECONDS = 5.0
COUNTING_SECONDS = 0.012  # of work; whoever reads has the page long before

_SET_TIMEOUT = "SELECT set_config('statement_timeout', %s, false)"


class CannotFinish(Exception):
    """The query was broken off: it asked for too much."""


@contextmanager
def bounded_time(seconds: float | None = None) -> Iterator[None]:
    """Break off what the public store is asked within, once the time is over.

    Raises:
        CannotFinish: it was.
    """
    connection = connections[STORE]
    longest = LONGEST_SECONDS if seconds is None else seconds
    bound = _statement_timeout if connection.vendor == "postgresql" else _interrupt
    try:
        with bound(connection, longest):
            yield
    except OperationalError as error:
        if _was_broken_off(error):
            raise CannotFinish from error
        raise


@contextmanager
def bounded_work(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Break off what SQLite is asked within, once counting has cost enough.

    By the work of this thread, not by the time: what is counted must not depend on
    what else the machine does.

    Raises:
        CannotFinish: it was.
    """
    clock = pthread_getcpuclockid(get_ident())
    end = clock_gettime(clock) + COUNTING_SECONDS
    try:
        with _watched(connection, lambda: clock_gettime(clock) > end):
            yield
    except OperationalError as error:
        if _was_broken_off(error):
            raise CannotFinish from error
        raise


@contextmanager
def bounded_page() -> Iterator[None]:
    """Break off what any page asks within; searches in it have their shorter time.

    On SQLite all of it together, on PostgreSQL each statement.

    Raises:
        CannotFinish: it was.
    """
    connection = connections[STORE]
    bound = _session_timeout if connection.vendor == "postgresql" else _interrupt
    try:
        with bound(connection, LONGEST_PAGE_SECONDS):
            yield
    except OperationalError as error:
        if _was_broken_off(error):
            raise CannotFinish from error
        raise


@contextmanager
def _session_timeout(connection: BaseDatabaseWrapper, seconds: float) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(_SET_TIMEOUT, [f"{max(1, round(seconds * 1000))}ms"])
    try:
        yield
    finally:
        # The same connection serves writers, too, where the registry is at hand.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(_SET_TIMEOUT, ["0"])


@contextmanager
def _statement_timeout(
    connection: BaseDatabaseWrapper, seconds: float
) -> Iterator[None]:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # A scan of the whole table is never what a page needs; the bitmap of a common
        # word must not become a list of pages, which would read every row on them.
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('enable_seqscan', 'off', true),"
            " set_config('work_mem', '64MB', true)",
            [f"{max(1, round(seconds * 1000))}ms"],
        )
        yield
        # Within a longer transaction, as in tests, what comes after is not bounded.
        cursor.execute(
            "SELECT set_config('statement_timeout', '0', true),"
            " set_config('enable_seqscan', 'on', true)"
        )


@contextmanager
def _interrupt(connection: BaseDatabaseWrapper, seconds: float) -> Iterator[None]:
    deadline = monotonic() + seconds
    with _watched(connection, lambda: monotonic() > deadline):
        yield


@contextmanager
def _watched(connection: BaseDatabaseWrapper, is_over: IsOver) -> Iterator[None]:
    connection.ensure_connection()
    with watch.over(connection.connection, is_over):
        yield


def _was_broken_off(error: OperationalError) -> bool:
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    return state == "57014" or str(cause) == "interrupted"
