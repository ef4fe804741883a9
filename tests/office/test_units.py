"""The pages of units: the tree, a unit's file, who answers, and who may change what."""

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gongshi.accounts.models import Role, Unit
from gongshi.accounts.queries import responsible_of
from gongshi.audit.models import Event
from tests.catalogue.factories import CatalogueItemFactory, CatalogueVersionFactory
from tests.factories import (
    MembershipFactory,
    ResponsiblePersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
_OWN = {
    "short_name": "市环保局",
    "credit_code": "113207000143810191",
    "site_name": "连云港市环境保护局网站",
    "site_address": "http://www.lyghb.example/",
}
_ARRANGED = {
    "name": "连云港市环境保护局",
    "kind": "department",
    "level": "city",
    "region_code": "320700",
    "superior": "lyg-zf",
    "credit_authority": "",
    "start_date": "2015-07-01",
    "valid_from": "2000-01-01",
    "valid_until": "",
}
_PERSON = {
    "name": "李海州",
    "post": "法规处处长",
    "phone": "0518-85521234",
    "email": "",
    "public_phone": "",
    "from_date": "2016-01-18",
}


def browser(unit: Unit, role: Role) -> Client:
    """Return the browser of somebody with the role in the unit, who reads English."""
    user = UserFactory.create(unit=unit)
    MembershipFactory.create(user=user, unit=unit, role=role)
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def page(client: Client, address: str) -> str:
    """Return the text of a page."""
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_tree_shows_what_the_reader_sees_and_nothing_else(
    city: Unit, bureau: Unit
) -> None:
    UnitFactory.create(name="连云港市环境监察支队", kind="entrusted", superior=bureau)
    UnitFactory.create(name="连云港市教育局", superior=city)

    whole = page(browser(city, Role.SYSTEM_ADMIN), "/office/units/")
    own = page(browser(bureau, Role.ENTERER), "/office/units/")

    assert "连云港市教育局" in whole
    assert "3 units below" in whole
    assert "连云港市环境监察支队" in own
    assert "1 unit below" in own
    assert "连云港市教育局" not in own


def test_the_tree_says_who_answers_and_where_nobody_does(
    city: Unit, bureau: Unit
) -> None:
    ResponsiblePersonFactory.create(unit=bureau, name="李海州")

    shown = page(browser(city, Role.CREDIT_OFFICE), "/office/units/")

    assert "李海州" in shown
    assert "1 without a person who answers" in shown


def test_the_tree_costs_the_same_for_many_units(
    city: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(city, Role.SYSTEM_ADMIN)
    page(client, "/office/units/")
    with django_assert_num_queries(8):
        page(client, "/office/units/")
    for number in range(20):
        ResponsiblePersonFactory.create(
            unit=UnitFactory.create(superior=city, code=f"x-{number}")
        )

    with django_assert_num_queries(8):
        page(client, "/office/units/")
    with django_assert_num_queries(8):
        page(client, "/office/units/?q=x-")


def test_units_are_found_by_name_code_and_kind(city: Unit, bureau: Unit) -> None:
    client = browser(city, Role.SYSTEM_ADMIN)
    UnitFactory.create(name="连云港海关", kind="vertical", superior=city)

    by_name = page(client, "/office/units/?q=环境")
    by_code = page(client, "/office/units/?q=LYG-HBJ")
    by_kind = page(client, "/office/units/?kind=vertical")

    for found in (by_name, by_code):
        assert "1 unit found" in found
        assert "连云港市环境保护局" in found
    assert "连云港海关" in by_kind
    assert "连云港市环境保护局" not in by_kind
    assert "No unit of yours" in page(client, "/office/units/?q=财政")


def test_a_unit_administrator_keeps_the_own_file_and_not_its_place(
    bureau: Unit,
) -> None:
    client = browser(bureau, Role.UNIT_ADMIN)

    form = page(client, "/office/units/lyg-hbj/edit")
    answer = client.post(
        "/office/units/lyg-hbj/edit", _OWN | _ARRANGED | {"name": "别的名称"}
    )

    assert 'name="valid_until"' not in form
    assert answer.status_code == 302
    bureau.refresh_from_db()
    assert bureau.site_address == _OWN["site_address"]
    assert bureau.credit_code == _OWN["credit_code"]
    assert bureau.name == "连云港市环境保护局"
    event = Event.objects.get()
    assert (event.action, event.role) == ("accounts.edit_unit", "unit_admin")
    assert "lyghb.example" in event.changes


def test_a_file_saved_unchanged_is_no_event(bureau: Unit) -> None:
    client = browser(bureau, Role.UNIT_ADMIN)

    client.post("/office/units/lyg-hbj/edit", _OWN)
    client.post("/office/units/lyg-hbj/edit", _OWN)

    assert Event.objects.count() == 1


def test_the_credit_office_arranges_place_and_time(city: Unit, bureau: Unit) -> None:
    client = browser(city, Role.CREDIT_OFFICE)
    office = UnitFactory.create(code="lyg-xyb", superior=city)

    answer = client.post(
        "/office/units/lyg-hbj/edit",
        _OWN | _ARRANGED | {"credit_authority": "lyg-xyb", "valid_until": "2018-12-31"},
    )

    assert answer.status_code == 302
    bureau.refresh_from_db()
    assert bureau.credit_authority == office
    assert str(bureau.valid_until) == "2018-12-31"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"credit_code": "113207000143810192"}, "check character is wrong"),
        ({"site_address": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"site_address": "ftp://lyghb.example/"}, "Write the whole address"),
        ({"site_address": "http://u:p@lyghb.example/"}, "Write the whole address"),
        ({"region_code": "999999"}, "no region code"),
        ({"superior": "lyg-hbj"}, "stands below this one"),
        ({"superior": "lyg-below"}, "stands below this one"),
        ({"superior": "lyg-other"}, "valid choice"),
        ({"superior": ""}, "Choose the unit above this one"),
        ({"superior": "", "kind": "entrusted"}, "the unit that entrusts it"),
        ({"valid_until": "1999-12-31"}, "last day lies before"),
        ({"credit_code": "11320700014381086Y"}, "Another unit has this credit code"),
        ({"name": ""}, "required"),
    ],
)
def test_what_cannot_be_comes_back_with_what_is_wrong(
    city: Unit, bureau: Unit, change: dict[str, str], says: str
) -> None:
    UnitFactory.create(code="lyg-below", superior=bureau)
    UnitFactory.create(code="lyg-other")  # out of reach
    UnitFactory.create(superior=city, credit_code="11320700014381086Y")
    client = browser(city, Role.CREDIT_OFFICE)

    answer = client.post("/office/units/lyg-hbj/edit", _OWN | _ARRANGED | change)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "entrusted"}, "This unit has a catalogue of its own"),
        ({"kind": "entrusted", "superior": "lyg-body"}, "cannot entrust another one"),
    ],
)
def test_what_has_a_catalogue_becomes_no_entrusted_body(
    city: Unit, bureau: Unit, change: dict[str, str], says: str
) -> None:
    UnitFactory.create(code="lyg-body", kind="entrusted", superior=city)
    CatalogueVersionFactory.create(unit=bureau)
    client = browser(city, Role.CREDIT_OFFICE)

    answer = client.post("/office/units/lyg-hbj/edit", _OWN | _ARRANGED | change)

    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_what_entrusts_becomes_no_entrusted_body(city: Unit, bureau: Unit) -> None:
    UnitFactory.create(kind="entrusted", superior=bureau)
    client = browser(city, Role.CREDIT_OFFICE)
    change = {"kind": "entrusted"}

    answer = client.post("/office/units/lyg-hbj/edit", _OWN | _ARRANGED | change)

    assert "cannot entrust another one" in answer.content.decode()


@pytest.mark.parametrize("change", [{"superior": "lyg-zf"}, {"kind": "department"}])
def test_an_entrusted_body_with_items_stays_where_they_stand(
    city: Unit, bureau: Unit, change: dict[str, str]
) -> None:
    body = UnitFactory.create(code="lyg-body", kind="entrusted", superior=bureau)
    CatalogueItemFactory.create(version__unit=bureau, entrusted_to=body)
    client = browser(city, Role.CREDIT_OFFICE)
    stays = _OWN | _ARRANGED | {"kind": "entrusted", "superior": "lyg-hbj"}

    moved = client.post("/office/units/lyg-body/edit", stays | change)
    kept = client.post("/office/units/lyg-body/edit", stays)

    assert "are entrusted to this body" in moved.content.decode()
    assert kept.status_code == 302


def test_a_unit_is_added_below_another(city: Unit) -> None:
    client = browser(city, Role.SYSTEM_ADMIN)
    values = _ARRANGED | {"code": "lyg-new", "name": "连云港市新局"}

    answer = client.post("/office/units/lyg-zf/add", values)
    again = client.post("/office/units/lyg-zf/add", values | {"code": "LYG-new"})

    apart = client.post(
        "/office/units/lyg-zf/add", values | {"code": "lyg-apart", "superior": ""}
    )

    assert answer.headers["Location"] == "/office/units/lyg-new/"
    assert apart.status_code == 422
    assert "Choose the unit above this one" in apart.content.decode()
    assert Unit.objects.get(code="lyg-new").superior == city
    assert again.status_code == 422
    assert "Another unit has this code" in again.content.decode()
    assert [event.action for event in Event.objects.all()] == ["accounts.add_unit"]


def test_who_answers_is_filed_on_the_page_and_shown_with_its_date(
    bureau: Unit,
) -> None:
    client = browser(bureau, Role.UNIT_ADMIN)

    answer = client.post("/office/units/lyg-hbj/responsible", _PERSON)

    assert answer.status_code == 302
    shown = page(client, "/office/units/lyg-hbj/")
    for text in ("李海州", "法规处处长", "0518-85521234", "2016-01-18", "2016-03-01"):
        assert text in shown
    assert "Filed who answers for a unit" in shown


def test_the_person_before_stays_on_the_page(bureau: Unit) -> None:
    ResponsiblePersonFactory.create(unit=bureau, name="张云台")
    client = browser(bureau, Role.UNIT_ADMIN)

    client.post(
        "/office/units/lyg-hbj/responsible", _PERSON | {"from_date": "2016-02-01"}
    )

    shown = page(client, "/office/units/lyg-hbj/")
    assert "张云台" in shown
    assert "2016-01-18 – 2016-01-31" in shown
    person = responsible_of(bureau)
    assert person is not None
    assert person.name == "李海州"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"phone": ""}, "phone number or an e-mail"),
        ({"phone": "电话"}, "Write digits"),
        ({"email": "li@"}, "valid email"),
        ({"from_date": "2016-03-02"}, "yet to come"),
        ({"from_date": "2016-01-01"}, "since a later day"),
        ({"name": ""}, "required"),
    ],
)
def test_a_filing_that_cannot_be_comes_back(
    bureau: Unit, change: dict[str, str], says: str
) -> None:
    ResponsiblePersonFactory.create(unit=bureau, name="张云台")
    client = browser(bureau, Role.UNIT_ADMIN)

    answer = client.post("/office/units/lyg-hbj/responsible", _PERSON | change)

    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_readers_see_no_way_to_change_and_no_trail(bureau: Unit) -> None:
    shown = page(browser(bureau, Role.ENTERER), "/office/units/lyg-hbj/")

    assert "/edit" not in shown
    assert "history-title" not in shown
