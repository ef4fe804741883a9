"""A record corrected in its form: comments beside fields, withheld values kept."""

import json
import re

import pytest
from django.test import Client

from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.domain.lifecycle import State
from gongshi.records.models import ProposedCorrection, Record, RecordVersion
from gongshi.records.queries import withheld_values
from gongshi.review.actions import Comment, return_record
from tests.factories import AT, LICENCE, RecordFactory
from tests.office.desk import checked_batch, licence_file, page_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

REVIEWER = Actor(username="wang", role="reviewer", unit="x")


@pytest.fixture
def returned(unit: Unit) -> Record:
    """Return a record that a reviewer sent back."""
    batch = checked_batch(unit, licence_file({"remarks": "旧"}))
    record = Record.objects.get(batch_id=batch.pk)
    comments = [Comment(field="remarks", text="请写明依据"), Comment(text="请核对")]
    return_record(record, comments=comments, by=REVIEWER, at=AT)
    return record


def address(record: Record) -> str:
    """Return the address of the form."""
    return f"/office/records/{record.pk}/edit/"


def sent(record: Record, **changes: str) -> dict[str, str]:
    """Return what the form sends: nothing that is withheld."""
    values = {n: t for n, t in LICENCE.items() if t and n != "resident_id"}
    own = {"decision_number": record.decision_number, "remarks": "旧"}
    return values | own | changes


def test_form_shows_comments_and_nothing_that_is_withheld(
    browser: Client, returned: Record
) -> None:
    page = page_of(browser, address(returned))

    assert "请写明依据" in page
    assert "请核对" in page
    assert "320703198001010015" not in page
    assert re.search(r'id="f-resident_id"[^>]*value=""', page)
    assert re.search(r'id="f-authority"[^>]*value="连云港市环境保护局"', page)


def test_correction_takes_the_place_and_keeps_what_is_withheld(
    browser: Client, returned: Record
) -> None:
    response = browser.post(address(returned), sent(returned, remarks="新"))

    record = Record.objects.get()
    assert response.headers["Location"] == f"/office/records/{record.pk}/"
    assert (record.state, record.version) == (State.CHECKED, 2)
    assert json.loads(record.content)["remarks"] == "新"
    assert withheld_values(record)["resident_id"] == "320703198001010015"
    assert RecordVersion.objects.count() == 1


def test_correction_of_a_public_record_is_proposed(
    browser: Client, returned: Record
) -> None:
    Record.objects.filter(pk=returned.pk).update(
        state=State.APPROVED, reviewed_by="wang", approved_at=AT,
        secrecy_checked_by="wang", secrecy_checked_at=AT,
    )  # fmt: skip

    browser.post(address(returned), sent(returned, remarks="新"))

    proposed = ProposedCorrection.objects.get()
    assert (proposed.record_id, proposed.state) == (returned.pk, "open")
    assert Record.objects.get().version == 1


def test_wrong_correction_stays_on_the_desk(browser: Client, returned: Record) -> None:
    response = browser.post(address(returned), sent(returned, authority=""))

    assert response.status_code == 422
    assert Record.objects.get().version == 1


def test_being_held_is_no_news_while_correcting(
    browser: Client, returned: Record
) -> None:
    said = browser.post(f"{address(returned)}check", sent(returned, remarks="新"))

    assert "found-warning" not in said.content.decode()


def test_withdrawn_record_and_another_units_have_no_form(
    browser: Client, returned: Record
) -> None:
    other = RecordFactory.create()
    Record.objects.filter(pk=returned.pk).update(
        state=State.NOT_PUBLIC, not_public_reason="x"
    )

    assert browser.get(address(returned)).status_code == 404
    assert browser.get(address(other)).status_code == 404
