"""Who stands behind a request, as views pass them on to actions."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from gongshi.accounts.access import CannotAct, actor
from gongshi.accounts.models import Role, Unit, User
from gongshi.audit.actors import Actor


def acting(request: HttpRequest, *, role: Role, unit: Unit) -> Actor:
    """Return the signed-in user as the one who acts for the unit in that role.

    Raises:
        PermissionDenied: nobody is signed in, or the user lacks the role there.
    """
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    try:
        address = request.META.get("REMOTE_ADDR", "")
        return actor(user, role=role, unit=unit, address=address)
    except CannotAct as error:
        raise PermissionDenied from error
