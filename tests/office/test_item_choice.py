"""The catalogue item of a record whose edition has no column for it."""

from datetime import date, timedelta

import pytest
from django.test import Client

from gongshi.accounts.models import Role, Unit
from gongshi.audit.models import Event
from gongshi.audit.queries import changes_of
from gongshi.catalogue.models import CatalogueItem
from gongshi.domain.lifecycle import State
from gongshi.records.choosing import CannotChooseItem, choose_item, items_to_choose
from gongshi.records.models import Record
from tests.catalogue.factories import CatalogueItemFactory, CatalogueVersionFactory
from tests.factories import (
    AT,
    BY,
    MembershipFactory,
    RecordFactory,
    UnitFactory,
    standing_as,
)
from tests.office.desk import page_of
from tests.office.filled import typed

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

NAMELESS = {"edition": "national-2018", "content": "{}"}
FORM = "/office/records/new/national-2018/licence/"


@pytest.fixture
def unit() -> Unit:
    """Return a department."""
    return UnitFactory.create(name="连云港市环境保护局")


@pytest.fixture
def item(unit: Unit) -> CatalogueItem:
    """Return an item of its catalogue with five days of its own."""
    return CatalogueItemFactory.create(
        version=CatalogueVersionFactory.create(unit=unit),
        code="XK-1",
        name="排污许可",
        publish_working_days=5,
    )


@pytest.fixture
def record(unit: Unit) -> Record:
    """Return a record of the edition of 2018 that waits for review."""
    return RecordFactory.create(unit=unit, decision_date=date(2016, 2, 26), **NAMELESS)


def enterer(unit: Unit) -> Client:
    """Return the browser of somebody who enters for the unit."""
    client = Client()
    seat = MembershipFactory.create(unit=unit, user__unit=unit, role=Role.ENTERER)
    client.force_login(seat.user)
    return client


def refusal(record: Record, code: str) -> str:
    """Return why the item cannot be chosen."""
    with pytest.raises(CannotChooseItem) as refused:
        choose_item(record, code, by=BY, at=AT)
    return refused.value.code


def test_chosen_item_binds_the_record_and_its_deadline(
    record: Record, item: CatalogueItem
) -> None:
    choose_item(record, "XK-1", by=BY, at=AT)

    record.refresh_from_db()
    assert (record.item, record.publish_by) == (item, date(2016, 3, 4))


def test_choice_is_one_event_with_the_item_before_and_after(
    record: Record, item: CatalogueItem
) -> None:
    choose_item(record, item.code, by=BY, at=AT)

    event = Event.objects.get()
    assert (event.action, event.username) == ("records.choose_item", "li")
    assert changes_of(event)["item"] == {"before": None, "after": "XK-1"}


def test_item_of_another_day_kind_or_unit_is_no_choice(
    unit: Unit, record: Record, item: CatalogueItem
) -> None:
    version = item.version
    CatalogueItemFactory.create(version=version, code="CF-1", kind="penalty")
    later = record.decision_date + timedelta(days=1)
    CatalogueItemFactory.create(version=version, code="XK-2", from_date=later)
    CatalogueItemFactory.create(code="XK-3")

    assert items_to_choose(record) == [item]
    assert {refusal(record, code) for code in ("CF-1", "XK-2", "XK-3")} == {
        "no-such-item"
    }


def test_nobody_takes_a_decision_from_the_public_by_choosing(
    record: Record, item: CatalogueItem
) -> None:
    CatalogueItem.objects.update(is_public=False, not_public_reason="涉密")

    assert items_to_choose(record) == []
    assert refusal(record, "XK-1") == "item-not-public"


def test_row_that_names_its_item_is_not_bound_by_hand(
    unit: Unit, item: CatalogueItem
) -> None:
    record = RecordFactory.create(unit=unit, content='{"item_code": "XK-9"}')

    assert refusal(record, "XK-1") == "names-its-item"


@pytest.mark.parametrize("state", [State.APPROVED, State.PUBLISHED, State.RETURNED])
def test_only_a_record_that_waits_for_review_is_bound(
    unit: Unit, item: CatalogueItem, state: State
) -> None:
    record = RecordFactory.create(unit=unit, **NAMELESS, **standing_as(state))

    assert refusal(record, "XK-1") == "moved"


def test_record_page_offers_the_items_to_who_enters(
    unit: Unit, record: Record, item: CatalogueItem
) -> None:
    client = enterer(unit)
    address = f"/office/records/{record.pk}/"
    before = page_of(client, address)

    client.post(f"{address}item", {"item": "XK-1", "version": "1"})

    record.refresh_from_db()
    assert '<option value="XK-1">排污许可' in before
    assert record.item == item
    assert '<option value="XK-1" selected>' in page_of(client, address)


def _form_of_2018(unit: Unit, **changes: str) -> dict[str, str]:
    names = (
        "decision_number", "subject_name", "credit_code", "legal_representative",
        "authority",
    )  # fmt: skip
    filled = typed(unit)
    return (
        {name: filled[name] for name in (*names, "unit", "draft")}
        | {
            "subject_kind": "法人及非法人组织",
            "document_name": "排污许可决定书",
            "licence_category": "普通",
            "licence_content": "准予排放污染物",
            "decision_date": "2016-02-26",
            "valid_from": "2016-02-26",
            "valid_until": "2019-02-25",
            "authority_code": "11320700014535081T",
            "status": "1",
            "source_unit": unit.name,
            "source_unit_code": "11320700014535081T",
            "action": "hand-in",
        }
        | changes
    )


def test_item_picked_at_entry_is_kept_through_a_correction(
    unit: Unit, item: CatalogueItem
) -> None:
    client = enterer(unit)
    first = client.post(FORM, _form_of_2018(unit, item="XK-1"))
    record = Record.objects.get()

    again = client.post(FORM, _form_of_2018(unit, licence_content="准予排放污染物二类"))

    assert (first.status_code, again.status_code) == (302, 302)
    assert record.item == item
    record.refresh_from_db()
    assert (record.version, record.item, record.publish_by) == (
        2,
        item,
        date(2016, 3, 4),
    )


def test_item_is_chosen_anew_when_the_day_of_the_decision_changes(
    unit: Unit, item: CatalogueItem
) -> None:
    client = enterer(unit)
    client.post(FORM, _form_of_2018(unit, item="XK-1"))

    client.post(FORM, _form_of_2018(unit, decision_date="2016-02-25"))

    record = Record.objects.get()
    assert (record.version, record.item) == (2, None)
