"""Who stands behind a request, as views pass them on to actions."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from gongshi.accounts.access import CannotAct, actor, can
from gongshi.accounts.models import Unit, User
from gongshi.accounts.permissions import Permission
from gongshi.addresses import address_of
from gongshi.audit.actors import Actor

__all__ = ["acting", "address_of", "requires"]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def requires(permission: Permission) -> Callable[[View[P]], View[P]]:
    """Let only those in who are signed in and have the permission in some unit.

    In which unit is asked again where the view fetches its object or acts. The
    view carries `permission`, which the test of the whole matrix reads.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not can(request.user, permission):
                raise PermissionDenied(
                    gettext(
                        "None of your roles allows this. Ask your administrator for one"
                        " that does."
                    )
                )
            return view(request, *args, **kwargs)

        signed_in: View[P] = login_required(guarded)
        signed_in.permission = permission  # type: ignore[attr-defined]
        return signed_in

    return guard


def acting(request: HttpRequest, permission: Permission, *, unit: Unit) -> Actor:
    """Return the signed-in user as the one who acts for the unit.

    Raises:
        PermissionDenied: nobody is signed in, or no role of theirs allows it there.
    """
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    try:
        return actor(user, permission, unit=unit, address=address_of(request))
    except CannotAct as error:
        raise PermissionDenied from error
