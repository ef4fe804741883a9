"""Units and roles: what the tables refuse, what a city's CSV holds."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.models import F

from gongshi.accounts.actions import give_role, load_city
from gongshi.accounts.city import cities, read_city
from gongshi.accounts.models import Membership, Role, Unit
from gongshi.audit.models import Event
from gongshi.domain import identifiers
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


def test_city_has_its_departments_and_counties() -> None:
    units = list(read_city("lianyungang"))

    assert len([unit for unit in units if unit.code.startswith("lyg-")]) >= 40
    assert {unit.region_code for unit in units} == {
        "320700",
        "320703",
        "320706",
        "320707",
        "320722",
        "320723",
        "320724",
    }


def test_city_credit_codes_are_valid_and_differ() -> None:
    codes = [unit.credit_code for unit in read_city("lianyungang") if unit.credit_code]

    assert len(set(codes)) == len(codes)
    assert all(identifiers.is_valid(identifiers.CREDIT_CODE, code) for code in codes)


def test_city_units_come_after_their_superiors() -> None:
    seen = {""}

    for unit in read_city("lianyungang"):
        assert unit.superior in seen
        seen.add(unit.code)


@database
def test_loading_a_city_twice_changes_nothing() -> None:
    first = load_city("lianyungang", by=BY, at=AT)
    second = load_city("lianyungang", by=BY, at=AT)

    assert first.created == Unit.objects.count()
    assert (second.created, second.updated) == (0, 0)
    assert Event.objects.count() == 1


@database
def test_loading_a_city_brings_a_changed_unit_up_to_date() -> None:
    load_city("lianyungang", by=BY, at=AT)
    Unit.objects.filter(code="lyg-hbj").update(name="旧名称")

    loaded = load_city("lianyungang", by=BY, at=AT)

    assert loaded.updated == 1
    assert Unit.objects.get(code="lyg-hbj").name == "连云港市环境保护局"


@database
def test_load_city_command_says_which_cities_there_are() -> None:
    with pytest.raises(CommandError, match="lianyungang"):
        call_command("load_city", "nanjing")

    assert cities() == ("lianyungang",)
