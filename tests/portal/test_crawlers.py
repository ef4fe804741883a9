"""Crawlers are led to the records of legal persons on display, and nowhere else."""

import re
from datetime import UTC, date, datetime

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from gongshi.portal import crawlers
from gongshi.portal.models import PublishedRecord
from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


def _records(client: Client) -> list[str]:
    """Return the records' addresses of all sitemaps that robots.txt leads to."""
    robots = client.get("/robots.txt").content.decode()
    (index,) = re.findall(r"Sitemap: http://testserver(\S+)", robots)
    maps = _locations(client.get(index).content.decode())
    texts = [b"".join(client.get(path)).decode() for path in maps]
    return [path for text in texts for path in _locations(text)]


def _locations(text: str) -> list[str]:
    return re.findall(r"<loc>http://testserver([^<]+)</loc>", text)


def test_sitemaps_hold_what_is_displayed_of_legal_persons() -> None:
    apply_chained(
        change(1),
        change(2, person="natural", credit_code=None),
        change(3, display_until="2016-02-29"),
        change(4),
        withdrawal(5, record=4),
        change(6, display_until=None),
    )

    records = _records(Client())

    assert records == [f"/records/{record_id(number)}/" for number in (1, 6)]


def test_sitemaps_go_by_the_feed_each_record_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crawlers, "_CHUNK", 3)
    monkeypatch.setattr(crawlers, "_AT_ONCE", 2)
    apply_chained(*(change(number) for number in range(1, 11)))

    records = _records(Client())

    assert records == [f"/records/{record_id(number)}/" for number in range(1, 11)]


def test_sitemap_follows_the_day() -> None:
    apply_chained(change(1, display_until="2016-03-01"))
    client = Client()
    shown = client.get("/sitemaps/1.xml")

    with pytest.MonkeyPatch.context() as later:
        later.setattr(timezone, "localdate", lambda: date(2016, 3, 2))
        again = client.get(
            "/sitemaps/1.xml", headers={"If-None-Match": shown.headers["ETag"]}
        )

    assert b"<loc>" in b"".join(shown)
    assert again.status_code == 200
    assert b"<loc>" not in b"".join(again)


def test_sitemap_dates_a_change_by_the_day_in_beijing() -> None:
    apply_chained(change(1))
    after_midnight = datetime(2016, 2, 29, 16, 0, tzinfo=UTC)
    PublishedRecord.objects.using("portal").update(updated_at=after_midnight)

    sitemap = b"".join(Client().get("/sitemaps/1.xml"))

    assert b"<lastmod>2016-03-01</lastmod>" in sitemap


@pytest.mark.parametrize("number", [0, 2, 10**18])
def test_sitemap_that_does_not_exist_is_not_found(number: int) -> None:
    apply_chained(change(1))

    assert Client().get(f"/sitemaps/{number}.xml").status_code == 404


@pytest.mark.parametrize(("is_apart", "also"), [(True, ()), (False, ("/office/",))])
def test_crawlers_are_kept_from_pages_without_end(
    settings: LazySettings, is_apart: bool, also: tuple[str, ...]
) -> None:
    settings.APART = is_apart

    lines = Client().get("/robots.txt").content.decode().splitlines()

    kept_out = ("/search", "/changes", "/open/api/", "/feeds/", "/embed/", *also)
    assert lines[:-1] == ["User-agent: *", *(f"Disallow: {path}" for path in kept_out)]


def test_registry_of_its_own_is_no_place_for_crawlers(
    settings: LazySettings,
) -> None:
    settings.ROLE = "registry"

    assert Client().get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
