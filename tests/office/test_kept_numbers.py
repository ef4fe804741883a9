"""A draft that is opened again keeps identity numbers and does not show them."""

import pytest
from django.test import Client

from gongshi.accounts.models import Role, Unit
from gongshi.intake.actions_drafts import draft_values
from gongshi.records.models import Record
from gongshi.records.queries import withheld_values
from tests.factories import MembershipFactory
from tests.office.desk import page_of
from tests.office.filled import FORM, check, post, save, typed

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

NUMBER = "320703198001010015"


def reopened(browser: Client, unit: Unit) -> tuple[str, dict[str, str]]:
    """Return the page of a draft that holds a number, and what it sends untouched."""
    data = typed(unit, resident_id=NUMBER, remarks="再改")
    draft = save(browser, data)
    sent = {name: text for name, text in data.items() if name != "resident_id"}
    return page_of(browser, f"{FORM}?draft={draft.pk}"), sent | {"kept": "resident_id"}


def test_reopened_draft_does_not_show_the_identity_number(
    browser: Client, unit: Unit
) -> None:
    page, _ = reopened(browser, unit)

    assert NUMBER not in page
    assert "再改" in page
    assert '<input type="hidden" name="kept" value="resident_id">' in page


def test_number_of_a_reopened_draft_is_handed_in_unseen(
    browser: Client, unit: Unit
) -> None:
    _, sent = reopened(browser, unit)

    assert NUMBER not in check(browser, sent)
    post(browser, sent)

    assert withheld_values(Record.objects.get())["resident_id"] == NUMBER


def test_number_of_a_reopened_draft_stays_when_it_is_saved_again(
    browser: Client, unit: Unit
) -> None:
    _, sent = reopened(browser, unit)

    draft = save(browser, sent)

    assert draft_values(draft)["resident_id"] == NUMBER


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"resident_id": "110105194912310026"}, "110105194912310026"),
        ({"dropped": "resident_id"}, None),
    ],
)
def test_number_of_a_reopened_draft_is_replaced_or_removed(
    browser: Client, unit: Unit, change: dict[str, str], left: str | None
) -> None:
    _, sent = reopened(browser, unit)

    draft = save(browser, sent | change)

    assert draft_values(draft).get("resident_id") == left


def test_number_that_was_typed_and_deleted_is_not_kept(
    browser: Client, unit: Unit
) -> None:
    data = typed(unit, resident_id=NUMBER)
    save(browser, data)

    draft = save(browser, {n: t for n, t in data.items() if n != "resident_id"})

    assert "resident_id" not in draft_values(draft)


def test_number_in_another_persons_draft_is_not_handed_in(
    browser: Client, unit: Unit
) -> None:
    _, sent = reopened(browser, unit)
    other = Client()
    seat = MembershipFactory.create(unit=unit, user__unit=unit, role=Role.ENTERER)
    other.force_login(seat.user)

    post(other, sent)

    assert withheld_values(Record.objects.get()) == {}
