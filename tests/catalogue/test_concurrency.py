"""Two at the same moment: a draft is approved once, and begun once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gongshi.audit.models import Event
from gongshi.catalogue.actions import CannotApprove, approve
from gongshi.catalogue.models import CatalogueVersion
from tests.at_once import at_once
from tests.catalogue.factories import CatalogueItemFactory, DraftFactory
from tests.catalogue.test_power_lists import LICENCE, imported, workbook
from tests.factories import AT, REVIEWER, UnitFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,  # SQLite has one writer
]


def test_two_approvers_of_one_draft_approve_it_once() -> None:
    draft = DraftFactory.create(effective_from=date(2016, 6, 1))
    CatalogueItemFactory.create(version=draft)

    def approving(name: str) -> Callable[[], str]:
        by = replace(REVIEWER, username=name)

        def call() -> str:
            seen = CatalogueVersion.objects.get(pk=draft.pk)
            try:
                approve(seen, revision=draft.revision, by=by, at=AT)
            except CannotApprove as error:
                return error.code
            return name

        return call

    outcomes = at_once(approving("wang"), approving("zhao"))

    draft.refresh_from_db()
    assert sorted(outcomes) == sorted([draft.approved_by, "not-a-draft"])
    assert Event.objects.filter(action="catalogue.approve").count() == 1


def test_lists_that_are_imported_at_once_land_in_one_draft(tmp_path: Path) -> None:
    unit = UnitFactory.create()

    def importing(name: str) -> Callable[[], int | None]:
        return lambda: imported(unit, workbook(LICENCE), tmp_path, name).version

    outcomes = at_once(*(importing(f"{number}.xlsx") for number in range(4)))

    assert outcomes == [1, 1, 1, 1]
    assert CatalogueVersion.objects.get().items.count() == 1
