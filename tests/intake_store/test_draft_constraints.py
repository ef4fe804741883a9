"""What the table of drafts refuses, whoever writes to it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from gongshi.intake.models import Draft
from tests.factories import AT, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_draft_is_not_saved_before_it_was_begun() -> None:
    unit = UnitFactory.create()
    user = UserFactory.create(unit=unit)

    with pytest.raises(IntegrityError, match="draft_saved_after_start"):
        Draft.objects.create(
            owner=user,
            unit=unit,
            form="jiangsu-2016/licence/any",
            started_at=AT,
            saved_at=AT - timedelta(seconds=1),
            sealed=b"",
        )
