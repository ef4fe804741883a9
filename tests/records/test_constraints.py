"""What the tables of records refuse, whoever writes to them."""

from typing import Any

import pytest
from django.db import IntegrityError

from gongshi.domain.lifecycle import State
from tests.factories import (
    AT,
    ProposedCorrectionFactory,
    RecordFactory,
    RecordVersionFactory,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

PUBLISHED = {
    "state": State.PUBLISHED,
    "published_at": AT,
    "published_on": AT.date(),
}


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "wish"}, "record_kind_known"),
        ({"person": "any"}, "record_person_known"),
        ({"state": "lost"}, "record_state_known"),
        ({"version": 0}, "record_version_positive"),
        ({"state": State.NOT_PUBLIC}, "record_not_public_has_reason"),
        ({"state": State.PUBLISHED}, "record_published_is_public"),
        (
            PUBLISHED | {"not_public_reason": "minor-subject"},
            "record_published_is_public",
        ),
        (PUBLISHED | {"published_on": None}, "record_published_is_public"),
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
