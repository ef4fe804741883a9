"""The home page's moving list comes in parts; walked through, they are the ten days."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongshi.portal.actions import apply_changes
from tests.portal.changes import TODAY, publish, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

_PART = {"HX-Request": "true"}
_LINK = re.compile(r'class="rolling-link" href="([^"]+)"')
_NEXT = re.compile(r'data-next="([^"]+)"')


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


def _parts() -> Iterator[str]:
    """Yield the home page, then each part that the list asks for."""
    reader = Client()
    part = reader.get("/").content.decode()
    yield part
    while following := _NEXT.search(part):
        part = reader.get(following[1], headers=_PART).content.decode()
        yield part


def test_parts_show_each_listed_record_once_and_no_other() -> None:
    days = [{"listed_until": str(TODAY + timedelta(days=n % 10))} for n in range(95)]
    ended = {"listed_until": str(TODAY - timedelta(days=1))}
    person = {"person": "natural", "credit_code": None, "listed_until": None}
    publish(*days, ended, person, {})
    apply_changes([withdrawal(99, record=7)])

    parts = [_LINK.findall(part) for part in _parts()]

    assert [len(part) for part in parts] == [40, 40, 15]
    listed = {*range(1, 96), 98} - {7}
    expected = sorted(f"/records/{record_id(n)}/" for n in listed)
    assert sorted(chain.from_iterable(parts)) == expected


def test_forty_records_are_one_part() -> None:
    publish(*[{}] * 40)

    assert len(list(_parts())) == 1


def test_part_is_the_rows_alone_and_reads_no_figures() -> None:
    publish(*[{}] * 41)
    address = _NEXT.findall(next(_parts()))[0]

    with CaptureQueriesContext(connections["portal"]) as asked:
        part = Client().get(address, headers=_PART)

    assert part.content.decode().strip().startswith('<ol class="rolling-rows">')
    assert not [query for query in asked if "COUNT" in query["sql"]]


def test_part_is_kept_until_something_changes() -> None:
    publish(*[{}] * 41)
    reader = Client()
    address = _NEXT.findall(next(_parts()))[0]
    first = reader.get(address, headers=_PART)

    known = {**_PART, "If-None-Match": first["ETag"]}
    same = reader.get(address, headers=known)
    apply_changes([withdrawal(42, record=1)])
    other = reader.get(address, headers=known)

    assert same.status_code == 304
    assert other.status_code == 200
    assert not _LINK.findall(other.content.decode())
