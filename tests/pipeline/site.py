"""A system of its own for tests with real processes: stores, environment, commands."""

import atexit
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Self
from uuid import uuid4

import psycopg

_PATIENCE = 60.0
_LONG = 180.0  # for work of other processes, on a machine that has much else to do
_PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("migrate", verbosity=0, database="portal")
call_command("load_city", "lianyungang", verbosity=0)
"""


class Site:
    """A registry and a portal store in a folder, driven through the `gongshi` command.

    On PostgreSQL both stores are fresh databases of the server that the tests use.
    Every site begins as a copy of one: migrations and a city take their time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        stores = _addresses()
        self._databases = list(stores.values())
        self.environment: Mapping[str, str] = {
            **{k: v for k, v in os.environ.items() if not k.endswith("DATABASE_URL")},
            **stores,
            "GONGSHI_DATA_DIR": str(folder),
            "GONGSHI_MODE": "development",
        }

    def __enter__(self) -> Self:
        model = _model()
        shutil.copytree(model.folder, self.folder, dirs_exist_ok=True)
        for address, source in zip(self._databases, model._databases, strict=True):
            _create(address, source)
        return self

    def __exit__(self, *error: object) -> None:
        for process in self._processes:
            self.stop(process)
        self.drop()

    def make(self) -> None:
        """Make the stores and the city, not as a copy."""
        for address in self._databases:
            _create(address)
        self.do(_PREPARE)

    def drop(self) -> None:
        """Remove the databases."""
        for address in self._databases:
            _drop(address)

    def run(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own interpreter
            self._command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode in accept, done.stderr + done.stdout
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command that runs on; it is stopped at the latest with the site."""
        with (self.folder / f"{arguments[0]}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter
                self._command(*arguments), env=self.environment, stdout=log, stderr=log
            )
        self._processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill the process as a power cut would: nothing of it runs any more."""
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End the process as an operator would, with those that it started itself."""
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill(process)

    def do(self, code: str) -> str:
        """Run Python code inside the system and return what it printed."""
        return self.run("shell", "-v0", "-c", code).strip()

    def fetch(self, query: str, *, store: str = "registry") -> list[tuple[object, ...]]:
        """Ask a store directly, from outside, as another process would."""
        variables = {
            "registry": "GONGSHI_DATABASE_URL",
            "portal": "GONGSHI_PORTAL_DATABASE_URL",
        }
        address = self.environment.get(variables[store])
        if address:
            with psycopg.connect(address) as connection:
                return list(connection.execute(query).fetchall())
        with closing(
            sqlite3.connect(self.folder / f"{store}.sqlite3", timeout=30)
        ) as file:
            return list(file.execute(query).fetchall())

    def count(self, query: str, *, store: str = "registry") -> int:
        """Return the one number that a query yields."""
        ((number,),) = self.fetch(query, store=store)
        assert isinstance(number, int)
        return number

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        """Wait until it is so; look often, as the moment may be short."""
        end = time.monotonic() + _LONG
        while not is_so():
            assert time.monotonic() < end, "it never came to that"
            time.sleep(0.05)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "gongshi", *arguments]


@cache
def _model() -> Site:
    """Return the site that the others are copies of; it lasts as long as the tests."""
    folder = Path(tempfile.mkdtemp(prefix="gongshi-site-"))
    model = Site(folder)
    atexit.register(shutil.rmtree, folder)
    atexit.register(model.drop)
    model.make()
    return model


def _addresses() -> dict[str, str]:
    server = os.environ.get("GONGSHI_TEST_POSTGRES_URL")
    if not server or not os.environ.get("GONGSHI_DATABASE_URL", "").startswith(
        "postgres"
    ):
        return {}
    names = {
        "GONGSHI_DATABASE_URL": "registry",
        "GONGSHI_PORTAL_DATABASE_URL": "portal",
    }
    return {
        variable: f"{server}/site_{name}_{uuid4().hex[:8]}"
        for variable, name in names.items()
    }


def _create(address: str, source: str | None = None) -> None:
    server, _, database = address.rpartition("/")
    template = "template1" if source is None else source.rpartition("/")[2]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')


def _drop(address: str) -> None:
    server, _, database = address.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
