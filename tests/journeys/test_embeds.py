"""A department's own site shows its list, by frame and by script, as docs/api.md says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from tests.journeys.people import Visit
from tests.journeys.town import Town
from tests.pipeline.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

_PUBLISH = """
from datetime import timedelta
from django.utils import timezone
from tests.portal.chain import apply_chained
from tests.portal.changes import change
today = timezone.localdate()
days = dict(published_on=str(today), listed_until=str(today + timedelta(days=9)),
            display_until=str(today + timedelta(days=900)))
apply_chained(*(change(n, unit_code="lyg-hbj", kind="penalty", **days)
                for n in range(1, 9)))
"""
_EXAMPLES = re.findall(
    r"```html\n(.*?)```",
    (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(),
    re.DOTALL,
)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return a running portal with eight penalties of one unit."""
    with Site(tmp_path_factory.mktemp("embeds")) as site:
        site.do(_PUBLISH)
        yield Town(site)


@pytest.fixture
def reader(register: Town, browser: Browser) -> Iterator[Visit]:
    """Return a way to open windows; at the end none may have met a fault."""
    visit = Visit(browser, register.address)
    yield visit
    visit.close()
    # The department's own site is another one: that is the point.
    assert [fault for fault in visit.faults if not fault.startswith("elsewhere")] == []


@contextmanager
def _department(number: int, register: Town) -> Iterator[str]:
    """Serve a page of another site that holds the example; return its address."""
    example: str = _EXAMPLES[number]
    example = example.replace("https://gongshi.example.gov.cn", register.address)
    body = f'<!doctype html><meta charset="utf-8"><title>局网站</title>{example}'

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_frame_shows_the_list_in_another_site(reader: Visit, register: Town) -> None:
    with _department(0, register) as address:
        page = reader.open(width=390)
        page.goto(address)

        links = page.frame_locator("iframe").locator("li a")
        expect(links).to_have_count(5)


def test_script_builds_the_list_in_another_site(reader: Visit, register: Town) -> None:
    with _department(1, register) as address:
        page = reader.open(width=390)
        page.goto(address)

        links = page.locator(".gongshi-records .gongshi-subject")
        expect(links).to_have_count(5)
        assert (links.first.get_attribute("href") or "").startswith(register.address)
