"""Drafts whose key is gone: said in the list and at the form, and kept as they are."""

import pytest
from django.conf import LazySettings
from django.test import Client

from gongshi.accounts.models import Unit
from gongshi.intake.models import Draft
from tests.office.desk import page_of
from tests.office.filled import FORM, save, typed

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

ANOTHER = (("another", bytes(32)),)
SAYS = "ts key is missing"


@pytest.mark.parametrize("address", ["/office/drafts/", "/office/records/new/"])
def test_draft_without_its_key_is_named_beside_those_that_open(
    browser: Client, unit: Unit, settings: LazySettings, address: str
) -> None:
    save(browser, typed(unit, decision_number="连审〔2016〕1号"))
    settings.FIELD_KEYS = (*ANOTHER, *settings.FIELD_KEYS[1:])
    save(browser, typed(unit, decision_number="连审〔2016〕2号"))

    page = page_of(browser, address)

    assert page.count(SAYS) == 1
    assert "连审〔2016〕2号" in page


def test_draft_without_its_key_is_not_opened_and_stays(
    browser: Client, unit: Unit, settings: LazySettings
) -> None:
    draft = save(browser, typed(unit, resident_id="320703198001010015"))
    settings.FIELD_KEYS = ANOTHER

    opened = browser.get(f"{FORM}?draft={draft.pk}")
    handed_in = browser.post(
        FORM,
        typed(unit, draft=str(draft.pk), kept="resident_id") | {"action": "hand-in"},
    )

    assert (opened.status_code, handed_in.status_code) == (503, 503)
    assert SAYS in opened.content.decode()
    assert Draft.objects.get().sealed == draft.sealed
