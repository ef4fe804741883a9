"""Where the answers of a portal lead to."""

import re
from urllib.parse import urljoin, urlsplit

from tests.apart.portal import Answer

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
