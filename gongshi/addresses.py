"""Where a request comes from: one answer for the office, the portal and the audit."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return the network address that a request comes from.

    Behind a proxy that the settings trust, it is the last of X-Forwarded-For: the
    one that the proxy itself saw. What stands before it the visitor may have made up.
    """
    seen: str = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXY:
        return seen
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(last.partition("%")[0]))
    except ValueError:
        return seen


def network_of(address: str) -> str:
    """Return what limits are counted by: an IPv4 address, or an IPv6 network of 64 bits.

    Whoever has an IPv6 line has 2^64 addresses, and each would be allowed as much as
    all others. What is no address stays as it is.
    """
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False))
