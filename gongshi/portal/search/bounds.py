"""Keeps a public query from running for longer than anybody would wait.

PostgreSQL cancels a statement that takes too long; SQLite, which works within this
process, asks every now and then whether to go on.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic, thread_time

from django.db import OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.portal.store import STORE

LONGEST_SECONDS = 1.0
LONGEST_PAGE_SECONDS = 5.0
COUNTING_SECONDS = 0.012  # of work; whoever reads has the page long before

_STEPS = 20_000  # of SQLite's machine between two looks at the clock: about 1 ms
_COUNTING_STEPS = 5_000  # each look waits for its turn among the threads


_SET_TIMEOUT = "SELECT set_config('statement_timeout', %s, false)"
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


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
    end = thread_time() + COUNTING_SECONDS
    connection.ensure_connection()
    connection.connection.set_progress_handler(
        lambda: thread_time() > end, _COUNTING_STEPS
    )
    try:
        yield
    except OperationalError as error:
        if _was_broken_off(error):
            raise CannotFinish from error
        raise
    finally:
        _watch(connection, _deadline.get())


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
    connection.ensure_connection()
    outer = _deadline.get()
    deadline = min(monotonic() + seconds, outer or math.inf)
    token = _deadline.set(deadline)
    _watch(connection, deadline)
    try:
        yield
    finally:
        _deadline.reset(token)
        _watch(connection, outer)


def _watch(connection: BaseDatabaseWrapper, deadline: float | None) -> None:
    if deadline is None:
        connection.connection.set_progress_handler(None, 0)
        return
    connection.connection.set_progress_handler(lambda: monotonic() > deadline, _STEPS)


def _was_broken_off(error: OperationalError) -> bool:
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    return state == "57014" or str(cause) == "interrupted"
