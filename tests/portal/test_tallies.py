"""The figures stay in step with the records, whatever happens to them."""

import pytest
from django.db import IntegrityError, transaction

from gongshi.domain.feed import Operation
from gongshi.portal.actions import apply_changes
from gongshi.portal.models import MonthlyTally, Tally
from gongshi.portal.store import STORE
from tests.portal.changes import change, publish, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])


def _figures() -> dict[tuple[str, str, str], int]:
    rows = MonthlyTally.objects.using(STORE).filter(records__gt=0)
    return {(row.unit_code, row.category, row.month): row.records for row in rows}


def test_tally_counts_by_unit_category_and_month_of_publication() -> None:
    publish(
        {"unit_code": "a", "category": "核准", "published_on": "2016-03-31"},
        {"unit_code": "a", "category": "核准", "published_on": "2016-03-01"},
        {"unit_code": "a", "category": "登记", "published_on": "2016-04-01"},
        {"unit_code": "b", "category": None, "published_on": "2016-03-01"},
    )

    assert _figures() == {
        ("a", "核准", "2016-03"): 2,
        ("a", "登记", "2016-04"): 1,
        ("b", "", "2016-03"): 1,
    }


def test_tally_tells_kinds_and_regions_apart() -> None:
    publish({}, {"kind": "penalty"}, {"region_code": "320706"})

    found = MonthlyTally.objects.using(STORE).values_list("kind", "region_code")

    assert sorted(found) == [
        ("licence", "320700"),
        ("licence", "320706"),
        ("penalty", "320700"),
    ]


def test_withdrawn_record_is_counted_no_more() -> None:
    apply_changes([change(1, unit_code="a"), change(2, unit_code="a")])

    apply_changes([withdrawal(3, record=1)])

    assert list(_figures().values()) == [1]
    assert Tally.objects.using(STORE).get(kind="licence").records == 1


def test_correction_moves_a_record_to_its_new_drawer() -> None:
    apply_changes([change(1, unit_code="a", category="核准")])

    corrected = change(
        2, record=1, operation=Operation.CORRECT, unit_code="a", category="登记"
    )
    apply_changes([corrected])

    assert _figures() == {("a", "登记", "2016-03"): 1}


def test_tally_is_never_negative() -> None:
    row = {"unit_code": "a", "kind": "licence", "region_code": "320700"}

    with (
        pytest.raises(IntegrityError, match="published_monthly_tally_not_negative"),
        transaction.atomic(using=STORE),
    ):
        MonthlyTally.objects.using(STORE).create(
            **row, category="", month="2016-03", records=-1
        )
