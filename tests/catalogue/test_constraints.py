"""What the catalogue's tables refuse, on both databases."""

from datetime import date

import pytest
from django.db import IntegrityError

from gongshi.catalogue.models import SiteCheck
from tests.catalogue.factories import (
    CatalogueItemFactory,
    CatalogueVersionFactory,
    DraftFactory,
)
from tests.factories import AT, UnitFactory

pytestmark = pytest.mark.django_db


def test_a_unit_has_one_draft_at_a_time() -> None:
    draft = DraftFactory.create()

    with pytest.raises(IntegrityError, match=r"catalogue_one_draft_per_unit|unit_id"):
        DraftFactory.create(unit=draft.unit)


def test_versions_of_a_unit_are_numbered_once() -> None:
    version = CatalogueVersionFactory.create()

    with pytest.raises(IntegrityError, match=r"catalogue_version_number_unique|number"):
        DraftFactory.create(unit=version.unit, number=version.number)


def test_two_versions_never_come_into_force_on_one_day() -> None:
    version = CatalogueVersionFactory.create()

    with pytest.raises(
        IntegrityError, match=r"catalogue_versions_do_not_overlap|effective_from"
    ):
        CatalogueVersionFactory.create(unit=version.unit)


def test_nobody_approves_an_own_draft() -> None:
    with pytest.raises(IntegrityError, match="catalogue_approved_by_another"):
        CatalogueVersionFactory.create(drafted_by="li", approved_by="li")


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_by": ""},
        {"approved_at": None},
        {"effective_from": None},
        {"state": "draft"},
        {"state": "in force"},
    ],
)
def test_an_approval_names_who_when_and_from_which_day(
    changes: dict[str, object],
) -> None:
    with pytest.raises(IntegrityError, match="catalogue_approval_is_complete"):
        CatalogueVersionFactory.create(**changes)


def test_a_draft_may_propose_its_day() -> None:
    draft = DraftFactory.create(effective_from=date(2016, 5, 1))

    assert draft.is_draft


def test_an_item_stands_in_a_version_once() -> None:
    item = CatalogueItemFactory.create()

    with pytest.raises(IntegrityError, match=r"catalogue_item_once|item\.code"):
        CatalogueItemFactory.create(version=item.version, code=item.code)


def test_licences_and_penalties_may_share_a_code() -> None:
    item = CatalogueItemFactory.create()

    CatalogueItemFactory.create(version=item.version, code=item.code, kind="penalty")

    assert item.version.items.count() == 2


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"kind": "levy"}, "catalogue_item_kind_known"),
        ({"subjects": "ships"}, "catalogue_item_subjects_known"),
        ({"code": ""}, "catalogue_item_is_named"),
        ({"name": ""}, "catalogue_item_is_named"),
        ({"is_public": False}, "catalogue_item_hidden_with_reason"),
        ({"not_public_reason": "国家秘密"}, "catalogue_item_hidden_with_reason"),
        ({"publish_working_days": 0}, "catalogue_item_publish_days_positive"),
        ({"display_years": 0}, "catalogue_item_display_years_positive"),
        (
            {"from_date": date(2016, 5, 1), "until_date": date(2016, 4, 30)},
            "catalogue_item_ends_after_it_begins",
        ),
    ],
)
def test_an_item_is_refused_that_says_nonsense(
    changes: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        CatalogueItemFactory.create(**changes)


def test_an_approved_version_has_its_time() -> None:
    version = CatalogueVersionFactory.create(unit=UnitFactory.create())

    assert version.approved_at == AT
    assert not version.is_draft


def test_site_is_in_a_known_state() -> None:
    with pytest.raises(IntegrityError, match="site_check_state_known"):
        SiteCheck.objects.create(unit=UnitFactory.create(), due_at=AT, state="asleep")
