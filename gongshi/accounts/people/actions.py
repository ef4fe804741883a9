"""Writes roles that are taken, and accounts that end and begin again."""

from datetime import datetime

from django.db import transaction

from gongshi.accounts.models import Membership, Role, User
from gongshi.accounts.sign_in.sessions import end_sessions
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor


class CannotChangePerson(Exception):
    """The person, or the person's roles, cannot be changed so.

    Codes: `own-account` (nobody changes their own roles or ends their own account),
    `last-administrator` (nobody could give roles any more).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def take_role(membership: Membership, *, by: Actor, at: datetime) -> None:
    """Take a role from somebody; one that is gone already is left.

    Raises:
        CannotChangePerson: see there.
    """
    _require_another(membership.user, by)
    administrators = _locked_administrators()
    found = Membership.objects.filter(pk=membership.pk).first()
    if found is None:
        return
    if _ends_administration([found], administrators):
        raise CannotChangePerson("last-administrator")
    found.delete()
    record_event(
        at=at,
        by=by,
        action="accounts.take_role",
        target=_target(membership.user),
        details={"unit": membership.unit.code},
        changes={"role": (membership.role, None)},
    )


@transaction.atomic
def end_person(user: User, *, by: Actor, at: datetime) -> None:
    """Take all roles and let the person in no more; what they did stays theirs.

    Raises:
        CannotChangePerson: see there.
    """
    _require_another(user, by)
    administrators = _locked_administrators()
    person = User.objects.select_for_update().get(pk=user.pk)
    if not person.is_active:
        return
    roles = list(person.memberships.select_related("unit").order_by("pk"))
    if _ends_administration(roles, administrators):
        raise CannotChangePerson("last-administrator")
    person.memberships.all().delete()
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    end_sessions(person)
    record_event(
        at=at,
        by=by,
        action="accounts.end_person",
        target=_target(person),
        changes={"roles": ([f"{each.role} {each.unit.code}" for each in roles], None)},
    )


@transaction.atomic
def resume_person(user: User, *, by: Actor, at: datetime) -> None:
    """Let somebody whose account had ended in again, without any role or password.

    Raises:
        CannotChangePerson: see there.
    """
    _require_another(user, by)
    changed = User.objects.filter(pk=user.pk, is_active=False).update(is_active=True)
    if changed:
        record_event(
            at=at, by=by, action="accounts.resume_person", target=_target(user)
        )


def _require_another(user: User, by: Actor) -> None:
    if user.username == by.username:
        raise CannotChangePerson("own-account")


def _locked_administrators() -> frozenset[int]:
    """Return the memberships that administer the whole city, one change at a time."""
    found = (
        Membership.objects.select_for_update(of=("self",))
        .filter(
            role=Role.SYSTEM_ADMIN, unit__superior__isnull=True, user__is_active=True
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return frozenset(found)


def _ends_administration(
    taken: list[Membership], administrators: frozenset[int]
) -> bool:
    gone = {membership.pk for membership in taken} & administrators
    return bool(gone) and gone == administrators


def _target(user: User) -> Target:
    return Target(kind="user", key=user.username[:64])
