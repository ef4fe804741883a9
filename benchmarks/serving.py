"""Starts a web server on a free port of loopback and asks it for pages."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

_STARTS_WITHIN = 120.0


@contextmanager
def served(
    command: Callable[[int], Sequence[str]],
    environment: Mapping[str, str],
    *,
    log: Path,
    path: str = "/",
) -> Iterator[int]:
    """Run the command that serves on a port, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with log.open("ab") as kept:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command(port), env={**os.environ, **environment}, stdout=kept, stderr=kept
        )
    try:
        _wait(port, path)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def asked(port: int, paths: Sequence[str]) -> list[tuple[float, int, bytes]]:
    """Return the milliseconds, the status and the body of each page, one by one."""
    answers = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        for path in paths:
            begun = time.perf_counter()
            client.request("GET", path)
            response = client.getresponse()
            body = response.read()
            answers.append(
                ((time.perf_counter() - begun) * 1000, response.status, body)
            )
    return answers


def _wait(port: int, path: str) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            asked(port, [path])
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return
