"""What cannot be answered is told on a page like the others, short and with no store."""

from urllib.parse import quote

import pytest
from django.db import OperationalError
from django.test import Client

from gongshi.portal import queries
from gongshi.portal.actions import apply_changes
from tests.portal.changes import change, record_id

pytestmark = pytest.mark.django_db(databases=["portal"])


@pytest.mark.parametrize(
    "address", ["/nothing/", f"/records/{record_id(9)}/", "/search?kind=no"]
)
def test_refusals_show_the_head_of_the_feed_too(address: str) -> None:
    last = change(1)
    apply_changes([last])

    page = Client().get(address)

    assert page.status_code in (400, 404)
    assert f"{last.hash[:12]}</a>" in page.content.decode()


def test_missing_page_needs_no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise OperationalError

    monkeypatch.setattr(queries, "feed_head", unreachable)

    page = Client().get("/nothing/")

    assert page.status_code == 404
    assert "该地址没有内容" in page.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/search?q={}", "/search?kind={}", "/search?kind=no&x={}", "/{}/", "/units/{}/"],
)
def test_refusal_repeats_no_long_address(address: str) -> None:
    long = quote("长" * 3_000)

    page = Client().get(address.format(long))

    assert page.status_code in (400, 404)
    assert len(page.content) < 20_000
    for piece in (quote("长" * 400), "长" * 101):
        assert piece not in page.content.decode()
