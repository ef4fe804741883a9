"""A row lands on the catalogue item in force at its decision, with that item's days."""

from datetime import date

import pytest

from gongshi.accounts.models import Unit
from gongshi.catalogue.models import CatalogueItem
from gongshi.portal.models import PublishedRecord
from gongshi.publication.actions import publish_batch
from gongshi.records.actions import land_rows, settle_batch
from gongshi.records.models import Record
from tests.catalogue.factories import CatalogueItemFactory, CatalogueVersionFactory
from tests.factories import (
    AT,
    BatchFactory,
    UnitFactory,
    approved,
    licence_rows,
    source_of,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def _item(unit: Unit, since: date, **rules: int) -> CatalogueItem:
    version = CatalogueVersionFactory.create(unit=unit, effective_from=since)
    return CatalogueItemFactory.create(
        version=version, code="JS320700HB-XK-0001", **rules
    )


def test_row_is_held_to_the_days_and_years_of_the_item_of_its_own_day() -> None:
    unit = UnitFactory.create()
    earlier = _item(unit, date(2016, 1, 1), publish_working_days=2, display_years=1)
    later = _item(unit, date(2016, 2, 26), publish_working_days=5, display_years=3)
    batch = BatchFactory.create(unit=unit, state="checked")
    days = ("2016/02/25", "2016/02/26")
    rows = licence_rows(*({"decision_date": day, "valid_until": None} for day in days))

    land_rows(rows, source_of(batch))
    settle_batch(batch.pk, at=AT)
    publish_batch(approved(batch), at=AT)

    landed = Record.objects.order_by("row_number")
    assert [(each.item, each.publish_by) for each in landed] == [
        (earlier, date(2016, 2, 29)),
        (later, date(2016, 3, 4)),
    ]
    shown = PublishedRecord.objects.using("portal").order_by("decision_date")
    assert [each.display_until for each in shown] == [
        date(2017, 3, 1),
        date(2019, 3, 1),
    ]
