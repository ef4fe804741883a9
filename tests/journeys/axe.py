"""Asks axe what keeps people with disabilities from a page (WCAG 2.1 A and AA).

With GONGSHI_SCREENS=FOLDER each page is kept there as a PNG, to be looked at by people.
"""

import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Page

_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']"
# Under what a picture of the page is kept: width, colours, language, size of type.
_LOOK = """[
  innerWidth,
  matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  document.documentElement.lang,
  document.documentElement.className,
].filter(Boolean).join("-")"""


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
        if here := examine(page, address):
            found[address] = here
    return found


def examine(page: Page, name: str) -> list[str]:
    """Return what is wrong with the page as it stands; `name` is for its picture."""
    if folder := os.environ.get("GONGSHI_SCREENS"):
        place = unquote(name).strip("/") or "home"
        called = re.sub(r"\W+", "-", f"public-{place}-{page.evaluate(_LOOK)}")
        page.screenshot(path=Path(folder) / f"{called}.png", full_page=True)
    return [*complaints(page), *([] if fits(page) else ["too wide"])]


def fits(page: Page) -> bool:
    """Say whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@cache
def _source() -> str:
    return _AXE.read_text()
