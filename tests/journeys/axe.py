"""Asks axe what keeps people with disabilities from a page (WCAG 2.1 A and AA)."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']"


def complaints(page: Page) -> list[str]:
    """Return what axe complains of, with the first element each time."""
    page.evaluate(_source())
    found = page.evaluate(f"axe.run(document, {{runOnly: {_RULES}}})")
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found["violations"]]


def complaints_of(page: Page, addresses: Sequence[str]) -> dict[str, list[str]]:
    """Return the same for each address, and which pages are wider than the window."""
    found = {}
    for address in addresses:
        page.goto(address)
        if here := [*complaints(page), *([] if fits(page) else ["too wide"])]:
            found[address] = here
    return found


def fits(page: Page) -> bool:
    """Say whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@cache
def _source() -> str:
    return _AXE.read_text()
