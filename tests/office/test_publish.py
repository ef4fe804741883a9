"""The approval of a batch, from the tick and the click to the public page."""

import pytest
from django.test import Client

from gongshi.accounts.models import Unit, User
from gongshi.intake.models import Batch, BatchState
from gongshi.publication.tasks import publish_batch
from gongshi.records.models import Record
from tests.factories import AT, BatchFactory
from tests.office.desk import (
    WRONG_CODE,
    address,
    checked_batch,
    licence_file,
    page_of,
    published_batch,
    queued,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


TICKED = {"secrecy_checked": "yes"}


def _click(browser: Client, batch: Batch) -> None:
    response = browser.post(f"{address(batch)}approve", TICKED)
    assert response.status_code == 302
    assert response.headers["Location"] == address(batch)


def test_button_names_the_number_of_rows_that_it_publishes(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}, {}, WRONG_CODE, {"use_scope": "2"}))

    page = page_of(browser, address(batch))

    assert f'action="{address(batch)}approve" method="post"' in page
    assert "Approve and publish 2 rows" in page


def test_click_hands_the_batch_to_the_worker(
    browser: Client, officer: User, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}))

    _click(browser, batch)

    batch.refresh_from_db()
    assert (batch.state, batch.published_by) == (
        BatchState.PUBLISHING,
        officer.username,
    )
    assert queued() == ["publish_batch"]


def test_second_click_changes_nothing(browser: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file({}))

    _click(browser, batch)
    _click(browser, batch)

    assert queued() == ["publish_batch"]


def test_page_waits_while_it_is_published_and_then_leads_to_the_public_site(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}, WRONG_CODE))
    _click(browser, batch)
    waiting = page_of(browser, address(batch))

    publish_batch.func(str(batch.pk))

    done = page_of(browser, address(batch))
    assert "?from=publishing" in waiting
    assert "1 row is being published." in waiting
    assert "1 row is public" in done
    assert 'class="btn btn-outline-primary" href="/"' in done
    assert 'href="/search"' in done
    assert "/approve" not in done
    assert "hx-trigger" not in done


def test_only_good_rows_are_published(browser: Client, unit: Unit) -> None:
    batch = published_batch(
        unit, licence_file({}, WRONG_CODE, {"decision_number": "连环审〔2016〕99号"})
    )

    published = Record.objects.of_batch(batch.pk).filter(state="published")
    assert [record.row_number for record in published] == [2, 4]
    assert "2 rows are public" in page_of(browser, address(batch))


def test_a_batch_without_good_rows_has_no_button(browser: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file(WRONG_CODE))

    page = page_of(browser, address(batch))

    assert "/approve" not in page
    assert "This batch has nothing to publish." in page


@pytest.mark.parametrize("state", [BatchState.RECEIVED, BatchState.CHECKING])
def test_a_batch_that_is_not_checked_is_not_published(
    browser: Client, unit: Unit, state: BatchState
) -> None:
    batch = BatchFactory.create(unit=unit, state=state)

    response = browser.post(f"{address(batch)}approve", TICKED, follow=True)

    batch.refresh_from_db()
    assert batch.state == state
    assert (
        "Only a batch that was checked can be published." in response.content.decode()
    )
    assert queued() == []


def test_publishing_needs_a_post_with_the_pages_token(
    browser: Client, officer: User, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}))
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(officer)

    assert browser.get(f"{address(batch)}approve").status_code == 405
    assert careful.post(f"{address(batch)}approve", TICKED).status_code == 403
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED


def test_without_the_secrecy_check_nothing_is_published(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}))

    response = browser.post(f"{address(batch)}approve", follow=True)

    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED
    assert "secrecy check" in response.content.decode()
    assert queued() == []


def test_nobody_approves_what_they_sent(
    browser: Client, officer: User, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}), by=officer.username)

    page = page_of(browser, address(batch))
    response = browser.post(f"{address(batch)}approve", TICKED, follow=True)

    batch.refresh_from_db()
    assert "/approve" not in page
    assert "waits for a reviewer other than you" in page
    assert "Nobody reviews what they entered." in response.content.decode()
    assert batch.state == BatchState.CHECKED


def test_enterer_sees_that_a_reviewer_is_needed_and_cannot_approve(
    enterer: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}))

    assert "/approve" not in page_of(enterer, address(batch))
    assert enterer.post(f"{address(batch)}approve", TICKED).status_code == 403


def test_reviewers_name_and_the_time_of_the_secrecy_check_are_kept(
    reviewer: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}))
    _click(reviewer, batch)

    publish_batch.func(str(batch.pk))

    record = Record.objects.get()
    assert record.entered_by == "li"
    assert record.reviewed_by == record.secrecy_checked_by == "reviewer"
    assert record.approved_at == record.secrecy_checked_at == AT


def test_batch_that_only_replaces_returned_records_can_be_approved(
    reviewer: Client, unit: Unit
) -> None:
    checked_batch(unit, licence_file({}))
    Record.objects.update(state="returned")
    batch = checked_batch(unit, licence_file({"remarks": "补正"}))

    page = page_of(reviewer, address(batch))
    _click(reviewer, batch)
    publish_batch.func(str(batch.pk))

    assert "Approve and publish 1 row" in page
    assert "First deadline" in page
    assert Record.objects.get().state == "published"
