"""Units and roles: what the tables refuse."""

import pytest
from django.db import IntegrityError
from django.db.models import F

from gongshi.accounts.actions import give_role
from gongshi.accounts.models import Membership, Role, Unit
from gongshi.audit.models import Event
from tests.factories import AT, BY, MembershipFactory, UnitFactory, UserFactory

database = pytest.mark.django_db(databases=["default", "portal"])


@database
def test_unit_code_is_unique() -> None:
    UnitFactory.create(code="lyg-hbj")

    with pytest.raises(IntegrityError, match=r"unit_code_unique|accounts_unit\.code"):
        UnitFactory.create(code="lyg-hbj")


@database
def test_unit_credit_code_is_unique_where_there_is_one() -> None:
    UnitFactory.create(credit_code="")
    UnitFactory.create(credit_code="")
    UnitFactory.create(credit_code="113207000143810191")

    with pytest.raises(IntegrityError, match=r"unit_credit_code_unique|credit_code"):
        UnitFactory.create(credit_code="113207000143810191")


@database
@pytest.mark.parametrize("field", ["code", "name"])
def test_unit_is_named(field: str) -> None:
    with pytest.raises(IntegrityError, match="unit_is_named"):
        UnitFactory.create(**{field: ""})


@database
def test_unit_is_not_its_own_superior() -> None:
    unit = UnitFactory.create()

    with pytest.raises(IntegrityError, match="unit_not_its_own_superior"):
        Unit.objects.filter(pk=unit.pk).update(superior=F("id"))


@database
def test_membership_is_given_once() -> None:
    membership = MembershipFactory.create()

    with pytest.raises(
        IntegrityError, match=r"membership_given_once|accounts_membership"
    ):
        MembershipFactory.create(user=membership.user, unit=membership.unit)


@database
def test_membership_role_is_known() -> None:
    with pytest.raises(IntegrityError, match="membership_role_known"):
        MembershipFactory.create(role="emperor")


@database
def test_giving_a_role_twice_is_one_membership_and_one_event() -> None:
    user, unit = UserFactory.create(), UnitFactory.create()

    first = give_role(user, role=Role.ENTERER, unit=unit, by=BY, at=AT)
    second = give_role(user, role=Role.ENTERER, unit=unit, by=BY, at=AT)

    assert first == second
    assert Membership.objects.count() == Event.objects.count() == 1
