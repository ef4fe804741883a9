"""Two at the same moment: somebody who administers the system is left."""

from collections.abc import Callable

import pytest

from gongshi.accounts.actions import CannotCreatePerson, create_person
from gongshi.accounts.models import Membership, Role, User
from gongshi.accounts.people.actions import CannotChangePerson, end_person, take_role
from gongshi.audit.actors import Actor
from gongshi.audit.models import Event
from tests.at_once import at_once
from tests.factories import AT, BY, MembershipFactory, UnitFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,  # SQLite has one writer
]


def _outcome(call: Callable[[], None]) -> str:
    try:
        call()
    except CannotChangePerson as error:
        return error.code
    return "done"


def _two() -> tuple[Membership, Membership]:
    """Return the roles of the only two system administrators."""
    city = UnitFactory.create()
    first, second = (
        MembershipFactory.create(unit=city, user__unit=city, role=Role.SYSTEM_ADMIN)
        for _ in range(2)
    )
    return first, second


def test_two_who_take_the_last_administrators_role_from_each_other_leave_one() -> None:
    first, second = _two()

    def taking(one: Membership, by: User) -> Callable[[], str]:
        seen = Membership.objects.select_related("user", "unit").get(pk=one.pk)
        actor = Actor(username=by.username, role="system_admin")
        return lambda: _outcome(lambda: take_role(seen, by=actor, at=AT))

    outcomes = at_once(taking(first, second.user), taking(second, first.user))

    assert sorted(outcomes) == ["done", "last-administrator"]
    assert Membership.objects.filter(role=Role.SYSTEM_ADMIN).count() == 1
    assert Event.objects.filter(action="accounts.take_role").count() == 1


def test_two_administrators_who_end_each_others_accounts_leave_one() -> None:
    first, second = _two()

    def ending(user: User, by: User) -> Callable[[], str]:
        actor = Actor(username=by.username, role="system_admin")
        return lambda: _outcome(lambda: end_person(user, by=actor, at=AT))

    outcomes = at_once(ending(first.user, second.user), ending(second.user, first.user))

    assert sorted(outcomes) == ["done", "last-administrator"]
    assert User.objects.filter(is_active=True, memberships__isnull=False).count() == 1


def test_a_user_name_that_many_ask_for_at_once_is_given_once() -> None:
    unit = UnitFactory.create()

    def creating() -> str:
        try:
            return create_person("li", name="李", unit=unit, by=BY, at=AT).username
        except CannotCreatePerson as error:
            return error.code

    outcomes = at_once(*[creating] * 4)

    assert sorted(outcomes) == ["li", *["name-taken"] * 3]
    assert Event.objects.filter(action="accounts.create_person").count() == 1
