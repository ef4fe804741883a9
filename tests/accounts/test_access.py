"""Who sees which unit and may act for it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from gongshi.accounts.access import CannotAct, actor, get_unit, has_role, units_for
from gongshi.accounts.models import Role
from tests.factories import MembershipFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def test_user_sees_the_units_of_own_memberships_only() -> None:
    membership = MembershipFactory.create()
    UnitFactory.create()

    assert list(units_for(membership.user)) == [membership.unit]


def test_working_in_a_unit_gives_no_right() -> None:
    unit = UnitFactory.create()
    user = UserFactory.create(unit=unit)

    assert not units_for(user).exists()
    assert not has_role(user, Role.PUBLISHER, unit)


def test_nobody_signed_in_sees_nothing() -> None:
    UnitFactory.create()

    assert not units_for(AnonymousUser()).exists()


def test_deactivated_user_sees_nothing() -> None:
    membership = MembershipFactory.create(user__is_active=False)

    assert not units_for(membership.user).exists()
    assert not has_role(membership.user, Role.PUBLISHER, membership.unit)


def test_superuser_sees_every_unit() -> None:
    units = [UnitFactory.create(), UnitFactory.create()]
    root = UserFactory.create(is_superuser=True, unit=None)

    assert set(units_for(root)) == set(units)


def test_get_unit_hides_the_units_of_others() -> None:
    membership = MembershipFactory.create()
    other = UnitFactory.create()

    assert get_unit(membership.user, membership.unit.code) == membership.unit
    with pytest.raises(Http404):
        get_unit(membership.user, other.code)


def test_actor_acts_in_the_role_for_the_unit() -> None:
    membership = MembershipFactory.create()

    acting = actor(
        membership.user, role=Role.PUBLISHER, unit=membership.unit, address="10.0.0.8"
    )

    assert (acting.username, acting.role, acting.unit, acting.address) == (
        membership.user.username,
        "publisher",
        membership.unit.code,
        "10.0.0.8",
    )


def test_actor_without_the_role_is_refused() -> None:
    with pytest.raises(CannotAct) as refused:
        actor(UserFactory.create(), role=Role.PUBLISHER, unit=UnitFactory.create())

    assert refused.value.code == "role-missing"
