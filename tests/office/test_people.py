"""The pages of people: who is managed by whom, which roles are given, one-time passwords."""

import re

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gongshi.accounts.models import Membership, Role, Unit, User
from gongshi.accounts.people.actions import CannotChangePerson, end_person, take_role
from gongshi.accounts.permissions import given_by
from gongshi.accounts.sign_in.factors import has_second_factor
from gongshi.audit.actors import Actor
from gongshi.audit.models import Event
from gongshi.audit.queries import changes_of
from tests.factories import AT, MembershipFactory, UnitFactory, UserFactory
from tests.second_factor import give_factor

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
_ANOTHER = Actor(username="another", role="system_admin")


def with_role(unit: Unit, role: Role, **values: object) -> User:
    """Return somebody who works in the unit and has the role there."""
    user = UserFactory.create(unit=unit, **values)
    MembershipFactory.create(user=user, unit=unit, role=role)
    return user


def browser(user: User) -> Client:
    """Return the person's browser, reading English."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def roles_of(user: User) -> list[tuple[str, str]]:
    """Return the roles that the person has, and where."""
    return sorted(user.memberships.values_list("role", "unit__code"))


def actions() -> list[str]:
    """Return what the trail says happened."""
    found = Event.objects.order_by("sequence").values_list("action", flat=True)
    return [action.removeprefix("accounts.") for action in found]


def at(user: User, end: str = "") -> str:
    """Return an address of the person's pages."""
    return f"/office/people/{user.pk}/{end}"


def test_a_unit_administrator_sees_the_people_of_the_own_unit_and_below(
    city: Unit, bureau: Unit
) -> None:
    below = UnitFactory.create(superior=bureau)
    client = browser(with_role(bureau, Role.UNIT_ADMIN))
    UserFactory.create(unit=bureau, first_name="李海州")
    UserFactory.create(unit=below, first_name="王连云")
    UserFactory.create(unit=city, first_name="赵市长")
    guest = UserFactory.create(unit=city, first_name="周借调")
    MembershipFactory.create(user=guest, unit=bureau)

    shown = client.get("/office/people/").content.decode()

    for name in ("李海州", "王连云", "周借调"):
        assert name in shown
    assert "赵市长" not in shown


def test_people_are_found_by_name_unit_and_state(city: Unit, bureau: Unit) -> None:
    client = browser(with_role(city, Role.SYSTEM_ADMIN))
    UserFactory.create(unit=bureau, first_name="李海州")
    UserFactory.create(unit=city, first_name="王连云", is_active=False)

    def found(query: str) -> str:
        return client.get(f"/office/people/?{query}").content.decode()

    assert "李海州" in found("q=海州")
    assert "李海州" in found("q=环境")
    assert "王连云" not in found("q=环境")
    assert "王连云" in found("state=ended")
    assert "李海州" not in found("state=ended")
    assert "Nobody is found" in found("q=没有")


def test_the_list_costs_the_same_for_many_people(
    city: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(with_role(city, Role.SYSTEM_ADMIN))
    client.get("/office/people/")
    with django_assert_num_queries(10):
        client.get("/office/people/")
    for _ in range(10):
        with_role(UnitFactory.create(superior=city), Role.ENTERER)

    with django_assert_num_queries(10):
        client.get("/office/people/")


def test_a_new_person_gets_a_role_and_a_password_that_is_shown_once(
    bureau: Unit,
) -> None:
    client = browser(with_role(bureau, Role.UNIT_ADMIN))
    values = {
        "username": "li.wei",
        "name": "李巍",
        "unit": "lyg-hbj",
        "role": "enterer",
    }

    shown = client.post("/office/people/new", values).content.decode()

    secret = re.search(r'id="one-time-password">([^<]+)<', shown)
    assert secret is not None
    person = User.objects.get(username="li.wei")
    assert person.check_password(secret[1])
    assert person.must_change_password
    assert roles_of(person) == [("enterer", "lyg-hbj")]
    assert actions() == ["create_person", "give_role", "give_password"]
    assert secret[1] not in client.get(at(person)).content.decode()
    assert not any(secret[1] in event.details for event in Event.objects.all())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"username": "LI"}, "Somebody has this user name"),
        ({"username": "李巍 1"}, "valid username"),
        ({"name": ""}, "required"),
        ({"unit": "lyg-zf"}, "valid choice"),
        ({"role": "system_admin"}, "valid choice"),
    ],
)
def test_a_new_person_that_cannot_be_comes_back(
    bureau: Unit, change: dict[str, str], says: str
) -> None:
    client = browser(with_role(bureau, Role.UNIT_ADMIN))
    UserFactory.create(username="li")
    values = {"username": "li.wei", "name": "李巍", "unit": "lyg-hbj", "role": ""}

    answer = client.post("/office/people/new", values | change)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not User.objects.filter(username="li.wei").exists()
    assert actions() == []


def test_roles_are_given_and_taken(bureau: Unit) -> None:
    client = browser(with_role(bureau, Role.UNIT_ADMIN))
    person = UserFactory.create(unit=bureau)

    client.post(at(person, "give"), {"role": "reviewer", "unit": "lyg-hbj"})
    assert roles_of(person) == [("reviewer", "lyg-hbj")]

    membership = person.memberships.get()
    answer = client.post(f"/office/roles/{membership.pk}/take")
    assert answer.headers["Location"] == at(person)
    assert roles_of(person) == []
    assert actions() == ["give_role", "take_role"]
    assert [changes_of(event) for event in Event.objects.in_order()] == [
        {"role": {"before": None, "after": "reviewer"}},
        {"role": {"before": "reviewer", "after": None}},
    ]


@pytest.mark.parametrize("role", sorted(set(Role) - given_by([Role.UNIT_ADMIN])))
def test_a_unit_administrator_gives_and_takes_no_higher_role(
    bureau: Unit, role: Role
) -> None:
    client = browser(with_role(bureau, Role.UNIT_ADMIN))
    person = UserFactory.create(unit=bureau)
    higher = MembershipFactory.create(user__unit=bureau, unit=bureau, role=role)

    given = client.post(at(person, "give"), {"role": role.value, "unit": "lyg-hbj"})
    client.post(f"/office/roles/{higher.pk}/take")

    assert given.status_code == 422
    assert roles_of(person) == []
    assert Membership.objects.filter(pk=higher.pk).exists()
    assert actions() == []


def test_a_role_that_somebody_gives_in_one_unit_is_not_theirs_to_give_in_another(
    city: Unit, bureau: Unit
) -> None:
    other = UnitFactory.create(code="lyg-jyj", superior=city)
    user = with_role(bureau, Role.SYSTEM_ADMIN)
    MembershipFactory.create(user=user, unit=other, role=Role.UNIT_ADMIN)
    person = UserFactory.create(unit=other)
    client = browser(user)

    answer = client.post(at(person, "give"), {"role": "auditor", "unit": "lyg-jyj"})

    assert answer.status_code == 422
    assert "cannot give this role" in answer.content.decode()
    assert roles_of(person) == []


def test_nobody_changes_their_own_roles_or_account(city: Unit) -> None:
    with_role(city, Role.SYSTEM_ADMIN)
    own = with_role(city, Role.SYSTEM_ADMIN)
    client = browser(own)

    given = client.post(at(own, "give"), {"role": "reviewer", "unit": "lyg-zf"})
    client.post(f"/office/roles/{own.memberships.get().pk}/take")
    ended = client.post(at(own, "end"))
    password = client.post(at(own, "password"))

    assert (given.status_code, ended.status_code, password.status_code) == (
        302,
        403,
        403,
    )
    assert roles_of(own) == [("system_admin", "lyg-zf")]
    assert actions() == []


@pytest.mark.parametrize("end", ["password", "factors", "end", "resume"])
def test_whoever_has_a_higher_role_is_not_managed_by_a_unit_administrator(
    city: Unit, bureau: Unit, end: str
) -> None:
    client = browser(with_role(bureau, Role.UNIT_ADMIN))
    higher = with_role(bureau, Role.SYSTEM_ADMIN)
    elsewhere = with_role(bureau, Role.ENTERER)
    MembershipFactory.create(user=elsewhere, unit=city, role=Role.ENTERER)
    guest = UserFactory.create(unit=city)
    MembershipFactory.create(user=guest, unit=bureau, role=Role.ENTERER)
    above = UserFactory.create(unit=bureau, is_superuser=True)
    before = {user.pk: user.password for user in User.objects.all()}

    for person in (higher, elsewhere, guest, above):
        assert client.post(at(person, end)).status_code == 403

    assert {user.pk: user.password for user in User.objects.all()} == before
    assert actions() == []


def test_an_ended_account_has_no_roles_and_no_way_in(bureau: Unit) -> None:
    person = with_role(bureau, Role.ENTERER)
    theirs = browser(person)
    client = browser(with_role(bureau, Role.UNIT_ADMIN))

    client.post(at(person, "end"))

    person.refresh_from_db()
    assert not person.is_active
    assert not person.has_usable_password()
    assert roles_of(person) == []
    assert theirs.get("/office/").status_code == 302
    role = {"role": "enterer", "unit": "lyg-hbj"}
    given = client.post(at(person, "give"), role, follow=True)
    assert "Let the person in again first" in given.content.decode()

    client.post(at(person, "resume"))
    assert User.objects.get(pk=person.pk).is_active
    assert roles_of(person) == []
    assert actions() == ["end_person", "resume_person"]
    ended = Event.objects.get(action="accounts.end_person")
    assert changes_of(ended) == {
        "roles": {"before": ["enterer lyg-hbj"], "after": None}
    }


def test_a_new_password_is_shown_once(bureau: Unit) -> None:
    person = with_role(bureau, Role.ENTERER)
    client = browser(with_role(bureau, Role.UNIT_ADMIN))

    shown = client.post(at(person, "password")).content.decode()

    secret = re.search(r'id="one-time-password">([^<]+)<', shown)
    assert secret is not None
    person.refresh_from_db()
    assert person.check_password(secret[1])


def test_lost_second_factors_are_taken_away(bureau: Unit) -> None:
    person = with_role(bureau, Role.REVIEWER)
    client = browser(with_role(bureau, Role.UNIT_ADMIN))
    assert at(person, "factors") in client.get(at(person)).content.decode()

    client.post(at(person, "factors"))

    assert not has_second_factor(person)
    assert actions() == ["take_factors_away"]
    assert at(person, "factors") not in client.get(at(person)).content.decode()


def test_the_last_system_administrator_of_the_city_stays(
    city: Unit, bureau: Unit
) -> None:
    last = with_role(city, Role.SYSTEM_ADMIN)
    with_role(bureau, Role.SYSTEM_ADMIN)  # of the bureau only
    with_role(city, Role.SYSTEM_ADMIN, is_active=False)

    with pytest.raises(CannotChangePerson) as refused:
        take_role(last.memberships.get(), by=_ANOTHER, at=AT)
    with pytest.raises(CannotChangePerson):
        end_person(last, by=_ANOTHER, at=AT)

    assert refused.value.code == "last-administrator"
    assert roles_of(last) == [("system_admin", "lyg-zf")]
    with_role(city, Role.SYSTEM_ADMIN)
    end_person(last, by=_ANOTHER, at=AT)
    assert roles_of(last) == []


def test_the_page_says_that_the_last_administrator_stays(
    city: Unit, bureau: Unit
) -> None:
    last = with_role(city, Role.SYSTEM_ADMIN)
    superuser = UserFactory.create(unit=city, is_superuser=True)
    give_factor(superuser)

    answer = browser(superuser).post(at(last, "end"), follow=True)

    assert "last system administrator" in answer.content.decode()
    last.refresh_from_db()
    assert last.is_active


def test_a_role_that_is_gone_is_taken_once(bureau: Unit) -> None:
    membership = MembershipFactory.create(user__unit=bureau)

    take_role(membership, by=_ANOTHER, at=AT)
    take_role(Membership(pk=membership.pk, user=membership.user), by=_ANOTHER, at=AT)

    assert actions() == ["take_role"]
