"""The worker's step for units: it looks when there is news, and only then."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from gongshi.catalogue.actions import approve, begin_draft, propose_date, take_items
from gongshi.catalogue.items import START, ItemValues
from gongshi.pipeline.units import UnitStep
from gongshi.portal.models import PublishedItem
from gongshi.publication.models import Change
from tests.catalogue.factories import CatalogueItemFactory, CatalogueVersionFactory
from tests.catalogue.test_actions import APPROVER
from tests.factories import AT, BY, UnitFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
MIDNIGHT = datetime(2016, 3, 1, 16, 0, tzinfo=UTC)  # the next day in Shanghai


def test_the_first_round_tells_of_every_unit_once() -> None:
    UnitFactory.create()

    assert UnitStep().run(AT) == 1
    assert UnitStep().run(AT) == 0
    assert Change.objects.count() == 1


def test_an_approved_catalogue_is_public_after_the_next_round() -> None:
    unit = UnitFactory.create()
    step = UnitStep()
    step.run(AT)
    draft = begin_draft(unit, by=BY, at=AT)
    items = [ItemValues(kind="licence", code="1", name="环评")]
    take_items(draft, items, by=BY, at=AT)
    propose_date(draft, START, by=BY, at=AT)
    draft.refresh_from_db()
    approve(draft, revision=draft.revision, by=APPROVER, at=AT)

    assert step.run(AT) == 1

    assert PublishedItem.objects.using("portal").get().unit_code == unit.code


def test_a_round_without_news_asks_for_the_last_event_only(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    UnitFactory.create()
    step = UnitStep()
    step.run(AT)
    step.run(AT)

    with django_assert_num_queries(1):
        assert step.run(AT) == 0


def test_what_comes_into_force_is_public_in_the_first_round_of_its_day() -> None:
    step = UnitStep()
    version = CatalogueVersionFactory.create(effective_from=date(2016, 3, 2))
    CatalogueItemFactory.create(version=version)
    step.run(AT)

    assert step.run(MIDNIGHT - timedelta(seconds=1)) == 0
    assert step.run(MIDNIGHT) == 1
