"""Workbooks show no personal data, save to who may see it, for a reason, with a trace."""

from io import BytesIO

import openpyxl
import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from gongshi.accounts.models import Role, Unit
from gongshi.audit.models import Event
from gongshi.audit.queries import details_of
from gongshi.intake.models import Batch
from gongshi.validation.models import Finding
from tests.factories import MembershipFactory
from tests.office.desk import WRONG_CODE, address, checked_batch, licence_file, page_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

NUMBER = "320703198001010015"
MOBILE = "13812345678"
PERSON = {"resident_id": NUMBER, "remarks": f"联系电话{MOBILE}"}
WHY = {"kind": "correction", "reason": "更正退回的行"}


@pytest.fixture
def batch(unit: Unit) -> Batch:
    """Return a checked batch with a good row and a bad one, both with personal data."""
    return checked_batch(unit, licence_file(PERSON, PERSON | WRONG_CODE))


def reader(batch: Batch, role: Role) -> Client:
    """Return the browser of somebody with a role in the batch's unit."""
    client = Client()
    client.force_login(MembershipFactory.create(unit=batch.unit, role=role).user)
    return client


def texts(response: HttpResponseBase) -> str:
    """Return every text of a workbook, those of its comments too."""
    assert response.status_code == 200
    book = openpyxl.load_workbook(BytesIO(b"".join(response)))
    cells = [cell for sheet in book for row in sheet for cell in row]
    return "\n".join(f"{c.value} {c.comment.text if c.comment else ''}" for c in cells)


def taken() -> list[Event]:
    """Return the events of workbooks that were taken in full."""
    return list(Event.objects.filter(action="validation.take_unmasked"))


@pytest.mark.parametrize(
    "role", [Role.ENTERER, Role.REVIEWER, Role.AUDITOR, Role.CENTRE]
)
def test_marked_workbook_is_masked_whoever_takes_it(batch: Batch, role: Role) -> None:
    found = texts(reader(batch, role).get(f"{address(batch)}workbook"))

    assert "3207**************" in found
    assert NUMBER not in found
    assert MOBILE not in found
    assert taken() == []


def test_marked_workbook_in_full_asks_for_a_reason_first(batch: Batch) -> None:
    browser = reader(batch, Role.ENTERER)

    page = page_of(browser, f"{address(batch)}workbook?unmasked=1")
    refused = browser.post(f"{address(batch)}workbook", WHY | {"reason": ""})

    assert 'name="reason"' in page
    assert refused.status_code == 422
    assert taken() == []


def test_reason_is_not_given_beforehand(batch: Batch) -> None:
    page = page_of(reader(batch, Role.REVIEWER), f"{address(batch)}workbook?unmasked=1")

    assert " selected" not in page.split('id="id_kind"')[1].split("</select>")[0]
    assert 'name="reason" value=""' in page


def test_rows_to_correct_choose_the_kind_of_reason_and_leave_its_words(
    batch: Batch,
) -> None:
    page = page_of(reader(batch, Role.ENTERER), f"{address(batch)}to-correct")

    assert '<option value="correction" selected>' in page
    assert 'name="reason" value=""' in page


def test_marked_workbook_in_full_is_an_event_without_a_value(batch: Batch) -> None:
    found = texts(reader(batch, Role.ENTERER).post(f"{address(batch)}workbook", WHY))

    assert NUMBER in found
    (event,) = taken()
    assert (event.target_id, event.reason, event.role) == (
        str(batch.pk),
        "更正退回的行",
        "enterer",
    )
    assert details_of(event) == {
        "kind": "correction",
        "fields": ["resident_id", "remarks"],
    }
    assert NUMBER not in event.details + event.changes + event.reason


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CENTRE, Role.UNIT_ADMIN])
def test_workbook_in_full_is_for_those_who_enter_and_review(
    batch: Batch, role: Role
) -> None:
    browser = reader(batch, role)

    assert browser.get(f"{address(batch)}workbook?unmasked=1").status_code == 403
    assert browser.post(f"{address(batch)}workbook", WHY).status_code == 403
    assert "unmasked=1" not in page_of(browser, address(batch))
    assert taken() == []


def test_rows_to_correct_with_personal_data_need_a_reason(batch: Batch) -> None:
    browser = reader(batch, Role.ENTERER)

    page = page_of(browser, f"{address(batch)}to-correct")
    found = texts(browser.post(f"{address(batch)}to-correct", WHY))

    assert NUMBER not in page
    assert NUMBER in found
    assert [event.reason for event in taken()] == ["更正退回的行"]


def test_rows_to_correct_without_personal_data_are_sent_at_once(unit: Unit) -> None:
    nobody = {"resident_id": None, "remarks": None}
    batch = checked_batch(unit, licence_file(nobody, nobody | WRONG_CODE))

    response = reader(batch, Role.ENTERER).get(f"{address(batch)}to-correct")

    assert "连环审" in texts(response)
    assert taken() == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CENTRE, Role.REVIEWER])
def test_rows_to_correct_are_for_those_who_enter(batch: Batch, role: Role) -> None:
    assert reader(batch, role).get(f"{address(batch)}to-correct").status_code == 403


def test_number_in_the_wrong_column_is_masked_where_it_is_found(unit: Unit) -> None:
    batch = checked_batch(unit, licence_file({"credit_code": NUMBER}))

    page = page_of(reader(batch, Role.AUDITOR), address(batch))

    values = list(Finding.objects.values_list("value", flat=True))
    assert "3207**************" in values
    assert NUMBER not in "".join(values)
    assert NUMBER not in page
