"""Who stands behind a request, as views pass them on to actions."""

import ipaddress

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from gongshi.accounts.access import CannotAct, actor
from gongshi.accounts.models import Role, Unit, User
from gongshi.audit.actors import Actor


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


def acting(request: HttpRequest, *, role: Role, unit: Unit) -> Actor:
    """Return the signed-in user as the one who acts for the unit in that role.

    Raises:
        PermissionDenied: nobody is signed in, or the user lacks the role there.
    """
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    try:
        return actor(user, role=role, unit=unit, address=address_of(request))
    except CannotAct as error:
        raise PermissionDenied from error
