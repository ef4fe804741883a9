"""Breaks off what SQLite is asked, from a thread of its own that watches the others.

SQLite could ask every now and then whether to go on. But each such question must wait
for its turn among the threads that answer readers: a count of ten milliseconds took a
hundred where sixteen readers came at once.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread

IsOver = Callable[[], bool]

_LOOK_EVERY = 0.003  # seconds, while anything is asked


@dataclass(frozen=True, eq=False)
class _Watched:
    connection: sqlite3.Connection
    is_over: IsOver


class Watch:
    """Interrupts connections whose time is over; its thread sleeps while none is asked."""

    def __init__(self) -> None:
        self._watched: set[_Watched] = set()
        self._lock = Lock()
        self._is_needed = Event()
        self._thread: Thread | None = None

    @contextmanager
    def over(self, connection: sqlite3.Connection, is_over: IsOver) -> Iterator[None]:
        """Break off what the connection is asked within, once its time is over.

        What is asked then raises an OperationalError: "interrupted".
        """
        watched = _Watched(connection, is_over)
        with self._lock:
            self._start()
            self._watched.add(watched)
            self._is_needed.set()
        try:
            yield
        finally:
            # With the lock: nothing that is asked later can be meant by an interrupt.
            with self._lock:
                self._watched.remove(watched)

    def _start(self) -> None:
        # Not before it is needed: a thread does not follow into a forked process.
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._look, name="watch", daemon=True)
            self._thread.start()

    def _look(self) -> None:
        while self._is_needed.wait():
            time.sleep(_LOOK_EVERY)
            with self._lock:
                if not self._watched:
                    self._is_needed.clear()
                for watched in self._watched:
                    if watched.is_over():
                        # One that was closed meanwhile is asked nothing any more.
                        with suppress(sqlite3.ProgrammingError):
                            watched.connection.interrupt()


watch = Watch()
