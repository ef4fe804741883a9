"""Pages in a real browser without a server: Django's test client fetches them.

So a page can be looked at with the objects that a test made a moment ago, in its own
transaction, at every width and in both colour schemes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Route

ORIGIN = "http://localhost"  # which browsers trust; nothing listens there
WIDTHS = {1440: 900, 390: 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_RUN = """
async () => (await axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
})).violations.map(v =>
  v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(", "))
"""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """An answer of the test client."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Studio:
    """A window in which pages are looked at, each fetched before it is shown."""

    def __init__(self, browser: Browser) -> None:
        self._pages: dict[str, Fetched] = {}
        self._window = browser.new_context(base_url=ORIGIN, reduced_motion="reduce")
        self._page = self._window.new_page()
        self._page.route("**/*", self._answer)
        self.complaints: list[str] = []
        self._page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._page.on(
            "console",
            lambda told: (
                self.complaints.append(told.text) if told.type == "error" else None
            ),
        )

    def close(self) -> None:
        """Close the window."""
        self._window.close()

    def show(self, path: str, response: Fetched) -> None:
        """Show what was answered under an address, with the headers that came with it."""
        self._pages[urlsplit(path).path] = response
        self._page.goto(path)

    def looks(self) -> Iterator[str]:
        """Show the page at every width and in both schemes; yield the name of each."""
        for width, height in WIDTHS.items():
            self._page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                self._page.emulate_media(color_scheme=scheme)
                yield f"{width}-{scheme}"

    def violations(self) -> list[str]:
        """Return what axe finds, and whether the page is wider than its window."""
        if not self._page.evaluate("typeof axe !== 'undefined'"):
            self._page.evaluate(_AXE.read_text())
        found: list[str] = self._page.evaluate(_RUN)
        is_too_wide = self._page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return [*found, *(["wider than the window"] if is_too_wide else [])]

    def keep(self, path: Path) -> None:
        """Write what is seen, the whole page, as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._page.screenshot(path=path, full_page=True)

    def _answer(self, route: Route) -> None:
        asked = urlsplit(route.request.url)
        if asked.path.startswith(settings.STATIC_URL):
            found = finders.find(asked.path.removeprefix(settings.STATIC_URL))
            assert isinstance(found, str), asked.path
            route.fulfill(path=found, content_type=_KINDS[Path(found).suffix])
            return
        response = self._pages.get(asked.path)
        if response is None:
            route.fulfill(status=204)  # what the page asks for by itself later on
            return
        route.fulfill(
            status=response.status,
            headers=dict(response.headers),
            body=response.body,
        )
