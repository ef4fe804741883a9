"""What an address promises: open to all, to who is signed in, or by a permission."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gongshi.accounts.models import Unit
from gongshi.accounts.permissions import Permission

Arguments = Mapping[str, object]
Sample = Callable[[Unit], Arguments]
Headers = Callable[[Unit], Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One address: who is let in, and how an object of a unit is made for it.

    `sample` gives the arguments of the address for an object of the unit; `fixed`
    those of an address that is about no unit.
    """

    door: str  # public | entrance | signed-in | guarded | own | token
    get: Permission | None = None
    post: Permission | None = None
    sample: Sample | None = None
    fixed: Arguments | None = None
    token: Headers | None = None

    def permission(self, method: str) -> Permission:
        """Return the permission that a request of this method needs."""
        needed = self.get if method == "GET" else self.post
        assert needed is not None
        return needed

    def arguments(self, unit: Unit) -> Arguments:
        """Return the arguments of the address, for an object of the unit."""
        return self.sample(unit) if self.sample else (self.fixed or {})


def public(sample: Sample | None = None, *, fixed: Arguments | None = None) -> Entry:
    """Everybody reads it, and it opens no session."""
    return Entry(door="public", sample=sample, fixed=fixed)


def entrance(*, fixed: Arguments | None = None) -> Entry:
    """One passes it on the way in; it shows nothing of any unit."""
    return Entry(door="entrance", fixed=fixed)


def signed_in(*, fixed: Arguments | None = None) -> Entry:
    """Whoever is signed in has it, about nobody but themselves."""
    return Entry(door="signed-in", fixed=fixed)


def guarded(
    permission: Permission,
    sample: Sample | None = None,
    *,
    post: Permission | None = None,
    fixed: Arguments | None = None,
) -> Entry:
    """Needs the permission; `post` where writing needs another one than reading."""
    return Entry(
        door="guarded",
        get=permission,
        post=post or permission,
        sample=sample,
        fixed=fixed,
    )


def own(permission: Permission, *, fixed: Arguments) -> Entry:
    """Needs the permission, and shows people their own; `fixed` names another's."""
    return Entry(door="own", get=permission, post=permission, fixed=fixed)


def token(
    headers: Headers, sample: Sample | None = None, *, fixed: Arguments | None = None
) -> Entry:
    """Needs a token of the unit, given as request headers; a session is no use."""
    return Entry(door="token", token=headers, sample=sample, fixed=fixed)
