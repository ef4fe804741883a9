"""Warnings that somebody of the unit must explain."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.domain.lifecycle import State
from gongshi.intake.models import Batch
from gongshi.intake.queries import batches_to_explain
from gongshi.publication.actions_life import correct
from gongshi.records.models import ProposedCorrection, Record
from gongshi.review.actions import (
    CannotReview,
    Hold,
    defer_unpublished,
    release,
)
from gongshi.validation.actions import CannotConfirm, confirm_warnings
from gongshi.validation.models import Confirmation
from gongshi.validation.queries import unconfirmed
from tests.factories import AT, BY, REVIEWER, MembershipFactory, UnitFactory
from tests.office.desk import checked_batch, licence_file, published_batch

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LATE = {"decision_date": "2016/01/05"}
PLACEHOLDER = {"credit_code": "00000000000000000X"}
REASON = "系统切换，迟报已向信用办说明"


@pytest.fixture
def unit() -> Unit:
    """Return a unit."""
    return UnitFactory.create()


@pytest.fixture
def late(unit: Unit) -> Batch:
    """Return a batch whose row 3 came late, of two."""
    return checked_batch(unit, licence_file({}, LATE))


def test_late_row_wants_a_reason(late: Batch) -> None:
    assert late.to_confirm == {"late": 1}
    assert unconfirmed(late) == ["late"]


def test_only_the_record_with_the_warning_wants_a_reason(late: Batch) -> None:
    records = {record.row_number: record for record in Record.objects.of_batch(late.pk)}

    assert unconfirmed(records[2]) == []
    assert unconfirmed(records[3]) == ["late"]


def test_warning_of_a_row_that_went_back_wants_none(unit: Unit) -> None:
    batch = checked_batch(unit, licence_file(LATE | {"authority": None}))

    assert unconfirmed(batch) == []


def test_warning_that_needs_no_reason_wants_none(unit: Unit) -> None:
    batch = checked_batch(unit, licence_file({"decision_number": "连环审【2016】1号"}))

    assert batch.rule_counts == {"warning bracket-form": 1}
    assert unconfirmed(batch) == []


def test_confirmed_warning_is_kept_with_reason_and_name(late: Batch) -> None:
    assert confirm_warnings(late, "late", f"  {REASON} ", by=BY, at=AT)

    kept = Confirmation.objects.get()
    assert (kept.reason, kept.count, kept.confirmed_by) == (REASON, 1, "li")
    assert unconfirmed(late) == []
    assert unconfirmed(Record.objects.get(batch_id=late.pk, row_number=3)) == []  #


def test_confirming_is_one_event(late: Batch) -> None:
    confirm_warnings(late, "late", REASON, by=BY, at=AT)

    event = Event.objects.get(action="validation.confirm_warnings")
    assert event.target_id == str(late.pk)
    assert REASON in event.details


def test_first_reason_stands(late: Batch) -> None:
    confirm_warnings(late, "late", REASON, by=BY, at=AT)

    assert not confirm_warnings(late, "late", "另一理由", by=BY, at=AT)
    assert Confirmation.objects.get().reason == REASON


@pytest.mark.parametrize(
    ("code", "reason", "refusal"),
    [
        ("late", " \n", "no-reason"),
        ("late", "长" * 501, "too-long"),
        ("name-code-mismatch", REASON, "nothing-to-confirm"),
        ("no-such-rule", REASON, "nothing-to-confirm"),
    ],
)
def test_confirmation_without_sense_is_refused(
    late: Batch, code: str, reason: str, refusal: str
) -> None:
    with pytest.raises(CannotConfirm) as error:
        confirm_warnings(late, code, reason, by=BY, at=AT)

    assert error.value.code == refusal


def _confirmation(batch: Batch, reason: str = REASON) -> Confirmation:
    return Confirmation(
        batch=batch, code="late", reason=reason, count=1, confirmed_by="li",
        confirmed_at=AT,
    )  # fmt: skip


def test_rule_is_confirmed_once_per_batch(late: Batch) -> None:
    _confirmation(late).save()

    with (
        transaction.atomic(),
        pytest.raises(IntegrityError, match=r"warning_confirmed_once|UNIQUE"),
    ):
        _confirmation(late).save()


def test_confirmation_has_a_reason(late: Batch) -> None:
    with (
        transaction.atomic(),
        pytest.raises(IntegrityError, match="warning_confirmed_with_reason"),
    ):
        _confirmation(late, reason="").save()


def test_name_that_the_registry_knows_otherwise_wants_a_reason(unit: Unit) -> None:
    checked_batch(unit, licence_file({}))

    renamed = checked_batch(
        unit, licence_file({"subject_name": "连云港海州商贸有限公司"})
    )

    assert renamed.to_confirm == {"name-code-mismatch": 1}


def test_deferred_record_with_a_warning_is_released_once_it_is_explained(
    late: Batch,
) -> None:
    record = Record.objects.get(batch_id=late.pk, row_number=3)
    hold = Hold(code="privacy", reason="核实", until=date(2016, 3, 31))
    defer_unpublished(record, hold=hold, by=REVIEWER, at=AT)

    with pytest.raises(CannotReview) as refused:
        release(record, by=REVIEWER, at=AT, secrecy_checked=True)
    confirm_warnings(late, "late", REASON, by=BY, at=AT)
    release(record, by=REVIEWER, at=AT, secrecy_checked=True)

    assert refused.value.code == "unconfirmed"
    assert record.state == State.APPROVED


def test_correction_with_a_warning_is_taken_over_once_it_is_explained(
    unit: Unit,
) -> None:
    published_batch(unit, licence_file({}))
    later = checked_batch(unit, licence_file(PLACEHOLDER))
    correction = ProposedCorrection.objects.get()

    with pytest.raises(CannotReview) as refused:
        correct(correction, by=REVIEWER, at=AT, secrecy_checked=True)
    confirm_warnings(later, "placeholder-code", REASON, by=BY, at=AT)

    assert refused.value.code == "unconfirmed"
    assert correct(correction, by=REVIEWER, at=AT, secrecy_checked=True) is not None


def test_enterer_is_asked_for_the_reason_of_a_correction_until_it_is_decided(
    unit: Unit,
) -> None:
    enterer = MembershipFactory.create(unit=unit).user
    published_batch(unit, licence_file({}))
    later = checked_batch(unit, licence_file(PLACEHOLDER))
    asked = batches_to_explain(enterer, limit=8)

    ProposedCorrection.objects.update(state="refused", decided_by="wang")

    assert asked == [later]
    assert batches_to_explain(enterer, limit=8) == []
