"""Static files are sent small, are kept long, and the home page stays light."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.templatetags.static import static
from django.test import Client

from tests.portal.changes import publish
from tests.portal.clock import stand_at

_BUDGET = 150 * 1024


def _fetch(address: str) -> tuple[bytes, dict[str, str]]:
    response = Client().get(address, headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200
    body = b"".join(response) if response.streaming else response.content
    return body, dict(response.headers)


@pytest.mark.django_db(databases=["portal"])
def test_style_sheet_is_sent_compressed_and_kept_for_a_month() -> None:
    body, headers = _fetch(static("gongshi/theme.css"))

    file = Path(settings.BASE_DIR) / "static" / "gongshi" / "theme.css"
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Cache-Control"] == "max-age=2592000, public"
    assert gzip.decompress(body) == file.read_bytes()


def test_address_of_a_file_changes_with_its_content() -> None:
    assert re.fullmatch(
        r"/static/gongshi/theme\.css\?v=[0-9a-f]{12}", static("gongshi/theme.css")
    )
    assert static("gongshi/theme.css") != static("gongshi/dark.css")


def test_file_that_is_not_there_has_an_address_without_version() -> None:
    assert static("nothing.css") == "/static/nothing.css"


@pytest.mark.django_db(databases=["portal"])
def test_home_weighs_at_most_150_kilobytes(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, "2016-03-05 10:00:00")
    publish(*({"subject_name": f"连云港第{number}贸易公司"} for number in range(60)))

    page, _ = _fetch("/")
    html = gzip.decompress(page).decode()
    linked = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', html))
    weight = len(page) + sum(len(_fetch(address)[0]) for address in linked)

    assert any("theme.css" in address for address in linked)
    assert any("icons.svg" in address for address in linked)
    assert weight <= _BUDGET


@pytest.mark.django_db(databases=["portal"])
def test_pages_are_shown_before_any_script_runs() -> None:
    for address in ("/", "/search", "/statistics/"):
        html = gzip.decompress(_fetch(address)[0]).decode()
        scripts = re.findall(r"<script[^>]*src=[^>]*>", html)
        assert scripts
        assert all(" defer" in script for script in scripts)
