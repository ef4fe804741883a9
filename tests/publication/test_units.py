"""What the public is told of units: their whole catalogue, once, and when it changes."""

import json
from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.catalogue.models import CatalogueItem
from gongshi.domain.feed import Operation, unit_id
from gongshi.portal.models import PublishedItem, PublishedUnit
from gongshi.publication.consumers import rebuild_portal
from gongshi.publication.models import Change, UnitNotice
from gongshi.publication.queries import verify_feed
from gongshi.publication.units import (
    publish_changed_units,
    publish_unit,
    unit_payload,
)
from tests.catalogue.factories import (
    CatalogueItemFactory,
    CatalogueVersionFactory,
    DraftFactory,
)
from tests.factories import AT, BY, ResponsiblePersonFactory, UnitFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
MARCH = date(2016, 3, 1)
# 2016-05-01, the first minute in Shanghai
MAY = datetime(2016, 4, 30, 16, 0, tzinfo=UTC)


@pytest.fixture
def unit() -> Unit:
    """Return a department with a catalogue of two items."""
    unit = UnitFactory.create(
        code="lyg-hbj",
        name="连云港市环境保护局",
        short_name="市环保局",
        superior=UnitFactory.create(code="lyg-zf", name="连云港市人民政府"),
        site_name="连云港环保网",
        site_address="http://hbj.lyg.example/",
    )
    version = CatalogueVersionFactory.create(unit=unit, number=1)
    CatalogueItemFactory.create(version=version, code="JS320700HB-XK-0001")
    CatalogueItemFactory.create(
        version=version,
        kind="penalty",
        code="JS320700HB-CF-0001",
        name="超标排放污染物",
        subjects="legal",
        is_public=False,
        not_public_reason="涉及国家秘密",
    )
    return unit


def published(code: str) -> PublishedUnit:
    """Return the unit as the public store has it."""
    return PublishedUnit.objects.using("portal").get(code=code)


def published_codes() -> list[str]:
    """Return the codes of all public items."""
    items = PublishedItem.objects.using("portal").order_by("key")
    return [item.code for item in items]


def test_a_payload_says_what_the_feed_promises(unit: Unit) -> None:
    payload = json.loads(unit_payload(unit, MARCH))

    items = payload.pop("items")
    assert payload == {
        "code": "lyg-hbj",
        "name": "连云港市环境保护局",
        "short_name": "市环保局",
        "credit_code": "",
        "level": "city",
        "kind": "department",
        "region_code": "320700",
        "superior_code": "lyg-zf",
        "superior_name": "连云港市人民政府",
        "entrusted_by": "",
        "responsible": "",
        "responsible_post": "",
        "responsible_phone": "",
        "exists_until": None,
        "site_name": "连云港环保网",
        "site_address": "http://hbj.lyg.example/",
        "decisions_since": "2015-07-01",
        "catalogue_version": 1,
    }
    assert items[1] == {
        "code": "JS320700HB-CF-0001",
        "name": "超标排放污染物",
        "kind": "penalty",
        "basis": "《中华人民共和国环境影响评价法》第二十二条",
        "subjects": "法人和其他组织",
        "is_public": False,
        "not_public_reason": "涉及国家秘密",
        "publish_days": None,
        "display_years": None,
        "from_date": "2015-07-01",
        "until_date": None,
    }


def test_a_unit_without_a_catalogue_is_public_too() -> None:
    bare = UnitFactory.create()

    payload = json.loads(unit_payload(bare, MARCH))

    assert payload["catalogue_version"] is None
    assert payload["items"] == []


def test_an_entrusted_body_is_told_with_what_is_entrusted_to_it(unit: Unit) -> None:
    body = UnitFactory.create(kind="entrusted", superior=unit)
    CatalogueItem.objects.filter(kind="licence").update(entrusted_to=body)

    payload = json.loads(unit_payload(body, MARCH))

    assert payload["entrusted_by"] == "lyg-hbj"
    assert payload["catalogue_version"] == 1
    assert [item["code"] for item in payload["items"]] == ["JS320700HB-XK-0001"]
    assert len(json.loads(unit_payload(unit, MARCH))["items"]) == 2


def test_the_public_learns_who_answers_and_no_internal_contact(unit: Unit) -> None:
    ResponsiblePersonFactory.create(
        unit=unit,
        name="李海州",
        post="法规处处长",
        phone="0518-85521234",
        email="li@hbj.example",
        public_phone="0518-85520000",
    )

    change = publish_unit(unit, by=BY, at=AT)

    assert change is not None
    known = published("lyg-hbj")
    assert (known.responsible, known.responsible_post, known.responsible_phone) == (
        "李海州",
        "法规处处长",
        "0518-85520000",
    )
    assert "85521234" not in change.payload
    assert "li@hbj.example" not in change.payload


def test_only_who_answers_at_present_is_public(unit: Unit) -> None:
    ResponsiblePersonFactory.create(unit=unit, until_date=date(2016, 2, 29))

    assert json.loads(unit_payload(unit, MARCH))["responsible"] == ""


def test_the_public_learns_when_a_unit_ends() -> None:
    ended = UnitFactory.create(valid_until=date(2016, 3, 31))

    publish_unit(ended, by=BY, at=AT)

    assert published(ended.code).exists_until == date(2016, 3, 31)


def test_a_published_unit_reaches_the_portal_with_its_items(unit: Unit) -> None:
    change = publish_unit(unit, by=BY, at=AT)

    assert change is not None
    assert change.record_id == unit_id("lyg-hbj")
    assert published("lyg-hbj").site_address == "http://hbj.lyg.example/"
    assert published_codes() == ["JS320700HB-XK-0001", "JS320700HB-CF-0001"]


def test_what_the_public_knows_already_is_not_told_again(unit: Unit) -> None:
    publish_unit(unit, by=BY, at=AT)

    assert publish_unit(unit, by=BY, at=AT) is None
    assert publish_changed_units(by=BY, at=AT) == 1  # its superior
    assert publish_changed_units(by=BY, at=AT) == 0
    assert Change.objects.count() == 2


def test_only_changed_units_are_told(unit: Unit) -> None:
    UnitFactory.create()
    publish_changed_units(by=BY, at=AT)
    Unit.objects.filter(pk=unit.pk).update(short_name="环保局")

    assert publish_changed_units(by=BY, at=AT) == 1

    assert published("lyg-hbj").short_name == "环保局"
    last = Change.objects.in_order().last()
    assert last is not None
    assert (last.operation, last.record_id) == (Operation.UNIT, unit_id("lyg-hbj"))


def test_a_version_reaches_the_public_on_its_day(unit: Unit) -> None:
    publish_changed_units(by=BY, at=AT)
    later = CatalogueVersionFactory.create(
        unit=unit, number=2, effective_from=date(2016, 5, 1)
    )
    CatalogueItemFactory.create(version=later, code="JS320700HB-XK-0009")
    DraftFactory.create(unit=unit, number=3)

    assert publish_changed_units(by=BY, at=AT) == 0
    assert publish_changed_units(by=BY, at=MAY) == 1
    assert published("lyg-hbj").catalogue_version == 2
    assert published_codes() == ["JS320700HB-XK-0009"]


def test_a_vertically_managed_body_has_no_superior_in_the_city(unit: Unit) -> None:
    body = UnitFactory.create(kind="vertical", superior=unit.superior)

    payload = json.loads(unit_payload(body, MARCH))

    assert (payload["superior_code"], payload["superior_name"]) == ("", "")


def test_a_unit_to_come_is_not_public_yet() -> None:
    UnitFactory.create(valid_from=date(2016, 5, 1))

    assert publish_changed_units(by=BY, at=AT) == 0
    assert publish_changed_units(by=BY, at=MAY) == 1


def test_publishing_units_is_one_event_and_one_chain(unit: Unit) -> None:
    publish_changed_units(by=BY, at=AT)

    event = Event.objects.get()
    assert event.action == "publication.publish_units"
    assert json.loads(event.details)["units"] == ["lyg-hbj", "lyg-zf"]
    assert verify_feed() is None


def test_a_rebuilt_portal_has_the_units_again(unit: Unit) -> None:
    publish_changed_units(by=BY, at=AT)

    rebuild_portal()

    assert published("lyg-hbj").name == unit.name
    assert len(published_codes()) == 2


def test_looking_costs_the_same_for_many_units(
    unit: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        other = CatalogueVersionFactory.create()
        CatalogueItemFactory.create(version=other)
    publish_changed_units(by=BY, at=AT)

    with django_assert_num_queries(5):
        publish_changed_units(by=BY, at=AT)


def test_a_notice_names_its_change(unit: Unit) -> None:
    change = publish_unit(unit, by=BY, at=AT)

    notice = UnitNotice.objects.get(unit=unit)
    assert change is not None
    assert (notice.sequence, str(notice)) == (
        change.sequence,
        f"{unit.pk} {change.sequence}",
    )
