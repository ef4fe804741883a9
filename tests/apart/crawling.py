"""Goes wherever the answers of a portal lead, and says which addresses it has seen."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urljoin, urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.apart.portal import Answer, Portal

_URLS = "gongshi.portal.urls_apart"
# What is only sent to, and the interface's own root, at which there is nothing.
_NEVER_SHOWN = frozenset({"portal:appearance", "portal:language", "open-api:api-root"})

_LINK = re.compile(r'(?:href|src|action|hx-get)="([^"#]+)')


def links_of(path: str, answer: Answer) -> list[str]:
    """Return the paths of this site that the answer names; no form that is posted."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith(("application/xml", "text/plain", "application/atom")):
        found = re.findall(r"(?:<loc>|Sitemap: |href=\")([^<\s\"]+)", answer.text)
    elif kind.startswith("text/html"):
        found = _LINK.findall(answer.text)
    else:
        return []
    links = [
        urljoin(f"http://127.0.0.1{path}", link.replace("&amp;", "&")) for link in found
    ]
    parts = [urlsplit(link) for link in links]
    return [
        part.path + (f"?{part.query}" if part.query else "")
        for part in parts
        if part.hostname == "127.0.0.1"
        and part.path not in ("/language/", "/appearance/")
    ]


def crawl(portal: Portal, *begin: str) -> Iterator[tuple[str, str, Answer]]:
    """Yield every address that links lead to, where its link stands, and the answer."""
    waiting = [(path, "") for path in begin]
    seen: set[str] = set()
    while waiting:
        path, source = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = portal.get(path)
        yield path, source, answer
        waiting += [(link, path) for link in links_of(path, answer)]


def routes() -> set[str]:
    """Return the names of all addresses of a portal apart that can be shown."""
    return set(_names(get_resolver(_URLS).url_patterns)) - _NEVER_SHOWN


def routes_of(paths: Iterable[str]) -> set[str]:
    """Return the names of the addresses at which the paths are answered."""
    found = set()
    for path in paths:
        try:
            found.add(resolve(unquote(urlsplit(path).path), _URLS).view_name)
        except Resolver404:
            continue  # a file, such as a style sheet
    return found


def _names(patterns: list[URLPattern | URLResolver], above: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{above}{pattern.name}"
        else:
            name = pattern.namespace
            yield from _names(pattern.url_patterns, f"{name}:" if name else above)
