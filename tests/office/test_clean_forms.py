"""Forms that hold a NUL: no page takes one, as no database takes it everywhere."""

from collections.abc import Mapping

import pytest
from django.test import Client

from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.domain.lifecycle import State
from gongshi.intake.models import Batch, BatchState
from gongshi.records.models import Record
from tests.factories import public_record
from tests.office.desk import UPLOAD, address, checked_batch, form_data, licence_file
from tests.office.filled import FORM, typed

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

HOLD = {"reason_code": "privacy", "until": "2016-03-31"}


@pytest.mark.parametrize(
    ("button", "values"),
    [
        ("return", {"comment-": "a\x00b"}),
        ("return", {"comment-a\x00b": "写明依据"}),
        ("defer", HOLD | {"reason": "a\x00b"}),
        ("keep-private", HOLD | {"reason": "a\x00b"}),
        ("keep-private", {"reason_code": "a\x00b", "reason": "核实"}),
    ],
)
def test_button_of_a_record_takes_no_nul(
    reviewer: Client, unit: Unit, button: str, values: Mapping[str, str]
) -> None:
    checked_batch(unit, licence_file({}))
    record = Record.objects.get()

    status = press(reviewer, record, button, values)

    record.refresh_from_db()
    assert (status, record.state) == (400, State.CHECKED)


@pytest.mark.parametrize(
    ("button", "values"),
    [
        ("withdraw", {"reason_code": "revoked", "reason": "a\x00b"}),
        ("mark", {"mark": "disputed", "on": "2016-02-28", "reason": "a\x00b"}),
        ("settle", {"outcome": "a\x00b"}),
    ],
)
def test_button_of_a_public_record_takes_no_nul(
    reviewer: Client, unit: Unit, button: str, values: Mapping[str, str]
) -> None:
    record = public_record(unit=unit)
    before = Event.objects.count()

    assert press(reviewer, record, button, values) == 400
    assert Event.objects.count() == before


def press(
    reviewer: Client, record: Record, button: str, values: Mapping[str, str]
) -> int:
    """Press a button of the record's page; return what is answered."""
    path = f"/office/records/{record.pk}/{button}"
    return reviewer.post(path, {"version": str(record.version), **values}).status_code


def test_reason_for_warnings_holds_no_nul(browser: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file({"decision_date": "2016-01-05"}))

    sent = {"code": "late", "reason": "a\x00b"}
    refused = browser.post(f"{address(batch)}confirm", sent)

    assert refused.status_code == 400
    assert "请求无法处理" in refused.content.decode()


def test_entered_record_holds_no_nul(browser: Client, unit: Unit) -> None:
    data = typed(unit, remarks="a\x00b") | {"action": "hand-in"}

    assert browser.post(FORM, data).status_code == 400
    assert not Batch.objects.exists()


def test_file_may_hold_what_its_form_may_not(browser: Client, unit: Unit) -> None:
    in_form = browser.post(UPLOAD, form_data(unit, b"a", key="a\x00b"))
    in_file = browser.post(UPLOAD, form_data(unit, b"a\x00b"))

    assert (in_form.status_code, in_file.status_code) == (400, 302)
    assert Batch.objects.get().state == BatchState.RECEIVED
