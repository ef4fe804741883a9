"""Which network addresses are public: everything inside is refused to the link checker."""

import ipaddress
import queue
import socket
from collections.abc import Callable, Sequence
from threading import Thread

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int, float], Sequence[Address]]
Allows = Callable[[Address], bool]

# Forms of IPv6 that carry an IPv4 address, which might be one inside.
_CARRIERS = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
    )
)


def is_public(address: Address) -> bool:
    """Say whether the address is of the public internet, and of nothing else.

    Not private, loopback, link-local, shared, reserved, multicast or documentation,
    nor an IPv6 form that carries an IPv4 address.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id or any(address in carrier for carrier in _CARRIERS):
            return False
        if address.is_site_local:
            return False
    inside = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_reserved
        or address.is_multicast
        or address.is_unspecified
    )
    return address.is_global and not inside


def resolve(host: str, port: int, seconds: float) -> Sequence[Address]:
    """Return every address of the host.

    Raises:
        OSError: it has none, or the answer takes longer than that.
    """
    answers: queue.SimpleQueue[Sequence[Address] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([ipaddress.ip_address(each[4][0]) for each in found])
        except (OSError, UnicodeError) as error:
            answers.put(OSError(str(error)))

    # A resolver knows no time limit; its thread is left behind where it takes longer.
    Thread(target=ask, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer
