"""What the tables of findings refuse, whoever writes to them."""

import pytest
from django.db import IntegrityError

from gongshi.validation.models import Finding, FindingPart
from tests.factories import BatchFactory

pytestmark = pytest.mark.django_db


def test_finding_has_a_place_of_its_own_among_those_of_its_rule() -> None:
    batch = BatchFactory.create()
    Finding.objects.create(batch=batch, code="late", position=1, severity="error")
    Finding.objects.create(batch=batch, code="empty", position=1, severity="error")

    with pytest.raises(IntegrityError, match=r"finding_position_unique|position"):
        Finding.objects.create(batch=batch, code="late", position=1, severity="error")


def test_part_of_the_findings_has_a_place_of_its_own() -> None:
    batch = BatchFactory.create()
    FindingPart.objects.create(batch=batch, position=1, content=b"")

    with pytest.raises(IntegrityError, match=r"finding_part_position_unique|position"):
        FindingPart.objects.create(batch=batch, position=1, content=b"")
