"""What the tables of the public store refuse, by the names of their constraints."""

import pytest
from django.db import IntegrityError

from gongshi.portal.actions import apply_changes
from gongshi.portal.models import (
    PublishedItem,
    PublishedRecord,
    PublishedUnit,
    Tally,
    Tombstone,
)
from tests.portal.changes import change, withdrawal
from tests.portal.told_units import told_unit

pytestmark = pytest.mark.django_db(databases=["portal"])


def test_record_is_of_a_known_level() -> None:
    apply_changes([change(1)])

    with pytest.raises(IntegrityError, match="published_record_level_known"):
        PublishedRecord.objects.using("portal").update(unit_level="galaxy")


def test_unit_is_of_a_known_level() -> None:
    apply_changes([told_unit(1)])

    with pytest.raises(IntegrityError, match="published_unit_level_known"):
        PublishedUnit.objects.using("portal").update(level="galaxy")


def test_item_is_of_a_known_kind() -> None:
    apply_changes([told_unit(1)])

    assert PublishedItem.objects.using("portal").exists()
    with pytest.raises(IntegrityError, match="published_item_kind_known"):
        PublishedItem.objects.using("portal").update(kind="levy")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"person": "animal"}, "tombstone_person_known"),
        ({"operation": "publish"}, "tombstone_operation_known"),
    ],
)
def test_tombstone_keeps(values: dict[str, str], constraint: str) -> None:
    apply_changes([change(1), withdrawal(2, record=1)])

    with pytest.raises(IntegrityError, match=constraint):
        Tombstone.objects.using("portal").update(**values)


def test_tally_is_never_negative() -> None:
    apply_changes([change(1)])

    assert Tally.objects.using("portal").exists()
    with pytest.raises(IntegrityError, match="published_tally_not_negative"):
        Tally.objects.using("portal").update(records=-1)
