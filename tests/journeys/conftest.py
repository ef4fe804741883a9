"""The town that the journeys lead through, and browsers to go there with."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import chromium
from tests.journeys.people import Visit
from tests.journeys.register import PUBLISH
from tests.journeys.town import Town
from tests.pipeline.site import Site

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return a running system with clerks, without any record yet."""
    with Site(tmp_path_factory.mktemp("town")) as site:
        yield Town(site)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; the ORM works between its turns.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(
            executable_path=chromium(), args=_ARGUMENTS
        )
        yield started
        started.close()


@pytest.fixture
def visit(town: Town, browser: Browser) -> Iterator[Visit]:
    """Return a way to open windows; at the end none may have met a fault."""
    visit = Visit(browser, town.address)
    yield visit
    visit.close()
    assert visit.faults == []


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return a running portal with forty records, one disputed, one withdrawn."""
    with Site(tmp_path_factory.mktemp("register")) as site:
        site.do(PUBLISH)
        site.run("make_open_data")
        yield Town(site)


@pytest.fixture
def reader(register: Town, browser: Browser) -> Iterator[Visit]:
    """Return a way to open windows; at the end none may have met a fault."""
    visit = Visit(browser, register.address)
    yield visit
    visit.close()
    assert visit.faults == []
