"""A portal apart from the registry: a process of its own, from code without one."""

import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
from django.conf import settings

from tests.pipeline.site import Site
from tests.ports import free_port

_PATIENCE = 60.0
_KEPT = ("domain", "portal", "serving")  # the packages that a portal has
_ROLE = "gongshi_portal_reader"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the portal answered to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class Portal:
    """A running portal, asked over the network as anybody asks it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.port = port
        self._process = process
        self._log = log

    @property
    def log(self) -> str:
        """What the process has written so far."""
        return self._log.read_text(errors="replace")

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a path."""
        return self.send("GET", path, **headers)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form as a browser does."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, body=urlencode(fields), **kind)

    def send(
        self, method: str, path: str, *, body: str | None = None, **headers: str
    ) -> Answer:
        """Send a request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=names, body=response.read())
        finally:
            connection.close()

    def wait(self) -> None:
        """Wait until it answers."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            assert self._process.poll() is None, self.log
            try:
                if self.get("/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.log)


@contextmanager
def running(site: Site, folder: Path, **settings_: str) -> Iterator[Portal]:
    """Run a portal on the site's public store; all else of the site is out of reach.

    The code is a copy without any of the registry's packages, the environment has
    neither keys nor the registry's address, and on PostgreSQL the process signs in
    under the role of deploy/portal-role.sql.
    """
    code = _copied(folder / "code")
    port = free_port()
    log = folder / "portal.log"
    with _store(site) as store, log.open("wb") as output:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GONGSHI_")}
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "gongshi", "serve", "--port", str(port)],
            cwd=code,
            env={
                **kept,
                "PYTHONPATH": str(code),
                "GONGSHI_ROLE": "portal",
                "GONGSHI_CALLS_PER_MINUTE": "1000000",
                "GONGSHI_SEARCHES_PER_MINUTE": "1000000",
                **store,
                **settings_,
            },
            stdout=output,
            stderr=output,
        )
        try:
            portal = Portal(process, port, log)
            portal.wait()
            yield portal
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _copied(code: Path) -> Path:
    """Copy the checkout without the registry; return the folder."""
    base = Path(settings.BASE_DIR)
    package = code / "gongshi"
    package.mkdir(parents=True)
    for module in (base / "gongshi").glob("*.py"):
        shutil.copy(module, package)
    for name in _KEPT:
        shutil.copytree(base / "gongshi" / name, package / name)
    for name in ("templates", "static", "locale"):
        shutil.copytree(base / name, code / name)
    shutil.rmtree(code / "templates" / "office")
    return code


@contextmanager
def _store(site: Site) -> Iterator[Mapping[str, str]]:
    address = site.environment.get("GONGSHI_PORTAL_DATABASE_URL")
    if address is None:
        path = site.folder / "portal.sqlite3"
        yield {
            "GONGSHI_PORTAL_DATABASE_URL": f"sqlite:///{path}",
            "GONGSHI_OPEN_DATA_DIR": str(site.folder / "open"),
        }
        return
    role = f"reader_{uuid4().hex[:8]}"
    script = Path(settings.BASE_DIR) / "deploy" / "portal-role.sql"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(script.read_text().replace(_ROLE, role).encode())
        try:
            yield {
                "GONGSHI_PORTAL_DATABASE_URL": address.replace(
                    "://gongshi@", f"://{role}@"
                ),
                "GONGSHI_OPEN_DATA_DIR": str(site.folder / "open"),
            }
        finally:
            connection.execute(f"DROP OWNED BY {role}".encode())
            connection.execute(f"DROP ROLE {role}".encode())
