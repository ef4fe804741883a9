"""The worker process: runs queued tasks, and keeps watch beside them."""

import logging
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime
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
        """Go round until stopped; a fault is logged and tried again."""
        while not self._stopped.is_set():
            try:
                beat(self._worker, self._clock())
                recover(self._clock())
                publish_approved(self._clock(), grace=GRACE)
                sweep()
                keep_head(self._clock())
                self._units.run(self._clock())
                queue_site_checks(self._clock())
                catch_up_portal()
                self._sets.keep_current(self._clock())
            except (Error, OSError, CannotApply):
                logger.exception("The watch met a fault and tries again.")
            close_old_connections()
            self._stopped.wait(_PAUSE)
        self._sets.stop()

    def stop(self) -> None:
        """End after the present round."""
        self._stopped.set()


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
        keep_head(clock(), is_last=True)
