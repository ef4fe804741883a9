"""Fetches a unit's site, to say whether it answers; goes to public addresses only.

A name is resolved once for each hop and the connection made to the very address that
was looked at, so that a name that answers otherwise the second time gains nothing.
Time, bytes and redirects are bounded.
"""

import ssl
import string
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from socket import SHUT_RDWR, create_connection
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from gongshi.catalogue.public_addresses import (
    Address,
    Allows,
    Resolve,
    is_public,
    resolve,
)

_AGENT = "Gongshi link check"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024


class LinkState(StrEnum):
    """What became of a fetch."""

    OK = "ok"
    ERROR = "error"  # the site answers that the page is not there, or broken
    NO_ANSWER = "no-answer"  # no such name, nobody listens
    TIMEOUT = "timeout"
    INSECURE = "insecure"  # its certificate is not to be trusted
    REDIRECTS = "redirects"  # too many
    NOT_ALLOWED = "not-allowed"  # not http(s), or an address inside


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long one fetch may take, and how much of it is read."""

    seconds: float = 10.0  # for all hops together
    bytes: int = 65_536
    redirects: int = 5


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a fetch; `status` is the last answer's, `address` the last asked."""

    state: LinkState
    address: str
    status: int | None = None


@dataclass(frozen=True, kw_only=True)
class Checker:
    """Fetches sites; tests hand in a resolver, other limits and what is allowed."""

    limits: Limits = Limits()
    resolve: Resolve = resolve
    allows: Allows = is_public
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def check(self, address: str) -> Outcome:
        """Fetch the address, following redirects; never raises for what a site does."""
        ends = monotonic() + self.limits.seconds
        status: int | None = None
        try:
            for _hop in range(self.limits.redirects + 1):
                status, onward = self._ask(address, ends)
                if onward is None:
                    fine = 200 <= status < 300
                    state = LinkState.OK if fine else LinkState.ERROR
                    return Outcome(state=state, address=address, status=status)
                address = onward
        except _NotAllowed:
            return Outcome(state=LinkState.NOT_ALLOWED, address=address)
        except TimeoutError:
            return Outcome(state=LinkState.TIMEOUT, address=address)
        except ssl.SSLError:
            return Outcome(state=LinkState.INSECURE, address=address)
        except (OSError, HTTPException):
            late = monotonic() >= ends
            state = LinkState.TIMEOUT if late else LinkState.NO_ANSWER
            return Outcome(state=state, address=address)
        return Outcome(state=LinkState.REDIRECTS, address=address, status=status)

    def _ask(self, address: str, ends: float) -> tuple[int, str | None]:
        """Return the status, and where the answer sends us on, if anywhere."""
        parts = _parsed(address)
        host, port = _host(parts), _port(parts)
        addresses = self.resolve(host, port, _left(ends))
        if not addresses or not all(map(self.allows, addresses)):
            raise _NotAllowed
        connection = _PinnedConnection(host, port, addresses[0], _left(ends))
        connection.default_port = _PORTS[parts.scheme]  # left out of the Host header
        if parts.scheme == "https":
            connection.context = self.context()
        # A site that sends a byte now and then would outlast any time limit of a
        # single read: at the end of the time the connection is cut.
        with closing(connection), _cut(connection, ends):
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            headers = {"User-Agent": _AGENT, "Accept": "text/html,*/*"}
            connection.request("GET", _quoted(path), headers=headers)
            answer = connection.getresponse()
            _left(ends)  # cut short, headers look as if they had ended
            onward = answer.headers.get("Location")
            if answer.status in _REDIRECTS and onward:
                return answer.status, _joined(address, onward)
            answer.read(self.limits.bytes)
            return answer.status, None


class _NotAllowed(Exception):
    """The address is none that a site of a unit can have."""


class _PinnedConnection(HTTPConnection):
    """Connects to the address that was looked at, whatever the name says now."""

    def __init__(self, host: str, port: int, address: Address, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address = str(address)
        self.context: ssl.SSLContext | None = None

    def connect(self) -> None:
        """Open the connection; with TLS, to the name and nobody else."""
        self.sock = create_connection((self._address, self.port), self.timeout)
        if self.context is not None:
            self.sock = self.context.wrap_socket(self.sock, server_hostname=self.host)


class _cut:  # noqa: N801 - a context manager, read as a verb
    """Cuts the connection when the time is over."""

    def __init__(self, connection: HTTPConnection, ends: float) -> None:
        self._connection = connection
        self._timer = Timer(_left(ends), self._shut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def _shut(self) -> None:
        sock = self._connection.sock
        if sock is not None:
            with suppress(OSError):  # it ended by itself
                sock.shutdown(SHUT_RDWR)


def _parsed(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise _NotAllowed from error
    if parts.scheme not in _PORTS or parts.username is not None:
        raise _NotAllowed
    return parts


def _joined(address: str, onward: str) -> str:
    try:
        return urljoin(address, onward)
    except ValueError as error:
        raise _NotAllowed from error


def _host(parts: SplitResult) -> str:
    try:
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except UnicodeError as error:
        raise _NotAllowed from error
    if not host:
        raise _NotAllowed
    return host


def _port(parts: SplitResult) -> int:
    usual = _PORTS[parts.scheme]
    try:
        port = parts.port or usual
    except ValueError as error:
        raise _NotAllowed from error
    # Low ports but the web's own are those of mail, shells and the like.
    if port not in _PORTS.values() and port < _FIRST_FREE_PORT:
        raise _NotAllowed
    return port


def _quoted(path: str) -> str:
    return quote(path, safe=string.punctuation)


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
