"""Reads a portal's chain of changes: from its address, or from a saved file."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from gongshi.domain.feed_check import CannotReadFeed, Head, Link, read_head, read_link

_PATIENCE = 60  # seconds for one answer
_LONGEST_WAIT = 120  # seconds that a portal may ask us to wait
_MOST_BYTES = 256 * 1024 * 1024  # of one answer
_TRIES = 5


class CannotReachFeed(Exception):
    """The source cannot be read; the message says what and why."""

    code = "unreachable"


def links_of(
    source: str, *, after: int = 0, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Link]:
    """Yield the links behind that number: of the portal at an address, or of a file.

    Raises:
        CannotReachFeed: there is no such file, or the portal does not answer.
        CannotReadFeed: what is there is no chain of changes.
    """
    if is_address(source):
        yield from _links_at(source, after=after, sleep=sleep)
    else:
        yield from (link for link in links_in(Path(source)) if link.sequence > after)


def links_in(path: Path) -> Iterator[Link]:
    """Yield the links of a saved file, one line of JSON each."""
    try:
        with path.open(encoding="utf-8") as lines:
            yield from (read_link(line) for line in lines if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise CannotReachFeed(f"{path}: {error}") from error


def head_of(source: str, *, sleep: Callable[[float], None] = time.sleep) -> Head | None:
    """Return the head that the portal itself states; None for a file."""
    if not is_address(source):
        return None
    return read_head(_fetched(f"{_site(source)}/changes/head", sleep))


def is_address(source: str) -> bool:
    """Say whether the source is fetched over the network."""
    return urlsplit(source).scheme in ("http", "https")


def _links_at(
    source: str, *, after: int, sleep: Callable[[float], None]
) -> Iterator[Link]:
    while True:
        text = _fetched(f"{_site(source)}/changes.ndjson?since={after}", sleep)
        lines = [line for line in text.splitlines() if line.strip()]
        if not lines:
            return
        for line in lines:
            link = read_link(line)
            yield link
        if link.sequence <= after:
            raise CannotReadFeed("not-a-change", "The portal repeats itself.")
        after = link.sequence


def _site(source: str) -> str:
    """Return the portal's own address, whichever of its pages was named."""
    parts = urlsplit(source)
    path = parts.path.rstrip("/")
    for page in ("/changes/head", "/changes.ndjson", "/changes"):
        path = path.removesuffix(page)
    return f"{parts.scheme}://{parts.netloc}{path}"


def _fetched(address: str, sleep: Callable[[float], None]) -> str:
    request = Request(address, headers={"Accept": "application/x-ndjson"})  # noqa: S310 - http(s) only
    for _ in range(_TRIES):
        try:
            with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - http(s) only
                body: bytes = answer.read(_MOST_BYTES)
                return body.decode("utf-8")
        except HTTPError as error:
            if error.code != http.HTTPStatus.TOO_MANY_REQUESTS:
                raise CannotReachFeed(f"{address}: {error}") from error
            sleep(_asked_wait(error))
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            raise CannotReachFeed(f"{address}: {error}") from error
    raise CannotReachFeed(f"{address}: too many requests, also after waiting")


def _asked_wait(error: HTTPError) -> float:
    asked = error.headers.get("Retry-After", "")
    return min(float(asked), _LONGEST_WAIT) if asked.isdigit() else 1.0


def as_line(link: Link) -> str:
    """Return the link as a line that `read_link` reads."""
    values = {
        "sequence": link.sequence,
        "operation": link.operation,
        "record": link.record,
        "at": link.at,
        "digest": link.digest,
        "hash": link.hash,
        "record_id": link.record_id,
        "payload": link.payload,
        "absent": link.absent,
    }
    kept = {name: value for name, value in values.items() if value is not None}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
