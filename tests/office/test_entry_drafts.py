"""Drafts of the form: kept sealed, opened again, bounded, their owner's alone."""

import re
from collections.abc import Mapping

import pytest
from django.test import Client

from gongshi.accounts.models import Role, Unit, User
from gongshi.intake.actions_drafts import MOST_DRAFTS, draft_values, reseal_drafts
from gongshi.intake.models import Draft
from tests.factories import (
    AT,
    LICENCE,
    MembershipFactory,
    UserFactory,
)
from tests.office.desk import page_of
from tests.office.filled import FORM, post, save, typed

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def test_draft_is_kept_sealed_and_opened_again(browser: Client, unit: Unit) -> None:
    data = typed(unit)
    draft = save(browser, data)
    save(browser, data | {"remarks": "再改"})
    draft.refresh_from_db()

    page = page_of(browser, f"{FORM}?draft={draft.pk}")

    assert Draft.objects.count() == 1
    assert b"320703198001010015" not in bytes(draft.sealed)
    assert draft_values(draft)["remarks"] == "再改"
    assert re.search(r'id="f-resident_id"[^>]*value=""', page)
    assert data["decision_number"] in page_of(browser, "/office/drafts/")


def test_handing_in_ends_the_draft(browser: Client, unit: Unit) -> None:
    data = typed(unit)
    save(browser, data)

    post(browser, data)

    assert not Draft.objects.exists()


def test_draft_is_deleted_by_its_owner_only(
    browser: Client, unit: Unit, officer: User
) -> None:
    draft = save(browser, typed(unit))
    colleague = UserFactory.create(unit=unit)
    MembershipFactory.create(user=colleague, unit=unit, role=Role.ENTERER)
    other = Client()
    other.force_login(colleague)

    refused = other.post(f"/office/drafts/{draft.pk}/delete").status_code
    unseen = other.get(f"{FORM}?draft={draft.pk}").status_code
    overwritten = other.post(f"{FORM}draft", typed(unit, draft=str(draft.pk)))
    browser.post(f"/office/drafts/{draft.pk}/delete")

    assert (refused, unseen, overwritten.status_code) == (404, 404, 409)
    assert not Draft.objects.exists()


@pytest.fixture
def full(unit: Unit, officer: User) -> None:
    """Give the officer as many drafts as one person may have."""
    Draft.objects.bulk_create(
        Draft(
            owner=officer, unit=unit, form="jiangsu-2016/licence/", started_at=AT,
            saved_at=AT, sealed=b"",
        )
        for _ in range(MOST_DRAFTS)
    )  # fmt: skip


@pytest.mark.usefixtures("full")
def test_drafts_do_not_grow_without_end(browser: Client, unit: Unit) -> None:
    assert browser.post(f"{FORM}draft", typed(unit)).status_code == 409


@pytest.mark.usefixtures("full")
def test_all_drafts_that_one_may_have_are_listed(browser: Client) -> None:
    page = page_of(browser, "/office/drafts/")

    assert page.count('<li class="draft">') == MOST_DRAFTS


@pytest.mark.usefixtures("full")
def test_draft_that_is_one_too_many_stays_on_the_page(
    browser: Client, unit: Unit
) -> None:
    page = save_by_button(browser, typed(unit, remarks="刚写"))

    assert "Not saved: you have 200 drafts." in page
    assert "刚写" in page


def test_draft_of_somebody_else_is_not_saved_and_stays_on_the_page(
    browser: Client, enterer: Client, unit: Unit
) -> None:
    data = typed(unit)
    save(enterer, data)

    page = save_by_button(browser, data | {"remarks": "刚写"})

    assert "Not saved: this draft belongs to somebody else." in page
    assert "刚写" in page


def save_by_button(browser: Client, data: Mapping[str, str]) -> str:
    """Save the form by its button where that is refused; return the page."""
    response = browser.post(FORM, {**data, "action": "save"})
    assert response.status_code == 409
    return response.content.decode()


def test_draft_opens_with_the_new_key_alone(
    browser: Client, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = ("k1", b"1" * 32), ("k2", b"2" * 32)
    monkeypatch.setattr("django.conf.settings.FIELD_KEYS", (old,))
    draft = save(browser, typed(unit))
    monkeypatch.setattr("django.conf.settings.FIELD_KEYS", (new, old))

    assert reseal_drafts() == 1

    monkeypatch.setattr("django.conf.settings.FIELD_KEYS", (new,))
    draft.refresh_from_db()
    assert draft_values(draft)["authority"] == LICENCE["authority"]
