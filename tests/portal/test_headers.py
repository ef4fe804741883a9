"""Every public page has the headers that keep its readers safe, and only those."""

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

_EVERYWHERE = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_OWN_PAGES = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PAGES = [
    "/",
    "/search",
    "/search?q=食品",
    "/search?kind=no",
    f"/records/{record_id(1)}/",
    f"/records/{record_id(2)}/",
    f"/records/{record_id(9)}/",
    *("/lists/", "/kinds/penalty/", "/regions/320700/", "/units/", "/catalogue/"),
    *("/units/11320700014310258G/", "/subjects/91320700MA1MBGC09C/", "/people/"),
    *("/statistics/", "/about/", "/withdrawals/", "/open/", "/open/api/"),
    "/changes",
    "/changes?before=no",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemaps/1.xml",
    "/nothing/here",
]
_FOR_ALL = [
    *("/changes.ndjson", "/changes/head", "/changes.ndjson?since=no"),
    *("/open/api/v1/records", "/open/api/v1/units", "/open/api/v1/openapi.json"),
]


@pytest.fixture(autouse=True)
def _published(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    settings.SECURE_HSTS_SECONDS = 31_536_000  # as in production
    apply_chained(change(1), change(2), withdrawal(3, record=2))


@pytest.mark.parametrize("path", _PAGES + _FOR_ALL)
def test_page_has_the_headers_of_every_page(path: str) -> None:
    response = Client().get(path, secure=True)

    assert {name: response.headers.get(name) for name in _EVERYWHERE} == _EVERYWHERE
    assert not response.cookies


@pytest.mark.parametrize("path", _PAGES)
def test_page_stands_in_no_frame_and_loads_only_what_is_ours(path: str) -> None:
    response = Client().get(path, secure=True)

    policy = dict(
        part.strip().split(" ", 1)
        for part in response.headers["Content-Security-Policy"].split(";")
    )
    assert {name: response.headers.get(name) for name in _OWN_PAGES} == _OWN_PAGES
    assert policy["default-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "form-action")} == {
        "'self'"
    }
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", _PAGES)
def test_page_has_no_script_or_style_of_its_own(path: str) -> None:
    response = Client().get(path, secure=True)
    text = b"".join(response).decode()

    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert "onclick" not in text


@pytest.mark.parametrize("path", _FOR_ALL)
def test_what_machines_read_may_be_read_from_other_sites(path: str) -> None:
    response = Client().get(path)

    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("path", "choice"),
    [("/language/", {"language": "en"}), ("/appearance/", {"theme": "dark"})],
)
def test_choice_is_kept_in_a_cookie_for_this_site_alone(
    path: str, choice: dict[str, str], settings: LazySettings
) -> None:
    settings.SESSION_COOKIE_SECURE = True  # as in production
    settings.LANGUAGE_COOKIE_SECURE = True

    response = Client().post(path, choice, secure=True)

    (cookie,) = response.cookies.values()
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 3600
