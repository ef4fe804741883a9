"""Picking a catalogue item in the entry form fills what the catalogue knows of it."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from gongshi.accounts.models import Kind, Unit
from tests.catalogue.factories import CatalogueItemFactory, CatalogueVersionFactory
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

FILL = "/office/records/new/jiangsu-2016/penalty/fill"
BASIS = "《中华人民共和国水污染防治法》第七十五条"


@pytest.fixture
def picked(unit: Unit) -> dict[str, str]:
    """Return what the form sends in which an item of the unit's catalogue is picked."""
    CatalogueItemFactory.create(
        version=CatalogueVersionFactory.create(unit=unit),
        kind="penalty",
        code="CF-1",
        name="违法设置排污口",
        basis=BASIS,
    )
    return {"unit": unit.code, "draft": str(uuid4()), "item": "CF-1"}


def _filled(browser: Client, values: dict[str, str]) -> dict[str, str]:
    """Return the fields that the server fills in, with their values."""
    page = browser.post(FILL, values).content.decode()
    inputs = re.findall(r'id="f-(\w+)"[^>]*value="([^"]*)"', page)
    areas = re.findall(r'<textarea[^>]*id="f-(\w+)"[^>]*>\s*([^<]*)</textarea>', page)
    return dict([*inputs, *areas])


def test_item_brings_its_authority_region_and_legal_basis(
    browser: Client, unit: Unit, picked: dict[str, str]
) -> None:
    assert _filled(browser, picked) == {
        "item_code": "CF-1",
        "item_name": "违法设置排污口",
        "authority": unit.name,
        "region_code": unit.region_code,
        "legal_basis": BASIS,
    }


def test_item_of_an_entrusted_body_brings_the_authority_that_entrusted_it(
    browser: Client, unit: Unit, picked: dict[str, str]
) -> None:
    unit.superior = UnitFactory.create(name="连云港市人民政府")
    unit.kind = Kind.ENTRUSTED
    unit.save()
    CatalogueItemFactory.create(
        version=CatalogueVersionFactory.create(unit=unit.superior),
        kind="penalty",
        code="CF-1",
        entrusted_to=unit,
    )

    assert _filled(browser, picked)["authority"] == "连云港市人民政府"
