"""Drafts of somebody who has gone to another unit: opened for it, or deleted."""

import re

import pytest
from django.test import Client

from gongshi.accounts.models import Membership, Role, Unit, User
from gongshi.audit.models import Event
from gongshi.intake.models import Batch, Draft
from tests.factories import MembershipFactory, UnitFactory
from tests.office.desk import page_of
from tests.office.filled import FORM, post, save, typed

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


@pytest.fixture
def left(browser: Client, unit: Unit, officer: User) -> Draft:
    """Return a draft of the officer, who enters for another unit by now."""
    draft = save(browser, typed(unit))
    other = UnitFactory.create(code="lyg-swj", name="连云港市商务局")
    Membership.objects.filter(user=officer).delete()
    MembershipFactory.create(user=officer, unit=other, role=Role.ENTERER)
    return draft


def test_draft_of_a_unit_that_was_left_opens_for_the_new_one(
    browser: Client, left: Draft
) -> None:
    page = page_of(browser, f"{FORM}?draft={left.pk}")

    assert "for which you enter no longer" in page
    assert re.search(r'name="unit" value="lyg-swj"', page)


def test_draft_of_a_unit_that_was_left_is_handed_in_for_the_new_one(
    browser: Client, left: Draft, unit: Unit
) -> None:
    data = typed(unit, draft=str(left.pk), unit="lyg-swj")

    save(browser, data)
    post(browser, data)

    assert Batch.objects.get().unit.code == "lyg-swj"
    assert not Draft.objects.exists()


def test_draft_of_a_unit_that_was_left_is_deleted_in_the_role_held_now(
    browser: Client, left: Draft
) -> None:
    browser.post(f"/office/drafts/{left.pk}/delete")

    event = Event.objects.get(action="intake.discard_draft")
    assert not Draft.objects.exists()
    assert (event.role, event.unit_code) == ("enterer", "lyg-swj")
