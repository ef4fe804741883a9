"""The portal runs with the public store alone, on both databases."""

import base64
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.apart.crawling import crawl, routes, routes_of
from tests.apart.portal import Portal, running
from tests.pipeline.site import Site
from tests.portal.changes import record_id

pytestmark = [pytest.mark.enable_socket]

_CODE = """
from datetime import timedelta
from django.utils import timezone
from gongshi.domain.feed import Operation
from tests.portal.chain import apply_chained
from tests.portal.changes import change, withdrawal
from tests.portal.told_units import told_unit
today = timezone.localdate()
def record(number, **values):
    days = dict(
        published_on=str(today), listed_until=str(today + timedelta(days=9)),
        display_until=str(today + timedelta(days=900)),
    )
    return change(number, **(days | values))
person = dict(person="natural", credit_code=None, subject_name="欧阳**")
apply_chained(
    *(record(n, kind="penalty" if n % 3 else "licence") for n in range(1, 31)),
    record(31, **person),
    record(32, display_until=str(today - timedelta(days=1))),
    withdrawal(33, record=2),
    record(34, record=3, operation=Operation.CORRECT, corrected_on=str(today)),
    told_unit(35, code="11320700014310258G"),
)
"""
_WITHDRAW = """
from gongshi.portal.actions import apply_changes
from tests.portal.changes import withdrawal
apply_changes([withdrawal(36, record=4)])
"""
# Another writer commits while the set is being read.
_COLLECT = """
import sqlite3
from django.conf import settings
from gongshi.portal.models import Tombstone
from gongshi.portal.opendata.collecting import _one_moment
Tombstone.objects.using("portal").update(reason="before")
with _one_moment():
    Tombstone.objects.using("portal").first()
    other = sqlite3.connect(settings.DATABASES["portal"]["NAME"], timeout=5)
    other.execute("UPDATE tombstone SET reason = 'after'")
    other.commit()
    print(Tombstone.objects.using("portal").first().reason)
print(Tombstone.objects.using("portal").first().reason)
"""
# Writes as the portal's own code could, with one of the two locks taken off.
_WRITE = """
import django
django.setup()
from django.db import OperationalError, connections
settings = connections["portal"].settings_dict
options = settings["OPTIONS"]
before = settings["NAME"] + options["init_command"]
settings["NAME"] = settings["NAME"].replace({without!r}, "")
options["init_command"] = options["init_command"].replace({without!r}, "")
assert settings["NAME"] + options["init_command"] != before
from gongshi.portal.models import Tombstone
assert Tombstone.objects.using("portal").exists()
try:
    Tombstone.objects.using("portal").update(reason="mine")
except OperationalError as refused:
    print(refused)
"""
# What no link leads to: probes, what other sites show, and what programs ask.
_UNIT = "11320700014310258G"
_GUESSED = (
    *("/healthz", "/readyz", f"/embed/units/{_UNIT}/", f"/embed/units/{_UNIT}.json"),
    *("/open/api/v1/records", f"/open/api/v1/records/{record_id(1)}"),
    "/open/api/v1/subjects/91320700MA1MBGC09C",
    *("/open/api/v1/units", f"/open/api/v1/units/{_UNIT}"),
    *("/open/api/v1/catalogue", "/open/api/v1/changes"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return a system whose public store has records of every public kind."""
    with Site(tmp_path_factory.mktemp("site")) as made:
        made.do(_CODE)
        made.run("make_open_data")
        made.do(_WITHDRAW)  # so that the set tells what was taken away since
        yield made


@pytest.fixture(scope="module")
def portal(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Return the portal on it."""
    with running(site, tmp_path_factory.mktemp("portal")) as started:
        yield started


def test_every_page_that_a_link_leads_to_is_there(portal: Portal) -> None:
    seen = set()
    begin = ("/", "/robots.txt", "/changes", *_GUESSED)

    for path, source, answer in crawl(portal, *begin):
        is_tombstone = answer.status == 410 and path.startswith("/records/")
        assert answer.status == 200 or is_tombstone, (path, source, answer.status)
        seen.add(path)

    assert routes_of(seen) == routes()
    assert "Traceback" not in portal.log
    assert not [path for path in seen if path.startswith(("/office", "/api/v1"))]


@pytest.mark.parametrize(
    "path", ["/office/", "/office/sign-in/", "/api/v1/", "/admin/"]
)
def test_there_is_no_office_behind_it(portal: Portal, path: str) -> None:
    assert portal.get(path).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path", ["/", "/search", "/changes", "/feeds/all.atom", "/open/api/v1/units"]
)
def test_what_would_write_is_refused(portal: Portal, method: str, path: str) -> None:
    answer = portal.send(method, path)

    assert answer.status == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("path", ["/nothing", "/records/x/", "/search?from=x"])
def test_refusals_are_pages(portal: Portal, path: str) -> None:
    answer = portal.get(path)

    assert answer.status in (400, 404)
    assert "<h1" in answer.text


def test_no_page_sets_a_cookie_or_names_the_office(portal: Portal) -> None:
    for path in ("/", f"/search?q={quote('食品')}", "/changes"):
        answer = portal.get(path)

        assert "set-cookie" not in answer.headers
        assert "/office/" not in answer.text


def test_search_for_persons_says_that_it_is_off_without_its_key(
    portal: Portal, site: Site, tmp_path: Path
) -> None:
    key = base64.b64encode(bytes(32)).decode()

    with running(site, tmp_path, GONGSHI_PERSON_SEARCH_KEY=key) as offering:
        offered = offering.get("/people/").text

    assert 'name="number"' in offered
    refused = portal.get("/people/").text
    assert 'name="number"' not in refused
    assert "本站不提供自然人记录查询" in refused


def test_it_is_ready_and_says_up_to_which_change(portal: Portal, site: Site) -> None:
    newest = site.count("select max(sequence) from published_change", store="portal")

    answer = portal.get("/readyz")

    assert answer.status == 200
    assert f'"change": {newest}' in answer.text


def test_what_is_published_meanwhile_is_there_at_once(
    portal: Portal, site: Site
) -> None:
    before = portal.get("/changes/head")

    site.do(
        "from tests.portal.chain import chained; from tests.portal.changes import *;"
        "from gongshi.portal.models import Cursor; from dataclasses import replace;"
        "head = Cursor.objects.using('portal').get();"
        "apply_changes([replace(change(head.sequence + 1, record=900),"
        " hash='e' * 64)])"
    )
    after = portal.get("/changes/head")

    assert before.headers["etag"] != after.headers["etag"]
    assert '"e' in after.text.replace(" ", "")


@pytest.mark.files
@pytest.mark.parametrize("taken_by", ["withdrawal", "correction"])
def test_what_was_taken_away_is_in_no_byte_of_the_files(
    portal: Portal, site: Site, taken_by: str
) -> None:
    mark = f"抹去的内容{taken_by}"
    later = {
        "withdrawal": "withdrawal(head + 2, record=902)",
        "correction": "change(head + 2, record=902, operation=Operation.CORRECT)",
    }

    def kept() -> list[str]:
        files = sorted(site.folder.glob("portal.sqlite3*"))
        return [path.name for path in files if mark.encode() in path.read_bytes()]

    def apply(change: str) -> None:
        site.do(
            "from tests.portal.changes import *;"
            "from gongshi.domain.feed import Operation;"
            "from gongshi.portal.queries import feed_head;"
            f"head = feed_head().sequence{' - 1' if 'head + 2' in change else ''};"
            f"apply_changes([{change}])"
        )

    apply(f"change(head + 1, record=902, content={mark!r} * 30)")
    assert portal.get("/").status == 200  # it has the files open
    before = kept()
    apply(later[taken_by])

    assert before
    assert kept() == []


@pytest.mark.files
@pytest.mark.parametrize("without", ["?mode=ro", "PRAGMA query_only=ON;"])
def test_either_of_two_locks_keeps_the_portals_process_from_writing(
    site: Site, without: str
) -> None:
    """The file is opened for reading, and the connection itself refuses to write."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GONGSHI_")}
    store = site.folder / "portal.sqlite3"

    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _WRITE.format(without=without)],
        env={
            **kept,
            "DJANGO_SETTINGS_MODULE": "gongshi.settings",
            "GONGSHI_ROLE": "portal",
            "GONGSHI_PORTAL_DATABASE_URL": f"sqlite:///{store}",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == "attempt to write a readonly database\n"


@pytest.mark.files
def test_file_put_in_the_place_of_the_old_one_is_noticed(
    site: Site, tmp_path: Path
) -> None:
    store = site.folder / "portal.sqlite3"
    delivered = tmp_path / "delivered"
    delivered.mkdir()
    _copy(store, delivered / "new.sqlite3")
    with closing(sqlite3.connect(delivered / "new.sqlite3")) as file:
        file.execute("UPDATE feed_cursor SET hash = ?", ["d" * 64])
        file.commit()
    _copy(store, delivered / "portal.sqlite3")
    address = f"sqlite:///{delivered / 'portal.sqlite3'}"

    with running(site, tmp_path, GONGSHI_PORTAL_DATABASE_URL=address) as portal:
        old = portal.get("/changes/head").text
        os.replace(delivered / "new.sqlite3", delivered / "portal.sqlite3")
        new = portal.get("/changes/head").text

    assert "d" * 64 not in old
    assert "d" * 64 in new
    assert sorted(path.name for path in delivered.iterdir()) == ["portal.sqlite3"]


@pytest.mark.files
def test_store_is_opened_for_reading_only(site: Site, tmp_path: Path) -> None:
    delivered = tmp_path / "delivered"
    delivered.mkdir()
    _copy(site.folder / "portal.sqlite3", delivered / "portal.sqlite3")
    (delivered / "portal.sqlite3").chmod(0o400)
    address = f"sqlite:///{delivered / 'portal.sqlite3'}"
    before = (delivered / "portal.sqlite3").read_bytes()

    with running(site, tmp_path, GONGSHI_PORTAL_DATABASE_URL=address) as portal:
        answers = [portal.get(path).status for path in ("/", "/search", "/readyz")]

    assert answers == [200, 200, 200]
    assert (delivered / "portal.sqlite3").read_bytes() == before


@pytest.mark.files
def test_bulk_set_is_of_one_moment_and_keeps_nobody_from_publishing(
    site: Site,
) -> None:
    printed = site.do(_COLLECT)

    assert printed.split() == ["before", "after"]


@pytest.mark.postgresql
def test_role_of_the_portal_can_read_and_nothing_else(
    site: Site, portal: Portal
) -> None:
    address = site.environment["GONGSHI_PORTAL_DATABASE_URL"]
    with psycopg.connect(address) as connection:
        ((role,),) = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'reader_%'"
            " AND has_table_privilege(rolname, 'published_record', 'SELECT')"
        ).fetchall()
        rights = connection.execute(
            "SELECT DISTINCT privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = %s",
            [role],
        ).fetchall()

    assert rights == [("SELECT",)]
    with psycopg.connect(address.replace("://gongshi@", f"://{role}@")) as connection:
        for statement in ("DELETE FROM tombstone", "CREATE TABLE mine (x int)"):
            # Also after it gave itself leave to write.
            connection.execute("SET transaction_read_only = off")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
            connection.rollback()


@pytest.mark.files
def test_store_that_is_missing_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GONGSHI_")}
    done = subprocess.run(
        [sys.executable, "-m", "gongshi", "check"],
        env={**kept, "GONGSHI_ROLE": "portal", "GONGSHI_DATA_DIR": str(tmp_path / "x")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode != 0
    assert "there is no file" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


def _copy(store: Path, target: Path) -> None:
    """Copy a store as docs/operations.md says that a portal's file is delivered."""
    with (
        closing(sqlite3.connect(store)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    shutil.copystat(store, target)
