"""Pages are kept as long as nothing has changed, and never a moment longer."""

import gzip

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.portal.actions import apply_changes
from gongshi.portal.keeping import KeptPage, KeptPages
from tests.portal.changes import change, publish, record_id, withdrawal
from tests.portal.clock import stand_at

pytestmark = pytest.mark.django_db(databases=["portal"])

_RECORD = f"/records/{record_id(1)}/"
_UNIT = "/units/11320700014310258G/"
_PAGES = (
    "/",
    "/lists/",
    "/kinds/licence/",
    "/regions/320700/",
    "/units/",
    _UNIT,
    "/catalogue/",
    "/items/JS320700SY-XK-0001/",
    "/subjects/91320700MA1MBGC09C/",
    "/search?q=食品",
    "/withdrawals/",
    "/statistics/",
    "/about/",
    _RECORD,
)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, "2016-03-05 10:00:00")


@pytest.mark.parametrize("address", _PAGES)
def test_page_asked_for_again_costs_a_look_at_the_cursor(address: str) -> None:
    publish({})
    tag = Client().get(address)["ETag"]

    with CaptureQueriesContext(connections["portal"]) as asked:
        again = Client().get(address, headers={"If-None-Match": tag})

    assert again.status_code == 304
    assert again["ETag"] == tag
    assert not again.content
    tables = [query["sql"].split("FROM")[1].split()[0] for query in asked]
    assert [table.strip('"') for table in tables] == ["feed_cursor"]


@pytest.mark.parametrize("address", _PAGES)
def test_page_is_public_asked_each_time_and_sets_no_cookie(address: str) -> None:
    publish({})

    response = Client().get(address)

    assert response.status_code == 200
    assert response["Cache-Control"] == "public, no-cache"
    assert {"Cookie", "Accept-Encoding"} <= set(response["Vary"].split(", "))
    assert response["Last-Modified"].endswith("GMT")
    assert not response.cookies


@pytest.mark.parametrize("address", _PAGES)
def test_page_that_is_kept_is_the_page_that_was_made(address: str) -> None:
    publish({})

    made, kept = Client().get(address), Client().get(address)

    assert kept.content == made.content
    assert kept["Content-Type"] == made["Content-Type"]


def test_kept_page_reads_no_record() -> None:
    publish({})
    Client().get("/lists/")

    with CaptureQueriesContext(connections["portal"]) as asked:
        Client().get("/lists/")

    assert len(asked) == 1


def test_withdrawal_shows_at_once_in_every_kept_page() -> None:
    apply_changes([change(1, subject_name="连云港甲公司")])
    before = {address: Client().get(address) for address in _PAGES}

    apply_changes([withdrawal(2, record=1)])

    for address, old in before.items():
        response = Client().get(address, headers={"If-None-Match": old["ETag"]})
        assert response.status_code != 304
        assert "连云港甲公司" not in response.content.decode()
    assert Client().get(_RECORD).status_code == 410


def test_midnight_in_beijing_changes_the_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    publish({"listed_until": "2016-03-05"})
    stand_at(monkeypatch, "2016-03-05 23:59:59")
    tag = Client().get("/lists/")["ETag"]

    stand_at(monkeypatch, "2016-03-06 00:00:00")
    response = Client().get("/lists/", headers={"If-None-Match": tag})

    assert response.status_code == 200
    assert response["ETag"] != tag
    assert _RECORD not in response.content.decode()


@pytest.mark.parametrize(
    ("cookie", "value"),
    [("django_language", "en"), ("gongshi_theme", "dark"), ("gongshi_type", "large")],
)
def test_what_a_reader_chose_is_a_page_of_its_own(cookie: str, value: str) -> None:
    publish({})
    plain = Client().get("/lists/")
    reader = Client()
    reader.cookies[cookie] = value

    chosen = reader.get("/lists/", headers={"If-None-Match": plain["ETag"]})

    assert chosen.status_code == 200
    assert chosen["ETag"] != plain["ETag"]
    assert chosen.content != plain.content


def test_unknown_cookies_make_no_page_of_their_own() -> None:
    publish({})
    tag = Client().get("/lists/")["ETag"]
    reader = Client()
    reader.cookies["gongshi_theme"] = "purple"

    assert reader.get("/lists/")["ETag"] == tag


def test_page_is_sent_compressed_to_browsers_that_take_it() -> None:
    publish({})
    plain = Client().get("/lists/")

    packed = Client().get("/lists/", headers={"Accept-Encoding": "gzip, br"})

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2


def test_page_that_is_asked_for_again_is_compressed_better() -> None:
    publish(*({"subject_name": f"连云港第{number}贸易公司"} for number in range(30)))
    plain = Client().get("/lists/").content

    sent = [
        Client().get("/lists/", headers={"Accept-Encoding": "gzip"}).content
        for _ in range(3)
    ]

    assert [gzip.decompress(each) for each in sent] == [plain] * 3
    assert len(sent[0]) > len(sent[1]) == len(sent[2])


def test_part_for_htmx_and_whole_page_have_different_tags() -> None:
    publish({})

    whole = Client().get("/lists/")
    part = Client().get("/lists/", headers={"HX-Request": "true"})

    assert whole["ETag"] != part["ETag"]
    assert b"<html" not in part.content


def test_host_names_do_not_share_pages(settings: pytest.FixtureRequest) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    publish({})
    Client().get(_RECORD, headers={"Host": "one.example"})

    page = Client().get(_RECORD, headers={"Host": "two.example"}).content.decode()

    assert "one.example" not in page


def test_kept_page_is_answered_before_sessions_and_views_are_asked() -> None:
    publish({})
    first, again = Client().get("/"), Client().get("/")

    assert first.resolver_match is not None
    assert again.wsgi_request.resolver_match is None
    assert again.content == first.content
    assert again.headers == first.headers


def test_kept_search_is_left_to_its_view_which_is_counted() -> None:
    publish({})
    Client().get("/search?q=食品")

    assert Client().get("/search?q=食品").wsgi_request.resolver_match is not None


def test_refusals_and_missing_pages_are_not_kept() -> None:
    assert "ETag" not in Client().get("/lists/?after=x")
    assert "ETag" not in Client().get(_RECORD)


def test_person_search_is_kept_by_nobody() -> None:
    response = Client().post("/people/", {"name": "张三", "number": "1号"})

    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"].startswith("noindex")


def test_pages_used_last_stay_when_room_runs_out() -> None:
    pages = KeptPages(3 * 6_000)
    page = KeptPage.of(HttpResponse(b"x" * 4_000), tag="1", is_for_all=True)
    pages.put("one", page)
    pages.put("two", page)
    pages.get("one")

    pages.put("three", page)

    assert pages.get("two") is None
    assert pages.get("one") is page
    assert pages.get("three") is page
