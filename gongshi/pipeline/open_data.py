"""The worker's care for the bulk sets: once a day, in a process beside it."""

import logging
import subprocess
import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from gongshi.portal.opendata.forgetting import has_removals
from gongshi.portal.opendata.sets import DAILY, MONTHLY, set_folder

logger = logging.getLogger(__name__)

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_COMMAND = [sys.executable, "-m", "gongshi", "make_open_data"]
_PAUSE = timedelta(minutes=10)  # after an attempt that failed
_LOOK = timedelta(hours=1)  # between two looks whether records were taken away


class DailySets:
    """Starts `gongshi make_open_data` when a day has no set yet, or after removals.

    One at a time, and for removals once an hour.

    A process of its own: it may take long and need memory, and work goes on beside
    it. Workers on several machines do not disturb each other: the command is alone
    in its folder, and goes on where a killed one stopped.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._not_before: datetime | None = None
        self._next_look: datetime | None = None

    def keep_current(self, at: datetime) -> None:
        """Look after the set of the day; quick, for every round of the watch."""
        if self._process is not None:
            self._look_after(self._process, at)
        elif self._is_due(at):
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                _COMMAND, stdout=subprocess.DEVNULL
            )

    def stop(self) -> None:
        """End the process; the next one goes on from there."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _is_due(self, at: datetime) -> bool:
        if not settings.OPEN_DATA or (self._not_before and at < self._not_before):
            return False
        return not _is_up(at.astimezone(_SHANGHAI).date()) or self._must_forget(at)

    def _must_forget(self, at: datetime) -> bool:
        if self._next_look is not None and at < self._next_look:
            return False
        self._next_look = at + _LOOK
        return has_removals(settings.OPEN_DATA_DIR)

    def _look_after(self, process: subprocess.Popen[bytes], at: datetime) -> None:
        code = process.poll()
        if code is None:
            return
        self._process = None
        if code:
            logger.error(
                "The open data set was not made (%s); tried again later.", code
            )
            self._not_before = at + _PAUSE


def _is_up(day: date) -> bool:
    root = settings.OPEN_DATA_DIR
    daily = set_folder(root, DAILY, day.isoformat())
    monthly = set_folder(root, MONTHLY, f"{day:%Y-%m}")
    return daily.exists() and monthly.exists()
