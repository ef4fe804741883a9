"""The demo: only in demo mode, only on this machine, prepared once."""

import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.core.management import CommandError, call_command

from gongshi.accounts.demo import DEMO_LOGINS
from gongshi.accounts.models import Role, Unit, User
from gongshi.domain.standards import Kind
from gongshi.intake.models import Batch
from gongshi.pipeline import demo
from gongshi.pipeline.management.commands import demo as demo_command
from gongshi.pipeline.sample_city import deliveries
from gongshi.portal.models import PublishedItem, PublishedRecord, Tombstone
from gongshi.records.models import Record
from gongshi.review.queries import todo
from tests.factories import AT, UnitFactory

_database = pytest.mark.django_db(databases=["default", "portal"])


class Interrupted(Exception):
    """Somebody pressed Ctrl+C."""


@pytest.fixture
def demo_mode(settings: LazySettings, tmp_path: Path) -> None:
    """Run as a demo of 200 records in a folder of its own."""
    settings.DEMO = True
    settings.DATA_DIR = tmp_path


@pytest.fixture
def port() -> Iterator[int]:
    """Return a port of this machine at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def _ignore(done: int, planned: int) -> None:
    pass


def test_outside_demo_mode_nothing_is_prepared() -> None:
    with pytest.raises(demo.CannotDemonstrate):
        demo.prepare(AT, on_progress=_ignore)


@pytest.mark.enable_socket
def test_command_refuses_outside_demo_mode_and_says_how() -> None:
    with pytest.raises(CommandError, match="make demo"):
        call_command("demo", "--prepare-only")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "localhost"])  # noqa: S104
def test_server_of_a_demo_listens_on_this_machine_only(
    demo_mode: None, host: str
) -> None:
    with pytest.raises(CommandError, match=r"127\.0\.0\.1"):
        call_command("serve", "--host", host)


def test_demo_starts_its_server_on_this_machine(
    demo_mode: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    class Ended:
        """A process that has ended already."""

        def __init__(self, command: list[str]) -> None:
            started.append(command[3:])

        def poll(self) -> int:
            return 1

        def terminate(self) -> None:
            pass

        def wait(self) -> None:
            pass

    monkeypatch.setattr(subprocess, "Popen", Ended)
    monkeypatch.setattr(demo_command, "prepare", lambda at, on_progress: None)
    monkeypatch.setattr(demo_command, "can_listen", lambda host, port: True)

    with pytest.raises(CommandError, match="has ended"):
        call_command("demo", "--port", "8123")

    assert started == [
        ["serve", "--host", "127.0.0.1", "--port", "8123"],
        ["worker"],
    ]


@pytest.mark.enable_socket
@pytest.mark.parametrize("command", ["demo", "serve"])
def test_port_in_use_is_said_before_anything_is_done(
    demo_mode: None, command: str, port: int
) -> None:
    with pytest.raises(CommandError, match="is in use"):
        call_command(command, "--port", str(port))


@_database
def test_interrupted_preparation_goes_on_where_it_was_and_ends_once(
    demo_mode: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "RECORDS", 200)

    def interrupt(done: int, planned: int) -> None:
        if done == 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        demo.prepare(AT, on_progress=interrupt)
    told: list[tuple[int, int]] = []
    demo.prepare(AT, on_progress=lambda done, planned: told.append((done, planned)))
    assert not Unit.objects.filter(code="lyg-hbj", credit_code="").exists()
    counts = Batch.objects.count(), Record.objects.count()
    demo.prepare(AT, on_progress=interrupt)

    assert told == [(3, 4), (4, 4)]
    assert counts[0] == 4 + 6  # and two for each desk with work
    assert (Batch.objects.count(), Record.objects.count()) == counts
    assert PublishedRecord.objects.using("portal").count() > 150
    public = PublishedRecord.objects.using("portal")
    removals = Tombstone.objects.using("portal").values_list("operation", flat=True)
    assert Counter(removals) == {"withdraw": 3, "end": 2}
    assert public.filter(disputed_on__isnull=False).count() == 2
    assert _items_without_catalogue() == set()
    assert _idle() == []
    names = {login.username for login in DEMO_LOGINS}
    assert set(User.objects.values_list("username", flat=True)) == names


def _idle() -> list[User]:
    """Return who has nothing to do with records, though their role has to."""
    users = User.objects.exclude(memberships__role=Role.SYSTEM_ADMIN)
    calendar = settings.CALENDAR
    return [u for u in users if todo(u, on=AT.date(), calendar=calendar).is_empty]


@_database
def test_half_of_the_files_of_today_name_the_item_of_each_row() -> None:
    UnitFactory.create(name="连云港市环境保护局")
    until = datetime(2026, 11, 27, 9, tzinfo=UTC)

    planned = deliveries(20_000, until=until, calendar=settings.CALENDAR)
    late = [each for each in planned if each.received_at.year > 2018]

    named = [each for each in late if each.form.field("item_code")]
    assert 0.4 < len(named) / len(late) < 0.6
    assert {each.form.kind for each in named} == {*Kind}


def _items_without_catalogue() -> set[tuple[str, str]]:
    """Return units and codes of published records that no public catalogue lists."""
    records = PublishedRecord.objects.using("portal").exclude(catalogue_item="")
    items = PublishedItem.objects.using("portal").values_list("unit_code", "code")
    return set(records.values_list("unit_code", "catalogue_item")) - set(items)
