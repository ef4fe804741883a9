"""`gongshi serve --separate-ports`: real processes, asked, stopped and killed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.ports import free_port

pytestmark = pytest.mark.enable_socket
_PATIENCE = 60.0


def test_each_worker_answers_on_its_port_until_all_are_told_to_stop(
    tmp_path: Path,
) -> None:
    with _served(tmp_path) as (process, ports):
        assert [_answers(port) for port in ports] == [True, True]
        process.send_signal(signal.SIGTERM)

        assert process.wait(_PATIENCE) == 0
        assert not any(_listens(port) for port in ports)


def test_all_workers_end_when_one_is_killed(tmp_path: Path) -> None:
    with _served(tmp_path) as (process, ports):
        os.kill(_children(process.pid)[0], signal.SIGKILL)

        assert process.wait(_PATIENCE) == 1
        _until(lambda: not any(_listens(port) for port in ports[1:]))
    assert "ended with status -9" in (tmp_path / "server.log").read_text()


def test_port_in_use_is_named_and_nothing_starts(tmp_path: Path) -> None:
    first = _two_free_ports()
    with socket.create_server(("127.0.0.1", first + 1)):
        done = subprocess.run(  # noqa: S603 - our own command
            _command(first), env=_environment(tmp_path), capture_output=True, text=True
        )

    assert done.returncode == 1
    assert f"127.0.0.1:{first + 1} is in use" in done.stderr
    assert not _listens(first)


@contextmanager
def _served(
    folder: Path,
) -> Iterator[tuple[subprocess.Popen[bytes], tuple[int, int]]]:
    first = _two_free_ports()
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            _command(first), env=_environment(folder), stdout=log, stderr=log
        )
    try:
        _until(lambda: _answers(first) and _answers(first + 1))
        yield process, (first, first + 1)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _command(port: int) -> list[str]:
    options = ["--port", str(port), "--workers", "2", "--separate-ports"]
    return [sys.executable, "-m", "gongshi", "serve", *options]


def _environment(folder: Path) -> dict[str, str]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith("GONGSHI_")}
    return {**ours, "GONGSHI_DATA_DIR": str(folder)}


def _two_free_ports() -> int:
    while _listens((port := free_port()) + 1):
        pass
    return port


def _answers(port: int) -> bool:
    """Say whether it is alive; the store itself is empty."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as client:
        try:
            client.request("GET", "/healthz")
            return client.getresponse().status == 200
        except OSError:
            return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _children(pid: int) -> list[int]:
    return [
        int(child)
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ]


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, "It took too long."
        time.sleep(0.2)
