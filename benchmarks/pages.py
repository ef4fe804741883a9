"""Public pages beside an empty Django view: requests per second, one server, one run.

The server is a process of its own on loopback. Both sides are asked in turn, for
moments, by a client that does next to nothing, over connections that stay open.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from benchmarks.measure import report, run_python

_RECORDS = 20_000
_READ = 200  # different detail pages that readers come back to
_CONNECTIONS = 4
_SECONDS = 0.3  # short, so that both sides meet the same machine
_ROUNDS = 15
_WARM = 2.0
_WANTED = 0.6
_FILL = """
import sys, django
django.setup()
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
call_command("migrate", verbosity=0, database="portal")
from benchmarks.pages_store import fill
fill(int(sys.argv[1]), timezone.localdate())
"""


def figures() -> None:
    """Measure the empty view, home, lists, kept detail pages, fresh ones and 304s."""
    with TemporaryDirectory(prefix="gongshi-bench-") as folder:
        os.environ["GONGSHI_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "gongshi.settings"
        run_python(_FILL, str(_RECORDS))
        with _server(Path(folder)) as port:
            empty = [_request("/empty")]
            details = [f"/records/{_id(number)}/" for number in range(1, _READ + 1)]
            lists = ["/lists/", "/kinds/licence/", "/regions/320700/", "/units/unit-3/"]
            tag = _tag(port, "/")
            sides = {
                "home": [_request("/")],
                "list": [_request(path) for path in lists],
                "detail": [_request(path) for path in details],
                "unchanged": [_request("/", tag=tag)],
            }
            for name, requests in sides.items():
                _tell(name, *_beside(port, empty, requests))
            fresh = [f"/records/{_id(n)}/" for n in range(_READ + 1, _RECORDS + 1)]
            rate = _rate(port, [_request(path) for path in fresh], _WARM)
            base = _rate(port, empty, _WARM)
            report(
                "page detail first read",
                wanted="told",
                holds=True,
                requests_per_second=rate,
                empty_view=base,
                share=rate / base,
            )


def _tell(name: str, rate: float, base: float) -> None:
    report(
        f"page {name}",
        wanted=f"{_WANTED:.0%} of an empty view",
        holds=rate / base >= _WANTED,
        requests_per_second=rate,
        empty_view=base,
        share=rate / base,
    )


def _beside(
    port: int, empty: Sequence[bytes], requests: Sequence[bytes]
) -> tuple[float, float]:
    """Return the median pair of both sides, asked in turn after a warming round."""
    _rate(port, requests, _WARM)
    pairs = [(_rate(port, requests), _rate(port, empty)) for _ in range(_ROUNDS)]
    # The pair in the middle: other work on the machine slows both of its sides.
    return sorted(pairs, key=lambda pair: pair[0] / pair[1])[_ROUNDS // 2]


def _rate(port: int, requests: Sequence[bytes], seconds: float = _SECONDS) -> float:
    """Ask over several connections for a while; return requests per second."""
    until = time.perf_counter() + seconds
    counts: list[int] = []
    readers = [
        threading.Thread(
            target=_read,
            args=(port, requests[start::_CONNECTIONS] or requests, until, counts),
        )
        for start in range(_CONNECTIONS)
    ]
    begun = time.perf_counter()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return sum(counts) / (time.perf_counter() - begun)


def _read(
    port: int, requests: Sequence[bytes], until: float, counts: list[int]
) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        count = 0
        for request in cycle(requests):
            if time.perf_counter() > until:
                break
            connection.sendall(request)
            _answer(connection)
            count += 1
        counts.append(count)


def _answer(connection: socket.socket) -> bytes:
    """Read one response and return its head."""
    received = bytearray()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(connection)
    head = bytes(received[:end])
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")):
        raise RuntimeError(head.decode(errors="replace"))
    lines = head.lower().split(b"\r\n")
    length = next(
        (int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0
    )
    missing = end + 4 + length - len(received)
    while missing > 0:
        missing -= len(_more(connection))
    return head


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(262_144)
    if not received:
        raise RuntimeError("The server closed the connection.")
    return received


def _request(path: str, *, tag: str | None = None) -> bytes:
    known = f"If-None-Match: {tag}\r\n" if tag else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{known}\r\n"
    ).encode()


def _tag(port: int, path: str) -> str:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(_request(path))
        head = _answer(connection).decode()
    tags = [
        line[5:].strip()
        for line in head.split("\r\n")
        if line.lower().startswith("etag:")
    ]
    return tags[0]


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    """Run the application in one worker; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    granian = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "2"]
    command = [granian, *options, "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own server
            [*command, "benchmarks.pages_site:application"], stdout=log, stderr=log
        )
    try:
        _wait_for(lambda: bool(_tag(port, "/about/")))
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            if is_so():
                return
        except OSError:
            if time.monotonic() > end:
                raise
        time.sleep(0.1)


def _id(number: int) -> str:
    return str(UUID(int=number))
