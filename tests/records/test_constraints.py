"""What the tables of records refuse, whoever writes to them."""

from typing import Any

import pytest
from django.db import IntegrityError

from gongshi.domain.lifecycle import State
from gongshi.records.models import RecordMark
from tests.factories import (
    AT,
    ProposedCorrectionFactory,
    RecordFactory,
    RecordVersionFactory,
    standing_as,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

PUBLISHED = standing_as(State.PUBLISHED)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "wish"}, "record_kind_known"),
        ({"person": "any"}, "record_person_known"),
        ({"state": "lost"}, "record_state_known"),
        ({"version": 0}, "record_version_positive"),
        ({"state": State.NOT_PUBLIC}, "record_not_public_has_reason"),
        (
            PUBLISHED | {"published_at": None},
            "record_published_is_public",
        ),
        (
            PUBLISHED | {"not_public_reason": "minor-subject"},
            "record_published_is_public",
        ),
        (PUBLISHED | {"published_on": None}, "record_published_is_public"),
        ({"entered_by": ""}, "record_entered_by_somebody"),
        (PUBLISHED | {"reviewed_by": "li"}, "record_reviewed_by_another"),
        (PUBLISHED | {"reviewed_by": ""}, "record_public_was_reviewed"),
        (PUBLISHED | {"approved_at": None}, "record_public_was_reviewed"),
        (PUBLISHED | {"secrecy_checked_by": ""}, "record_public_was_secrecy_checked"),
        (PUBLISHED | {"secrecy_checked_at": None}, "record_public_was_secrecy_checked"),
        (
            standing_as(State.APPROVED) | {"reviewed_by": "li"},
            "record_reviewed_by_another",
        ),
        ({"state": State.DEFERRED, "hold_reason": "因"}, "record_deferred_until_a_day"),
        (
            {"state": State.DEFERRED, "hold_until": AT.date()},
            "record_deferred_until_a_day",
        ),
        (
            standing_as(State.WITHDRAWN) | {"removal_reason": ""},
            "record_removed_for_a_reason",
        ),
        (
            standing_as(State.ENDED) | {"removal_code": ""},
            "record_removed_for_a_reason",
        ),
        (PUBLISHED | {"withdraw_by": AT.date()}, "record_withdrawn_when_revoked"),
    ],
)
def test_record_keeps(values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        RecordFactory.create(**values)


def test_row_of_a_batch_lands_once() -> None:
    record = RecordFactory.create()

    with pytest.raises(IntegrityError, match=r"record_row_lands_once|row_number"):
        RecordFactory.create(batch_id=record.batch_id)


def test_version_of_a_record_is_kept_once() -> None:
    version = RecordVersionFactory.create()

    with pytest.raises(IntegrityError, match=r"record_version_unique|version"):
        RecordVersionFactory.create(record=version.record)


def test_correction_is_proposed_once_per_row() -> None:
    proposal = ProposedCorrectionFactory.create()

    with pytest.raises(IntegrityError, match=r"correction_proposed_once|row_number"):
        ProposedCorrectionFactory.create(
            record=proposal.record, batch_id=proposal.batch_id
        )


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "lost"}, "correction_state_known"),
        ({"entered_by": "", "decided_by": "w"}, "correction_entered_by_somebody"),
        ({"decided_by": "li"}, "correction_decided_by_another"),
    ],
)
def test_correction_keeps(values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        ProposedCorrectionFactory.create(**values)


def _mark(**values: object) -> RecordMark:
    defaults = {"kind": "disputed", "on": AT.date(), "reason": "不服"}
    noted = {"noted_by": "wang", "noted_at": AT}
    return RecordMark.objects.create(**(defaults | noted | values))


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "corrected"}, "record_mark_kind_known"),
        ({"reason": ""}, "record_mark_has_reason"),
    ],
)
def test_mark_keeps(values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        _mark(record=RecordFactory.create(), **values)


def test_mark_of_a_kind_is_open_once_and_may_return_when_settled() -> None:
    record = RecordFactory.create()
    _mark(record=record, settled_at=AT)
    _mark(record=record)

    with pytest.raises(IntegrityError, match=r"record_mark_open_once|recordmark"):
        _mark(record=record)
