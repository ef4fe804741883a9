"""A record corrected in its form: comments beside fields, withheld values kept."""

import json
import re
from uuid import uuid4

import pytest
from django.test import Client

from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.audit.models import Event
from gongshi.domain.lifecycle import State
from gongshi.records.models import ProposedCorrection, Record, RecordVersion
from gongshi.records.queries import withheld_values
from gongshi.review.actions import Comment, return_record
from gongshi.review.models import Notice, NoticeKind
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
    own = {
        "decision_number": record.decision_number,
        "remarks": "旧",
        "version": str(record.version),
    }
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


NEW_NUMBER = "连环审〔2016〕99号"


def test_other_number_is_asked_about_and_taken_for_nothing_yet(
    browser: Client, returned: Record
) -> None:
    response = browser.post(
        address(returned), sent(returned, decision_number=NEW_NUMBER)
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "This is another decision now" in page
    assert f"<ins>{NEW_NUMBER}</ins>" in page
    assert 'name="another"' in page
    assert Record.objects.get().state == State.RETURNED


def test_typing_another_name_is_told_about_at_once(
    browser: Client, returned: Record
) -> None:
    other = sent(returned, subject_name="连云港另一家有限公司")

    told = browser.post(f"{address(returned)}check", other).content.decode()
    same = browser.post(f"{address(returned)}check", sent(returned)).content.decode()

    assert "This is another decision now" in told
    assert "This is another decision now" not in same


def test_meant_as_another_record_it_is_one_and_the_wrong_one_is_closed(
    browser: Client, returned: Record
) -> None:
    values = sent(returned, decision_number=NEW_NUMBER, another="yes")

    response = browser.post(address(returned), values, follow=True)

    assert "handed in as another record" in response.content.decode()
    new = Record.objects.get(decision_number=NEW_NUMBER)
    old = Record.objects.get(pk=returned.pk)
    assert new.state == State.CHECKED
    assert withheld_values(new)["resident_id"] == "320703198001010015"
    assert (old.state, old.not_public_reason) == (State.NOT_PUBLIC, "replaced")
    assert NEW_NUMBER in old.hold_reason
    assert NEW_NUMBER in old.comments.latest("pk").text
    assert Event.objects.filter(action="review.replace").count() == 1


def test_who_approved_the_wrong_record_is_told_to_withdraw_it(
    browser: Client, returned: Record
) -> None:
    Record.objects.filter(pk=returned.pk).update(
        state=State.APPROVED, reviewed_by="wang", approved_at=AT,
        secrecy_checked_by="wang", secrecy_checked_at=AT,
    )  # fmt: skip

    browser.post(
        address(returned), sent(returned, decision_number=NEW_NUMBER, another="yes")
    )

    assert Record.objects.get(pk=returned.pk).state == State.APPROVED
    assert Record.objects.filter(decision_number=NEW_NUMBER).exists()
    notice = Notice.objects.get(kind=NoticeKind.REPLACED)
    assert (notice.recipient, notice.record_id) == ("wang", returned.pk)


def test_withdrawn_record_and_another_units_have_no_form(
    browser: Client, returned: Record
) -> None:
    other = RecordFactory.create()
    Record.objects.filter(pk=returned.pk).update(
        state=State.NOT_PUBLIC, not_public_reason="x"
    )

    assert browser.get(address(returned)).status_code == 404
    assert browser.get(address(other)).status_code == 404


def test_correction_whose_number_cannot_be_read_is_handed_in(
    browser: Client, returned: Record
) -> None:
    values = sent(returned, decision_number="\u200b", another="yes")

    assert browser.post(address(returned), values).status_code == 302


def test_correction_of_what_was_corrected_meanwhile_shows_both(
    browser: Client, enterer: Client, returned: Record
) -> None:
    enterer.post(address(returned), sent(returned, remarks="甲改"))

    refused = browser.post(address(returned), sent(returned, remarks="乙改"))

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "<del>旧</del>" in page
    assert "<ins>甲改</ins>" in page
    assert re.search(r"乙改</textarea>|value=\"乙改\"", page)
    assert json.loads(Record.objects.get().content)["remarks"] == "甲改"


def test_correction_is_handed_in_again_after_the_other_was_seen(
    browser: Client, enterer: Client, returned: Record
) -> None:
    enterer.post(address(returned), sent(returned, remarks="甲改"))
    refused = browser.post(address(returned), sent(returned, remarks="乙改"))
    seen = re.search(r'name="version" value="(\d+)"', refused.content.decode())
    assert seen is not None

    again = sent(returned, remarks="乙改", version=seen.group(1))
    taken = browser.post(address(returned), again)

    record = Record.objects.get()
    assert (taken.status_code, record.version) == (302, 3)
    assert json.loads(record.content)["remarks"] == "乙改"


def test_correction_sent_twice_by_one_form_is_no_other_persons(
    browser: Client, returned: Record
) -> None:
    values = sent(returned, remarks="新", draft=str(uuid4()))

    statuses = [browser.post(address(returned), values).status_code for _ in "12"]

    assert statuses == [302, 302]
    assert Record.objects.get().version == 2
