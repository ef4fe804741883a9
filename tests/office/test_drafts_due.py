"""Deadlines in lists of drafts: of those whose day of decision can be read."""

from datetime import date

import pytest
from django.test import Client

from gongshi.accounts.models import Unit
from tests.catalogue.factories import CatalogueItemFactory, CatalogueVersionFactory
from tests.office.desk import page_of
from tests.office.filled import save, typed

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


@pytest.mark.parametrize("address", ["/office/drafts/", "/office/records/new/"])
@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2016-02-26", "5 working days left"),
        ("2016年2月19日", "Due today"),
        ("2016-02-15", "4 working days late"),
        ("2030-01-07", "Deadline not known yet"),
    ],
)
def test_draft_is_listed_with_its_deadline(
    browser: Client, unit: Unit, address: str, day: str, told: str
) -> None:
    save(browser, typed(unit, decision_date=day))

    assert told in page_of(browser, address)


@pytest.mark.parametrize("day", ["", "二月"])
def test_draft_without_a_day_is_listed_without_deadline(
    browser: Client, unit: Unit, day: str
) -> None:
    save(browser, typed(unit, decision_date=day))

    page = page_of(browser, "/office/drafts/")

    assert 'class="draft"' in page
    assert 'class="due' not in page


def test_draft_is_due_by_the_days_of_its_item(browser: Client, unit: Unit) -> None:
    version = CatalogueVersionFactory.create(unit=unit, effective_from=date(2016, 1, 1))
    CatalogueItemFactory.create(
        version=version, code="JS320700HB-XK-0001", publish_working_days=2
    )

    save(browser, typed(unit, decision_date="2016-02-26"))

    assert "Due today" in page_of(browser, "/office/drafts/")
