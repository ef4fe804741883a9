"""Starts a web server on a free port of loopback and asks it for pages."""

import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

_STARTS_WITHIN = 120.0
# As deploy/nginx.conf has it, without what a measurement has no use for.
_PROXY = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/nginx.body;
    proxy_temp_path {folder}/nginx.proxy;
    upstream gongshi {{ zone gongshi 64k; least_conn; {servers} keepalive 32; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://gongshi;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
        }}
    }}
}}
"""


@contextmanager
def served(
    command: Callable[[int], Sequence[str]],
    environment: Mapping[str, str],
    *,
    log: Path,
    path: str = "/",
    ports: int = 1,
) -> Iterator[int]:
    """Run the command that serves on a port (or more), until the block ends."""
    port = _free_port(ports)
    with log.open("ab") as kept:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command(port), env={**os.environ, **environment}, stdout=kept, stderr=kept
        )
    try:
        _wait(process, port, path)
        yield port
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def behind_proxy(first: int, workers: int, *, folder: Path) -> Iterator[int]:
    """Put nginx before the workers on the ports from the first on, as deploy/ does."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        raise FileNotFoundError(
            "nginx is not installed: `apt-get install nginx-light`."
        )
    servers = " ".join(
        f"server 127.0.0.1:{port};" for port in range(first, first + workers)
    )
    settings = folder / "nginx.conf"

    def command(port: int) -> Sequence[str]:
        text = _PROXY.format(folder=folder, servers=servers, port=port)
        settings.write_text(text)
        return [nginx, "-c", str(settings), "-p", str(folder)]

    with served(command, {}, log=folder / "nginx.log") as port:
        yield port


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


def asked_alone(port: int, path: str) -> tuple[float, int]:
    """Return the milliseconds and the status of a page, over a connection of its own.

    With a bare socket: sixteen of the library's clients take a third of a processor
    from the server that is measured.
    """
    begun = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
        status = int(connection.recv(1 << 16).split(b" ", 2)[1])
        while connection.recv(1 << 16):
            pass
    return (time.perf_counter() - begun) * 1000, status


def _free_port(ports: int) -> int:
    """Return a port that is free, with those after it if more are wanted."""
    while True:
        with ExitStack() as probes:
            first = probes.enter_context(socket.create_server(("127.0.0.1", 0)))
            port = int(first.getsockname()[1])
            try:
                for other in range(port + 1, port + ports):
                    probes.enter_context(socket.create_server(("127.0.0.1", other)))
            except OSError:
                continue
            return port


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while process.poll() is None:
        try:
            asked(port, [path])
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"It ended with status {process.returncode}: {process.args!r}")
