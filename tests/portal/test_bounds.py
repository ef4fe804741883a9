"""No page and no answer runs for longer than anybody would wait."""

from collections.abc import Iterator
from datetime import date
from time import monotonic

import pytest
from django.db import connections
from django.test import Client

from gongshi.portal import finding, matching, queries, syndication
from gongshi.portal.answers import bounded_parts
from gongshi.portal.models import PublishedRecord
from gongshi.portal.opendata import views as sets
from gongshi.portal.search import CannotFinish, bounded_page, bounded_time, bounds
from gongshi.portal.store import STORE

# A query that is broken off ends a transaction on PostgreSQL; pages run in none.
pytestmark = pytest.mark.django_db(databases=["portal"], transaction=True)

_ENDLESS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)"
    " SELECT count(*) FROM numbers"
)

# Left alone, the query runs for ever; the first page of a process takes its time.
_BROKEN_OFF = 30.0


def _ask(statement: str = _ENDLESS) -> object:
    with connections[STORE].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page take a tenth of a second."""
    monkeypatch.setattr(bounds, "LONGEST_PAGE_SECONDS", 0.1)


@pytest.mark.usefixtures("short")
def test_page_that_takes_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "published_totals", _ask)
    client = Client()
    began = monotonic()

    response = client.get("/")

    assert response.status_code == 400
    assert "查询时间过长" in response.content.decode()
    assert monotonic() - began < _BROKEN_OFF
    assert client.get("/about/").status_code == 200  # and others are served


@pytest.mark.parametrize(
    "address",
    [
        *("/search?q=食品", "/search?q=食品&kind=licence&after=s.9", "/search?q=食"),
        "/open/api/v1/records?q=食品",
    ],
)
def test_search_that_takes_too_long_is_broken_off_with_a_sentence(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "LONGEST_SECONDS", 0.1)
    monkeypatch.setattr(matching, "index_of", lambda _: _EndlessIndex())
    client = Client()
    began = monotonic()

    response = client.get(address)

    is_json = response.headers["Content-Type"].startswith("application/json")
    told = response.json()["message"] if is_json else response.content.decode()
    assert response.status_code == 400
    assert "查询时间过长" in told
    assert monotonic() - began < _BROKEN_OFF
    monkeypatch.undo()
    assert client.get(address).status_code == 200  # and the next one is answered


@pytest.mark.usefixtures("short")
def test_feed_that_takes_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(on: date) -> syndication.Feed:
        _ask()
        raise AssertionError

    monkeypatch.setattr(syndication, "everything", endless)

    response = Client().get("/feeds/all.json")

    assert response.status_code == 400
    assert response.json()["code"] == "too-slow"


def test_person_search_that_takes_too_long_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "LONGEST_SECONDS", 0.1)
    monkeypatch.setattr(PublishedRecord, "objects", _EndlessManager())

    response = Client().post("/people/", {"name": "张三", "number": "1号"})

    assert response.status_code == 400
    assert "查询时间过长" in response.content.decode()


@pytest.mark.usefixtures("short")
def test_open_data_page_that_takes_too_long_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sets, "_sets", lambda _: _ask())

    response = Client().get("/open/")

    assert response.status_code == 400
    assert "查询时间过长" in response.content.decode()


@pytest.mark.usefixtures("short")
def test_answer_that_is_sent_in_parts_is_bounded_to_its_end() -> None:
    def parts() -> Iterator[str]:
        yield from ("first",) * 1_000
        _ask()
        yield "never"

    sent: list[str] = []
    with pytest.raises(CannotFinish):
        sent.extend(part for part in bounded_parts(parts()))

    assert "never" not in sent


@pytest.mark.usefixtures("short")
def test_bound_holds_on_behind_a_search_within_it() -> None:
    def page() -> None:
        with bounded_page():
            with bounded_time():
                _ask("SELECT 1")
            _ask()

    with pytest.raises(CannotFinish):
        page()


@pytest.mark.usefixtures("short")
def test_what_comes_after_a_page_has_all_its_time() -> None:
    with bounded_page():
        _ask("SELECT 1")
    with pytest.raises(CannotFinish), bounded_page():
        _ask()

    if connections[STORE].vendor == "postgresql":
        assert _ask("SHOW statement_timeout") == ("0",)
    assert _ask(_LONG) == (300_000,)


class _EndlessManager:
    def using(self, *_: object) -> object:
        return _ask()


class _EndlessIndex:
    def positions(self, *_: object) -> object:
        return _ask()


class _SlowIndex:
    def count(self, *_: object) -> object:
        return _ask()


def test_search_whose_counting_takes_too_long_is_more_than_its_first_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "LONGEST_SECONDS", 0.1)
    monkeypatch.setattr(finding, "index_of", lambda _: _SlowIndex())
    query = finding.read_query({"q": "食品"}, on=date(2016, 3, 1))

    found = finding.count(query, first=queries.Page(records=[], next="s.1"))

    assert not found.is_exact
    with pytest.raises(queries.CannotRead) as refusal:
        finding.count(query)
    assert refusal.value.code == "too-slow"


def test_only_page_is_its_own_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "index_of", _ask)
    query = finding.read_query({"q": "食品"}, on=date(2016, 3, 1))

    found = finding.count(query, first=queries.Page(records=[], next=None))

    assert (found.number, found.is_exact) == (0, True)


_LONG = (
    "WITH RECURSIVE numbers(n) AS"
    " (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 300000)"
    " SELECT count(*) FROM numbers"
)
