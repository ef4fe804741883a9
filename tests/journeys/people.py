"""What people do with the pages, and what they notice on the way."""

import time
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    expect,
)

from tests.journeys.town import PASSWORD, Clerk
from tests.second_factor import code

_HEIGHTS = {1440: 900, 390: 844}
_PATIENCE = 60_000  # milliseconds, for a machine that has much else to do
DONE = 120_000  # and what a worker may take there
_PAUSE = 500  # milliseconds between two looks
expect.set_options(timeout=_PATIENCE)


class Visit:
    """Windows of one test; whatever a browser complains of is kept in `faults`."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._own = [address]
        self._windows: list[BrowserContext] = []
        self.faults: list[str] = []

    def open(self, *, width: int = 1440, scripts: bool = True) -> Page:
        """Open a fresh window: nobody is signed in, no cookie is there."""
        window = self._browser.new_context(
            base_url=self._address,
            viewport={"width": width, "height": _HEIGHTS[width]},
            java_script_enabled=scripts,
        )
        window.set_default_timeout(_PATIENCE)
        self._windows.append(window)
        page = window.new_page()
        page.on("console", self._hear)
        page.on("pageerror", self._break)
        page.on("requestfailed", self._lose)
        page.on("response", self._receive)
        return page

    def also(self, address: str) -> None:
        """Take another address for the same site."""
        self._own.append(address)

    def close(self) -> None:
        """Close all windows."""
        for window in self._windows:
            window.close()

    def _hear(self, message: ConsoleMessage) -> None:
        # Breaches of the content security policy are told here too; what was
        # answered with which status is judged by `_receive`.
        is_status = message.text.startswith("Failed to load resource")
        # htmx tells of what a form was asking when it was handed in; what came back
        # is judged by `_receive`, what was lost by `_lose`.
        is_stopped = message.text.startswith("htmx:")
        if message.type in ("error", "warning") and not (is_status or is_stopped):
            self.faults.append(f"{message.type}: {message.text}")

    def _break(self, error: Error) -> None:
        self.faults.append(f"script: {error}")

    def _lose(self, request: Request) -> None:
        # A second click, a download and the end of a page stop what was under way.
        if "net::ERR_ABORTED" not in (request.failure or ""):
            self.faults.append(f"lost: {request.url} {request.failure}")

    def _receive(self, response: Response) -> None:
        if not response.url.startswith((*self._own, "data:")):
            self.faults.append(f"elsewhere: {response.url}")
        is_page = response.request.resource_type == "document"
        if response.status >= (500 if is_page else 400):
            self.faults.append(f"{response.status}: {response.url}")


def look(page: Page, *, at: str | None = None) -> None:
    """Go to an address, if one is given, and see that the page fits its window."""
    if at is not None:
        page.goto(at)
    # A click that leads elsewhere is over when the new page begins, and for a moment
    # that has no element yet.
    page.wait_for_load_state()
    needed, there = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert needed <= there, f"{page.url} is {needed} wide in a window of {there}"


def look_again_until(page: Page, at: str, sentence: str) -> None:
    """Go to an address, again and again, until the page says what a worker tells it.

    Units and catalogues reach the public when the worker comes to them; a page that
    is open does not change by itself.
    """
    end = time.monotonic() + _PATIENCE / 1000
    look(page, at=at)
    while sentence not in page.locator("body").inner_text():
        assert time.monotonic() < end, f"{page.url} never said {sentence}"
        page.wait_for_timeout(_PAUSE)
        look(page, at=at)


def sign_in(page: Page, clerk: Clerk) -> None:
    """Sign in to the office."""
    sign_in_at(page, clerk.name, "/office/upload/")


def sign_in_at(page: Page, name: str, at: str) -> None:
    """Go to an address of the office and sign in there by that name."""
    look(page, at=at)
    give_password(page, name)
    if "/sign-in/second-factor/" in page.url:
        page.fill("#id_code", _unused_code(name))
        page.click(".sign-in-panel form:has(#id_code) button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in/" not in url)


def give_password(page: Page, name: str) -> None:
    """Fill in the sign-in form and go on to whatever comes next."""
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click(".sign-in-panel button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in/?" not in url)


_used: dict[str, set[str]] = {}


def _unused_code(name: str) -> str:
    """Return a code of the person's that was not used yet: each is good once."""
    used = _used.setdefault(name, set())
    for later in (0, 1, -1):
        if (found := code(later=later)) not in used:
            used.add(found)
            return found
    raise AssertionError(f"{name} signs in more often than codes change")


def send(page: Page, path: Path, *, clicks: int = 1) -> None:
    """Upload a file from the upload page; ends on the page of its batch."""
    look(page, at="/office/upload/")
    page.set_input_files("#id_file", path)
    page.click(".upload-form button[type=submit]", click_count=clicks)
    page.wait_for_url("**/office/batches/*/")
    look(page)


def confirm_warnings(page: Page) -> None:
    """On the page of a batch, say of each kind of warning why it is right."""
    forms = page.locator(".confirm-form")
    for left in range(forms.count(), 0, -1):
        expect(page.locator(".not-yet")).to_be_visible()
        forms.first.locator("[name=reason]").fill("文书原件如此，经核对无误。")
        forms.first.locator("button").click()
        expect(forms).to_have_count(left - 1)
    # Away from the place in the page that the answer leads to: going to that again
    # would load nothing.
    look(page, at=page.url.partition("#")[0])


def approve(page: Page, clerk: Clerk, batch: str, *, clicks: int = 1) -> None:
    """As the clerk's colleague, tick the secrecy check and approve the good rows.

    `batch` is the address of the batch's page, where this ends.
    """
    sign_in_at(page, clerk.reviewer, batch)
    page.check(".next-step [name=secrecy_checked]")
    page.click(".next-step form button[type=submit]", click_count=clicks)
    # A click does not wait for its answer: who looks elsewhere now would be too early.
    expect(page.locator(".next-step .approval")).to_have_count(0)


def figure(page: Page, name: str) -> int:
    """Return one of the batch page's figures, such as `bad`."""
    shown = page.locator(f".fate-{name} dd").inner_text().split()[0]
    return int(shown.replace(",", ""))


def rules_on(page: Page) -> set[str]:
    """Return the codes of the rules that the batch page lists."""
    found: Iterable[str | None] = (
        rule.get_attribute("id") for rule in page.locator("details.rule").all()
    )
    return {(name or "").removeprefix("rule-") for name in found}


def search(page: Page, term: str) -> None:
    """Search from the home page as a citizen does."""
    look(page, at="/")
    page.fill("#q", term)
    page.press("#q", "Enter")
    page.wait_for_url("**/search?*")
    look(page)


def expect_sentence(page: Page, sentence: str) -> None:
    """Wait until the batch page says this."""
    expect(page.locator("#batch")).to_contain_text(sentence)


def tab_to(page: Page, target: str) -> None:
    """Press the tabulator until the target has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("t => document.activeElement.matches(t)", target):
            return
    raise AssertionError(f"the keyboard does not reach {target}")
