"""The pages of a batch that is confirmed and corrected, and the list by unit."""

from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from gongshi.accounts.models import Role, Unit, User
from gongshi.intake.models import BatchState
from gongshi.validation.models import Confirmation
from tests.factories import BatchFactory, MembershipFactory, UnitFactory
from tests.office.desk import (
    WRONG_CODE,
    address,
    checked_batch,
    licence_file,
    page_of,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LATE = {"decision_date": "2016/01/05"}


def test_batch_offers_the_rows_to_correct(browser: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file({}, WRONG_CODE))
    why = {"kind": "correction", "reason": "更正退回的行"}

    response = browser.post(f"{address(batch)}to-correct", why)

    assert f"{address(batch)}to-correct" in page_of(browser, address(batch))
    sent = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert load_workbook(BytesIO(sent)).worksheets[0].max_row == 2


def test_who_may_not_enter_is_not_told_to_send_rows_again(
    reviewer: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}, WRONG_CODE), by="wang")

    assert "Correct and send again" not in page_of(reviewer, address(batch))


def test_batch_without_bad_rows_leads_back(browser: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file({}))

    response = browser.get(f"{address(batch)}to-correct")

    assert response.headers["Location"] == address(batch)


def test_reason_is_asked_for_and_kept(browser: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file(LATE))
    asked = page_of(browser, address(batch))

    browser.post(f"{address(batch)}confirm", {"code": "late", "reason": "补报"})

    assert 'name="reason"' in asked
    told = page_of(browser, address(batch))
    assert 'name="reason"' not in told
    assert "补报" in told
    assert Confirmation.objects.get().confirmed_by


def test_reviewer_reads_why_a_batch_cannot_be_approved_and_whom_to_ask(
    browser: Client, reviewer: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file(LATE, {}), by="wang")

    told = page_of(reviewer, address(batch))
    asked = page_of(browser, address(batch))
    browser.post(f"{address(batch)}confirm", {"code": "late", "reason": "补报"})
    after = page_of(reviewer, address(batch))

    assert "This batch cannot be approved yet." in told
    assert "Ask wang, who sent it" in told
    assert 'name="secrecy_checked"' not in told
    assert "Write for each below why it is right" in asked
    assert "cannot be approved yet" not in after
    assert 'name="secrecy_checked"' in after


def test_refusal_is_said_in_words(browser: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file(LATE))

    page = browser.post(
        f"{address(batch)}confirm", {"code": "late", "reason": " "}, follow=True
    )

    assert "Say why the warnings are right" in page.content.decode()
    assert not Confirmation.objects.exists()


def test_reviewer_does_not_confirm_for_the_unit(stranger: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file(LATE))
    reviewer = MembershipFactory.create(
        user__unit=unit, unit=unit, role=Role.REVIEWER
    ).user
    stranger.force_login(reviewer)

    response = stranger.post(
        f"{address(batch)}confirm", {"code": "late", "reason": "x"}
    )

    assert response.status_code == 403


def test_other_units_batch_is_not_confirmed(browser: Client) -> None:
    batch = checked_batch(UnitFactory.create(), licence_file(LATE))

    response = browser.post(f"{address(batch)}confirm", {"code": "late", "reason": "x"})

    assert response.status_code == 404


def test_list_is_narrowed_by_unit_and_state(
    browser: Client, officer: User, unit: Unit
) -> None:
    other = UnitFactory.create()
    MembershipFactory.create(user=officer, unit=other, role=Role.ENTERER)
    BatchFactory.create(unit=unit, name="甲.xlsx")
    BatchFactory.create(unit=other, name="乙.xlsx")
    BatchFactory.create(unit=other, name="丙.xlsx", state=BatchState.CHECKED)

    by_unit = page_of(browser, f"/office/batches/?unit={other.code}")
    by_both = page_of(browser, f"/office/batches/?unit={other.code}&state=checked")
    of_nobody = page_of(browser, "/office/batches/?unit=nobody&state=odd")

    assert ("甲" in by_unit, "乙" in by_unit, "丙" in by_unit) == (False, True, True)
    assert ("乙.xlsx" in by_both, "丙.xlsx" in by_both) == (False, True)
    assert of_nobody.count('class="batch-link"') == 3
