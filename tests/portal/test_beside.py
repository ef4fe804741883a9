"""A new public store is made beside the old one, which is used until it is whole."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from gongshi.domain.feed import PublicChange
from gongshi.portal import finding
from gongshi.portal.actions import apply_changes
from gongshi.portal.beside import CannotReplace, replace_store
from gongshi.portal.queries import feed_head
from gongshi.portal.search import index_of
from tests.portal.changes import TODAY, change

Result = TypeVar("Result")

pytestmark = pytest.mark.django_db(databases=["portal"], transaction=True)

_MAKE_AND_STAY = """
import django, sys, time
django.setup()
from gongshi.portal.actions import apply_changes
from gongshi.portal.beside import replace_store
from tests.portal.changes import change

def fill():
    applied = apply_changes([change(n, content="新") for n in range(1, 500)])
    print("half", flush=True)
    time.sleep(600)

replace_store(fill)
"""


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give each test on SQLite a file as its store; on PostgreSQL it is at hand."""
    path = tmp_path / "portal.sqlite3"
    before = connections["portal"]
    if before.vendor == "sqlite":
        monkeypatch.setitem(connections.settings["portal"], "NAME", str(path))
        connections["portal"] = connections.create_connection("portal")
        call_command("migrate", "portal", database="portal", verbosity=0)
    yield path
    if before.vendor == "sqlite":
        connections["portal"].close()
        connections["portal"] = before
    index_of(before).empty(before)


def elsewhere(call: Callable[[], Result]) -> Result:
    """Return what the call returns on a connection of its own."""

    def run() -> Result:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def found(text: str) -> list[int]:
    page = finding.find(finding.read_query({"q": text}, on=TODAY))
    return [record.position for record in page.records]


def feed(count: int, content: str) -> list[PublicChange]:
    return [change(number, content=content) for number in range(1, count + 1)]


def test_old_store_is_read_and_written_until_the_new_one_is_whole() -> None:
    changes = feed(3, "甲乙")
    apply_changes(changes)
    seen = []

    def fill() -> int:
        applied = apply_changes(changes)
        if len(changes) == 3:
            seen.append(elsewhere(lambda: found("甲乙")))
            changes.append(change(4, content="甲乙"))
            elsewhere(lambda: apply_changes(changes))
            seen.append(elsewhere(lambda: found("甲乙")))
        return applied

    applied = replace_store(fill)

    assert seen == [[3, 2, 1], [4, 3, 2, 1]]
    assert applied == 4
    assert found("甲乙") == elsewhere(lambda: found("甲乙")) == [4, 3, 2, 1]
    assert feed_head().sequence == 4


def test_store_is_replaced_again_and_again(store: Path) -> None:
    for round_ in range(1, 4):
        changes = feed(round_, f"第{round_}回")
        assert replace_store(lambda: apply_changes(changes)) == round_  # noqa: B023
        assert found(f"第{round_}回") == list(range(round_, 0, -1))
        assert found(f"第{round_ - 1}回") == []

    if connections["portal"].vendor == "sqlite":
        connections["portal"].close()
        left = {path.name for path in store.parent.iterdir()}
        assert left == {"portal.sqlite3", "portal.sqlite3.3", "portal.sqlite3.lock"}


def test_failed_replacement_leaves_the_old_store() -> None:
    apply_changes(feed(2, "甲乙"))

    def fill() -> int:
        apply_changes(feed(1, "丙丁"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        replace_store(fill)

    assert found("甲乙") == [2, 1]
    assert found("丙丁") == []
    assert replace_store(lambda: apply_changes(feed(1, "丙丁"))) == 1
    assert found("丙丁") == [1]


def test_writer_with_the_old_file_open_writes_to_the_new_one() -> None:
    apply_changes(feed(1, "甲乙"))
    writer = connections["portal"]
    connections["portal"] = connections.create_connection("portal")
    try:
        replace_store(lambda: apply_changes(feed(2, "甲乙")))
    finally:
        connections["portal"].close()
        connections["portal"] = writer

    apply_changes([change(3, content="甲乙")])

    assert found("甲乙") == [3, 2, 1]
    assert elsewhere(lambda: found("甲乙")) == [3, 2, 1]


def test_second_replacement_at_the_same_time_is_refused() -> None:
    def fill() -> int:
        if feed_head().sequence:
            return 0
        with pytest.raises(CannotReplace) as refused:
            elsewhere(lambda: replace_store(lambda: 0))
        assert refused.value.code == "already-running"
        return apply_changes(feed(1, "甲乙"))

    assert replace_store(fill) == 1


def test_killed_replacement_loses_nothing(store: Path) -> None:
    apply_changes(feed(2, "旧"))
    process = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", _MAKE_AND_STAY],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "gongshi.settings",
            **_address(store),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    assert found("旧") == [2, 1]
    assert found("新") == []
    assert replace_store(lambda: apply_changes(feed(3, "新"))) == 3
    assert found("新") == [3, 2, 1]


@pytest.fixture
def reading_role() -> Iterator[str]:
    """Make the role of deploy/portal-role.sql, under a name of its own."""
    role = f"reader_{uuid4().hex[:8]}"
    script = Path(settings.BASE_DIR) / "deploy" / "portal-role.sql"
    made = script.read_text().replace("gongshi_portal_reader", role)
    with connections["portal"].cursor() as cursor:
        cursor.execute(made)
        yield role
        cursor.execute(f"DROP OWNED BY {role}")
        cursor.execute(f"DROP ROLE {role}")


@pytest.mark.postgresql
def test_role_that_may_only_read_reads_each_new_store_and_writes_none(
    reading_role: str,
) -> None:
    changes = feed(2, "甲乙")
    address = _address(Path())["GONGSHI_PORTAL_DATABASE_URL"]
    user = str(connections["portal"].settings_dict["USER"])
    tables = [
        model._meta.db_table for model in apps.get_app_config("portal").models.values()
    ]

    for _ in range(2):
        replace_store(lambda: apply_changes(changes))
        with psycopg.connect(
            address.replace(f"//{user}@", f"//{reading_role}@")
        ) as held:
            counts = {
                table: held.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()  # noqa: S608 - our own
                for table in tables
            }
            held.rollback()
            held.execute("SET transaction_read_only = off")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                held.execute("DELETE FROM published_record")

        assert len(counts) == 9
        assert counts["published_record"] == (2,)


def _address(store: Path) -> dict[str, str]:
    given = connections["portal"].settings_dict
    if connections["portal"].vendor == "sqlite":
        return {"GONGSHI_PORTAL_DATABASE_URL": f"sqlite:///{store}"}
    host = str(given["HOST"]).replace("/", "%2F")
    return {
        "GONGSHI_PORTAL_DATABASE_URL": (
            f"postgres://{given['USER']}@{host}/{given['NAME']}"
        )
    }
