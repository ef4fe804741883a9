"""A process beside a large publication that applies the feed to the portal meanwhile.

Publishing and indexing each keep one processor busy; side by side they take half
the time. The follower reads the feed as any consumer does and may die at any
moment: whoever started it catches up at the end.
"""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from gongshi.domain.feed import PublicChange
from gongshi.publication.consumers import hand_over

_COMMAND = [sys.executable, "-m", "gongshi", "catch_up_portal", "--follow"]


class Follower:
    """Runs `gongshi catch_up_portal --follow` and tells it of each commit."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        self._left: Sequence[PublicChange] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Wait until it has applied everything; do what it left undone."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it died; what it left is done below
            self._process.stdin.close()
        self._process.wait()
        if self._left:
            hand_over(self._left)

    def deliver(self, changes: Sequence[PublicChange]) -> None:
        """Tell it that these changes are committed."""
        assert self._process.stdin is not None
        self._left = changes[-1:]
        try:
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            hand_over(changes)
