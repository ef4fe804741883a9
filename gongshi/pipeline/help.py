"""The help pages: Markdown in docs/help/, one page for each role and each task."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gongshi.accounts.models import Role

INDEX = "index"
ROLE_PAGES = {role: role.value.replace("_", "-") for role in Role}
TASK_PAGES = (
    "sign-in",
    "batches",
    "returned",
    "correct-and-withdraw",
    "catalogue",
    "api",
)


class CannotFindHelp(Exception):
    """There is no help page of that name."""

    code = "no-such-page"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading within a page, to which one may go at once."""

    anchor: str
    name: str


@dataclass(frozen=True, kw_only=True)
class HelpPage:
    """One page, ready to be shown."""

    name: str
    title: str
    body: SafeString
    sections: Sequence[Section]


def help_pages() -> Sequence[HelpPage]:
    """Return all pages but the first, roles before tasks."""
    return [help_page(name) for name in (*ROLE_PAGES.values(), *TASK_PAGES)]


def help_page(name: str) -> HelpPage:
    """Return a page; it is read once.

    Raises:
        CannotFindHelp: there is none of that name.
    """
    if name not in (INDEX, *ROLE_PAGES.values(), *TASK_PAGES):
        raise CannotFindHelp
    return _read(name)


@cache
def _read(name: str) -> HelpPage:
    path = Path(settings.BASE_DIR) / "docs" / "help" / f"{name}.md"
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(path.read_text(encoding="utf-8"))
    sections = _anchored(tokens)
    title = next(t.content for t in tokens if t.type == "inline")
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrs["href"] = _address(str(child.attrs["href"]))
    # Written by us, and HTML in it is shown as text.
    body = markdown.renderer.render(tokens[3:], markdown.options, {})
    return HelpPage(
        name=name,
        title=title,
        body=mark_safe(body),  # noqa: S308 - see above
        sections=sections,
    )


def _anchored(tokens: Sequence[Token]) -> Sequence[Section]:
    """Give the headings of the second level an anchor; return them."""
    sections: list[Section] = []
    for heading, text in pairwise(tokens):
        if heading.type == "heading_open" and heading.tag == "h2":
            anchor = f"s{len(sections) + 1}"
            heading.attrs["id"] = anchor
            sections.append(Section(anchor=anchor, name=text.content))
    return sections


def _address(link: str) -> str:
    """Return where a link between the files leads on the site."""
    page, mark, anchor = link.partition("#")
    if not page.endswith(".md"):
        return link
    name = page.removesuffix(".md")
    place = reverse("help") if name == INDEX else reverse("help-page", args=[name])
    return place + mark + anchor
