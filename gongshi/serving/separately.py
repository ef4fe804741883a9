"""Runs several web servers of one process each, on ports of their own."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

_LOOKS_EVERY = 0.2  # seconds


def serve_separately(host: str, ports: range) -> int:
    """Run a server on each port until told to stop, or until one of them ends.

    Return 0 after SIGTERM or SIGINT, else the status of the one that ended. None is
    left behind: whoever started all of them starts all of them again.
    """
    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        told.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    servers = [_started(host, port) for port in ports]
    while not told and all(server.poll() is None for server in servers):
        time.sleep(_LOOKS_EVERY)
    ended = [server.returncode for server in servers if server.returncode is not None]
    for server in servers:
        server.terminate()
    for server in servers:
        server.wait()
    return 0 if told else max(ended, key=abs)


def _started(host: str, port: int) -> subprocess.Popen[bytes]:
    # In a group of its own, so that Ctrl-C reaches it once, from here; but not in a
    # session of its own, between which Linux shares processors whatever their nice is.
    command = [sys.executable, "-m", "gongshi", "serve"]
    return subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--host", host, "--port", str(port), "--workers", "1"],
        env=os.environ,
        process_group=0,
    )
