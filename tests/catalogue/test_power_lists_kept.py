"""Power lists: what they say nothing of stays, and a secret is given up loudly only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gongshi.accounts.models import Unit
from gongshi.catalogue.items import values_of
from gongshi.catalogue.queries import draft_of
from tests.catalogue.factories import (
    CatalogueItemFactory,
    CatalogueVersionFactory,
    DraftFactory,
)
from tests.catalogue.test_power_lists import HEAD, LICENCE, found, imported, workbook
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
SECRET = {
    "code": LICENCE[1],
    "is_public": False,
    "not_public_reason": "《保守国家秘密法》",
    "publish_working_days": 20,
    "display_years": 3,
    "from_date": date(2016, 1, 1),
    "until_date": date(2019, 12, 31),
}


@pytest.mark.parametrize("version", [CatalogueVersionFactory, DraftFactory])
def test_what_a_list_has_no_column_for_stays(
    department: Unit, tmp_path: Path, version: type[CatalogueVersionFactory]
) -> None:
    body = UnitFactory.create(kind="entrusted", superior=department, name="支队")
    before = version.create(unit=department, number=1)
    item = CatalogueItemFactory.create(version=before, entrusted_to=body, **SECRET)

    done = imported(department, workbook(LICENCE), tmp_path)

    draft = draft_of(department)
    assert draft is not None
    assert (found(done), done.counts["changed"]) == ([], 1)
    expected = replace(
        values_of(item), name=LICENCE[2], basis=LICENCE[3], subjects="legal"
    )
    assert values_of(draft.items.select_related("entrusted_to").get()) == expected


def test_an_item_that_a_list_makes_public_is_a_warning(
    department: Unit, tmp_path: Path
) -> None:
    draft = DraftFactory.create(unit=department)
    CatalogueItemFactory.create(version=draft, **SECRET)
    content = workbook((*LICENCE, "是", ""), head=(*HEAD, "是否公开", "不公开理由"))

    done = imported(department, content, tmp_path)

    assert found(done) == [("list-becomes-public", "F2")]
    assert draft.items.get().is_public


@pytest.mark.parametrize("head", [("是否公开",), ("是否公开", "不公开理由")])
def test_a_public_item_has_no_reason_against_it(
    department: Unit, tmp_path: Path, head: Sequence[str]
) -> None:
    draft = DraftFactory.create(unit=department)
    CatalogueItemFactory.create(version=draft, **SECRET)
    cells = ("是", "涉及国家秘密")[: len(head)]

    done = imported(
        department, workbook((*LICENCE, *cells), head=(*HEAD, *head)), tmp_path
    )

    told = [("list-becomes-public", "F2"), ("list-reason-left-out", "G2")]
    assert found(done) == told[: len(head)]
    assert draft.items.get().not_public_reason == ""


@pytest.mark.parametrize(
    ("head", "value", "code", "cell"),
    [
        ("不公开理由", "", "list-reason-missing", "F2"),
        ("起始日期", "2020-01-01", "list-ends-early", "2"),
        ("终止日期", "2015-12-31", "list-ends-early", "F2"),
    ],
)
def test_a_column_is_checked_with_what_stays(
    department: Unit, tmp_path: Path, head: str, value: str, code: str, cell: str
) -> None:
    draft = DraftFactory.create(unit=department)
    CatalogueItemFactory.create(version=draft, **SECRET)
    content = workbook((*LICENCE, value), head=(*HEAD, head))

    done = imported(department, content, tmp_path)

    assert found(done) == [(code, cell)]
    assert done.version is None
