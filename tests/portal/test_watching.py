"""What is asked of SQLite for too long is broken off, and nothing else is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from threading import Event, Thread

import pytest

from gongshi.portal.search.watching import Watch

_ENDLESS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)"
    " SELECT count(*) FROM numbers"
)
_LONG = _ENDLESS.replace("FROM numbers)", "FROM numbers WHERE n < 3000000)")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as opened:
        yield opened


def test_query_whose_time_is_over_is_interrupted(
    connection: sqlite3.Connection,
) -> None:
    watch = Watch()

    with (
        pytest.raises(sqlite3.OperationalError, match="interrupted"),
        watch.over(connection, lambda: True),
    ):
        connection.execute(_ENDLESS)

    assert connection.execute("SELECT 1").fetchone() == (1,)


def test_query_in_time_is_left_alone(connection: sqlite3.Connection) -> None:
    with Watch().over(connection, lambda: False):
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_outer_bound_holds_on_behind_an_inner_one(
    connection: sqlite3.Connection,
) -> None:
    watch = Watch()

    def ask_within() -> None:
        with watch.over(connection, lambda: True):
            with (
                watch.over(connection, lambda: False),
                suppress(sqlite3.OperationalError),
            ):
                connection.execute(_ENDLESS)
            connection.execute(_ENDLESS)

    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        ask_within()


def test_connection_of_another_thread_goes_on(connection: sqlite3.Connection) -> None:
    watch = Watch()
    found: list[object] = []

    def ask_for_long() -> None:
        with (
            closing(sqlite3.connect(":memory:")) as other,
            watch.over(other, lambda: False),
        ):
            found.append(other.execute(_LONG).fetchone()[0])

    thread = Thread(target=ask_for_long)
    thread.start()
    with (
        pytest.raises(sqlite3.OperationalError, match="interrupted"),
        watch.over(connection, lambda: True),
    ):
        connection.execute(_ENDLESS)
    thread.join()

    assert found == [3_000_000]


def test_closed_connection_does_not_stop_the_watch(
    connection: sqlite3.Connection,
) -> None:
    watch = Watch()
    looked = Event()

    def is_over() -> bool:
        looked.set()
        return True

    with closing(sqlite3.connect(":memory:")) as other, watch.over(other, is_over):
        other.close()
        assert looked.wait(10)

    with (
        pytest.raises(sqlite3.OperationalError, match="interrupted"),
        watch.over(connection, lambda: True),
    ):
        connection.execute(_ENDLESS)
