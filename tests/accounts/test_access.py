"""Who sees which unit and may act for it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from gongshi.accounts.access import CannotAct, actor, can, get_unit, units_for
from gongshi.accounts.models import Role
from gongshi.accounts.permissions import Permission, matrix
from tests.factories import MembershipFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def test_user_sees_the_units_of_own_memberships_only() -> None:
    membership = MembershipFactory.create()
    UnitFactory.create()

    assert list(units_for(membership.user)) == [membership.unit]


def test_role_holds_for_everything_below_its_unit_and_nothing_above() -> None:
    city = UnitFactory.create()
    county = UnitFactory.create(superior=city)
    department = UnitFactory.create(superior=county)
    sibling = UnitFactory.create(superior=city)
    office = MembershipFactory.create(
        user__unit=county, role=Role.COUNTY_OFFICE, unit=county
    )

    assert set(units_for(office.user)) == {county, department}
    assert not can(office.user, Permission.RECORD_READ, sibling)
    assert not can(office.user, Permission.RECORD_READ, city)


def test_reach_costs_two_queries_however_often_it_is_asked(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    membership = MembershipFactory.create()
    user = type(membership.user).objects.get(pk=membership.user.pk)

    with django_assert_num_queries(2):
        for permission in Permission:
            can(user, permission, membership.unit)


def test_matrix_has_every_permission_and_gives_each_to_somebody() -> None:
    assert set(matrix()) == set(Permission)
    assert all(grant.roles and grant.meaning for grant in matrix().values())


def test_nobody_may_review_by_the_role_that_enters() -> None:
    membership = MembershipFactory.create(role=Role.ENTERER)

    assert can(membership.user, Permission.RECORD_ENTER, membership.unit)
    assert not can(membership.user, Permission.RECORD_REVIEW, membership.unit)


def test_working_in_a_unit_gives_no_right() -> None:
    unit = UnitFactory.create()
    user = UserFactory.create(unit=unit)

    assert not units_for(user).exists()
    assert not any(can(user, permission, unit) for permission in Permission)


def test_nobody_signed_in_sees_nothing() -> None:
    UnitFactory.create()

    assert not units_for(AnonymousUser()).exists()


def test_deactivated_user_sees_nothing() -> None:
    membership = MembershipFactory.create(user__is_active=False)

    assert not units_for(membership.user).exists()
    assert not can(membership.user, Permission.RECORD_ENTER, membership.unit)


def test_superuser_administers_every_unit_and_reads_no_record() -> None:
    units = [UnitFactory.create(), UnitFactory.create()]
    root = UserFactory.create(is_superuser=True, unit=None)

    assert set(units_for(root)) == set(units)
    assert can(root, Permission.PEOPLE_MANAGE, units[0])
    assert not can(root, Permission.RECORD_READ)


def test_get_unit_hides_the_units_of_others() -> None:
    membership = MembershipFactory.create()
    other = UnitFactory.create()

    assert get_unit(membership.user, membership.unit.code) == membership.unit
    with pytest.raises(Http404):
        get_unit(membership.user, other.code)


def test_actor_acts_in_the_role_that_allows_it() -> None:
    membership = MembershipFactory.create()

    acting = actor(
        membership.user,
        Permission.RECORD_ENTER,
        unit=membership.unit,
        address="10.0.0.8",
    )

    assert (acting.username, acting.role, acting.unit, acting.address) == (
        membership.user.username,
        "enterer",
        membership.unit.code,
        "10.0.0.8",
    )


def test_actor_without_the_role_is_refused() -> None:
    with pytest.raises(CannotAct) as refused:
        actor(UserFactory.create(), Permission.RECORD_ENTER, unit=UnitFactory.create())

    assert refused.value.code == "role-missing"
