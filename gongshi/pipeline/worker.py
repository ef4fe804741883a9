"""The worker process: runs queued tasks, and keeps watch beside them."""

import logging
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from threading import Event, Thread

from django.db import Error, close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from gongshi.intake.scratch import sweep
from gongshi.pipeline.links import queue_site_checks
from gongshi.pipeline.open_data import DailySets
from gongshi.pipeline.steps import GRACE, beat, keep_head, recover
from gongshi.pipeline.units import UnitStep
from gongshi.portal.actions import CannotApply
from gongshi.publication.actions import publish_approved
from gongshi.publication.consumers import catch_up_portal

logger = logging.getLogger(__name__)

_PAUSE = 2.0  # seconds between two rounds of the watch
_PATIENCE = 10.0  # seconds for the watch to end what it started
_POLL = 0.5  # seconds between two looks into the queue

Clock = Callable[[], datetime]


def worker_name() -> str:
    """Return a name that no other worker process ever had."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"


class Watch(Thread):
    """Signs of life, abandoned work, changed units, a portal that fell behind, bulk sets."""

    def __init__(self, worker: str, clock: Clock) -> None:
        super().__init__(daemon=True, name="watch")
        self._worker = worker
        self._clock = clock
        self._sets = DailySets()
        self._stopped = Event()
        self._units = UnitStep()

    def run(self) -> None:
        """Go round until stopped; what failed is tried again in the next round."""
        while not self._stopped.is_set():
            for step in self._steps():
                _attempt(step, self._clock())
            close_old_connections()
            self._stopped.wait(_PAUSE)
        self._sets.stop()

    def stop(self) -> None:
        """End after the present round."""
        self._stopped.set()

    def _steps(self) -> Iterator[Callable[[datetime], object]]:
        yield lambda at: beat(self._worker, at)
        yield recover
        yield lambda at: publish_approved(at, grace=GRACE)
        yield lambda at: sweep()
        yield keep_head
        yield self._units.run
        yield queue_site_checks
        yield lambda at: catch_up_portal()
        yield self._sets.keep_current


def _attempt(step: Callable[[datetime], object], at: datetime) -> None:
    """Do one step; a fault of it is logged, and holds back none of the others."""
    try:
        step(at)
    except (Error, OSError, CannotApply):
        logger.exception("The watch met a fault and tries again.")
        close_old_connections()  # a broken one is of no use to the next step


def work(clock: Clock, *, until_empty: bool = False) -> None:
    """Run tasks until stopped by a signal, or until none is left."""
    name = worker_name()
    beat(name, clock())
    watch = Watch(name, clock)
    worker = Worker(
        queue_names=["default"],
        interval=_POLL,
        batch=until_empty,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )
    worker.configure_signals()
    watch.start()
    try:
        worker.run()
    finally:
        watch.stop()
        watch.join(_PATIENCE)
        _attempt(partial(keep_head, is_last=True), clock())
