"""Drafting, editing and approving: who may what, and what is left behind."""

from dataclasses import replace
from datetime import date

import pytest

from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.audit.models import Event
from gongshi.audit.queries import changes_of
from gongshi.catalogue.actions import (
    CannotApprove,
    CannotEdit,
    add_item,
    approve,
    begin_draft,
    change_item,
    discard_draft,
    propose_date,
    remove_item,
    take_items,
)
from gongshi.catalogue.comparison import FieldChange, compare
from gongshi.catalogue.items import ItemValues, values_of
from gongshi.catalogue.models import CatalogueVersion
from gongshi.catalogue.queries import draft_of, items_in_force
from tests.catalogue.factories import CatalogueItemFactory, DraftFactory
from tests.factories import AT, BY, UnitFactory

pytestmark = pytest.mark.django_db
APPROVER = Actor(username="wang", role="reviewer", unit="lyg-hbj")
MAY = date(2016, 5, 1)
LICENCE = ItemValues(kind="licence", code="JS320700HB-XK-0001", name="环评审批")


@pytest.fixture
def unit() -> Unit:
    """Return a unit without any catalogue."""
    return UnitFactory.create(code="lyg-hbj")


def ready_draft(unit: Unit, *, effective_from: date = MAY) -> CatalogueVersion:
    """Return a draft with one item and a day."""
    draft = begin_draft(unit, by=BY, at=AT)
    take_items(draft, [LICENCE], by=BY, at=AT)
    propose_date(draft, effective_from, by=BY, at=AT)
    draft.refresh_from_db()
    return draft


def approved(unit: Unit, *, effective_from: date = MAY) -> CatalogueVersion:
    """Return a version that another person approved."""
    draft = ready_draft(unit, effective_from=effective_from)
    return approve(draft, revision=draft.revision, by=APPROVER, at=AT)


def test_an_approved_version_is_in_force_from_its_day(unit: Unit) -> None:
    approved(unit)

    assert [item.code for item in items_in_force(unit, MAY)] == [LICENCE.code]
    assert not items_in_force(unit, date(2016, 4, 30)).exists()


def test_the_next_draft_begins_with_the_items_of_the_last_version(unit: Unit) -> None:
    first = approved(unit)

    draft = begin_draft(unit, by=BY, at=AT)

    assert draft.number == first.number + 1
    assert compare(first, draft).is_empty
    assert compare(first, draft).unchanged == 1


def test_a_second_draft_is_refused(unit: Unit) -> None:
    begin_draft(unit, by=BY, at=AT)

    with pytest.raises(CannotEdit) as refused:
        begin_draft(unit, by=APPROVER, at=AT)

    assert refused.value.code == "has-draft"


def test_an_entrusted_body_has_no_catalogue_of_its_own(unit: Unit) -> None:
    body = UnitFactory.create(kind="entrusted", superior=unit)

    with pytest.raises(CannotEdit) as refused:
        begin_draft(body, by=BY, at=AT)

    assert refused.value.code == "entrusted"


def test_who_drafted_cannot_approve(unit: Unit) -> None:
    draft = ready_draft(unit)

    with pytest.raises(CannotApprove) as refused:
        approve(draft, revision=draft.revision, by=BY, at=AT)

    assert refused.value.code == "own-draft"


def test_who_edited_a_draft_cannot_approve_it_either(unit: Unit) -> None:
    draft = ready_draft(unit)
    propose_date(draft, date(2016, 6, 1), by=APPROVER, at=AT)
    draft.refresh_from_db()

    with pytest.raises(CannotApprove) as refused:
        approve(draft, revision=draft.revision, by=APPROVER, at=AT)

    assert refused.value.code == "own-draft"


def test_no_version_is_approved_for_a_day_in_more_than_a_year(unit: Unit) -> None:
    draft = ready_draft(unit, effective_from=date(2017, 3, 2))
    CatalogueVersion.objects.update(effective_from=date(2017, 3, 3))

    with pytest.raises(CannotApprove) as refused:
        approve(draft, revision=draft.revision, by=APPROVER, at=AT)

    assert refused.value.code == "too-far"


def test_what_was_edited_after_it_was_read_is_not_approved(unit: Unit) -> None:
    draft = ready_draft(unit)
    read_at = draft.revision
    propose_date(draft, date(2016, 6, 1), by=BY, at=AT)

    with pytest.raises(CannotApprove) as refused:
        approve(draft, revision=read_at, by=APPROVER, at=AT)

    assert refused.value.code == "changed-meanwhile"
    assert draft_of(unit) is not None


def test_a_version_is_approved_once(unit: Unit) -> None:
    version = approved(unit)

    with pytest.raises(CannotApprove) as refused:
        approve(version, revision=version.revision, by=APPROVER, at=AT)

    assert refused.value.code == "not-a-draft"


def test_a_version_comes_into_force_after_the_one_before(unit: Unit) -> None:
    approved(unit)
    draft = ready_draft(unit, effective_from=MAY)

    with pytest.raises(CannotApprove) as refused:
        approve(draft, revision=draft.revision, by=APPROVER, at=AT)

    assert refused.value.code == "too-early"


def test_a_draft_without_a_day_is_not_approved(unit: Unit) -> None:
    draft = begin_draft(unit, by=BY, at=AT)

    with pytest.raises(CannotApprove) as refused:
        approve(draft, revision=draft.revision, by=APPROVER, at=AT)

    assert refused.value.code == "no-date"


def test_an_empty_draft_is_not_approved(unit: Unit) -> None:
    draft = begin_draft(unit, by=BY, at=AT)
    propose_date(draft, MAY, by=BY, at=AT)
    draft.refresh_from_db()

    with pytest.raises(CannotApprove) as refused:
        approve(draft, revision=draft.revision, by=APPROVER, at=AT)

    assert refused.value.code == "no-items"


def test_an_approved_version_never_changes(unit: Unit) -> None:
    item = approved(unit).items.get()

    for edit in (
        lambda: add_item(item.version, LICENCE, by=BY, at=AT),
        lambda: change_item(item, LICENCE, by=BY, at=AT),
        lambda: remove_item(item, by=BY, at=AT),
        lambda: take_items(item.version, [LICENCE], by=BY, at=AT),
        lambda: propose_date(item.version, MAY, by=BY, at=AT),
        lambda: discard_draft(item.version, by=BY, at=AT),
    ):
        with pytest.raises(CannotEdit) as refused:
            edit()
        assert refused.value.code == "not-a-draft"


def test_an_item_is_added_once() -> None:
    draft = DraftFactory.create()
    add_item(draft, LICENCE, by=BY, at=AT)

    with pytest.raises(CannotEdit) as refused:
        add_item(draft, LICENCE, by=BY, at=AT)

    assert refused.value.code == "item-exists"


def test_an_item_does_not_take_the_code_of_another() -> None:
    draft = DraftFactory.create()
    add_item(draft, LICENCE, by=BY, at=AT)
    other = CatalogueItemFactory.create(version=draft, code="JS320700HB-XK-9001")

    with pytest.raises(CannotEdit) as refused:
        change_item(other, LICENCE, by=BY, at=AT)

    assert refused.value.code == "item-exists"


def test_items_are_entrusted_to_the_unit_s_own_bodies_only(unit: Unit) -> None:
    draft = DraftFactory.create(unit=unit)
    stranger = UnitFactory.create(kind="entrusted", superior=UnitFactory.create())
    values = ItemValues(kind="licence", code="1", name="环评", entrusted_to=stranger)

    with pytest.raises(CannotEdit) as refused:
        add_item(draft, values, by=BY, at=AT)

    assert refused.value.code == "not-entrusted-by-unit"


def test_a_draft_tells_that_it_was_begun(unit: Unit) -> None:
    begin_draft(unit, by=BY, at=AT)

    changes = changes_of(Event.objects.get())
    assert changes == {"state": {"before": None, "after": "draft"}}


def test_an_import_tells_what_it_added_and_what_it_changed(unit: Unit) -> None:
    draft = begin_draft(unit, by=BY, at=AT)
    take_items(draft, [LICENCE], by=BY, at=AT)
    other = replace(LICENCE, code="JS320700HB-XK-0002")

    take_items(draft, [replace(LICENCE, name="新名"), other], by=BY, at=AT)

    changes = changes_of(Event.objects.order_by("-sequence")[0])
    assert changes["licence JS320700HB-XK-0001"] == {
        "before": {"name": "环评审批"},
        "after": {"name": "新名"},
    }
    assert changes["licence JS320700HB-XK-0002"]["before"] is None
    assert changes["licence JS320700HB-XK-0002"]["after"]["name"] == "环评审批"


def test_a_change_tells_the_audit_trail_before_and_after() -> None:
    item = CatalogueItemFactory.create(version=DraftFactory.create(), name="旧名")
    values = values_of(item)

    change_item(item, replace(values, name="新名"), by=BY, at=AT)

    event = Event.objects.get()
    assert event.action == "catalogue.change_item"
    assert changes_of(event) == {"name": {"before": "旧名", "after": "新名"}}
    assert item.version.edited_by == ["li"]


def test_a_change_to_the_same_leaves_no_trace() -> None:
    item = CatalogueItemFactory.create(version=DraftFactory.create())

    change_item(item, values_of(item), by=BY, at=AT)

    assert not Event.objects.exists()


def test_items_taken_twice_change_nothing(unit: Unit) -> None:
    draft = ready_draft(unit)

    again = take_items(draft, [LICENCE], by=BY, at=AT)

    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)


def test_taking_items_brings_known_ones_up_to_date(unit: Unit) -> None:
    draft = ready_draft(unit)
    renamed = replace(LICENCE, name="新名")

    taken = take_items(draft, [renamed], by=BY, at=AT)

    assert (taken.added, taken.changed) == (0, 1)
    assert draft.items.get().name == "新名"


def test_a_discarded_draft_makes_room_for_another(unit: Unit) -> None:
    discard_draft(begin_draft(unit, by=BY, at=AT), by=BY, at=AT)

    assert begin_draft(unit, by=BY, at=AT).number == 1


def test_each_write_is_one_event(unit: Unit) -> None:
    version = approved(unit)
    draft = begin_draft(unit, by=BY, at=AT)
    remove_item(draft.items.get(), by=BY, at=AT)

    actions = list(
        Event.objects.order_by("sequence").values_list("action", "target_id")
    )

    key = f"lyg-hbj/{version.number}"
    assert actions == [
        ("catalogue.begin_draft", key),
        ("catalogue.take_items", key),
        ("catalogue.propose_date", key),
        ("catalogue.approve", key),
        ("catalogue.begin_draft", "lyg-hbj/2"),
        ("catalogue.remove_item", "lyg-hbj/2"),
    ]


def test_a_comparison_shows_added_removed_and_changed_fields(unit: Unit) -> None:
    first = approved(unit)
    draft = begin_draft(unit, by=BY, at=AT)
    change_item(
        draft.items.get(),
        replace(LICENCE, display_years=3),
        by=BY,
        at=AT,
    )
    penalty = ItemValues(kind="penalty", code="JS320700HB-CF-0001", name="超标排放")
    add_item(draft, penalty, by=BY, at=AT)

    forth, back = compare(first, draft), compare(draft, first)

    assert [item.code for item in forth.added] == [penalty.code]
    assert [item.code for item in back.removed] == [penalty.code]
    assert [change.fields for change in forth.changed] == [
        [FieldChange(name="display_years", before=None, after=3)]
    ]
