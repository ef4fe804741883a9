"""Forms that are sent back, and pages that refuse: what people see in trouble."""

from collections.abc import Callable, Mapping
from typing import Any

from django.test import Client, override_settings

from gongshi.accounts.models import Role, Unit
from tests.catalogue.factories import DraftFactory
from tests.factories import UserFactory
from tests.journeys.office_scenes import somebody
from tests.office.desk import checked_batch, licence_file

Refusal = Callable[[Unit], tuple[str, Any]]


def sent(path: str, *roles: Role, **values: str) -> Refusal:
    """Return what comes of a form of the unit that is sent with these values."""

    def refused(unit: Unit) -> tuple[str, Any]:
        return path, somebody(unit, *roles).post(path, values)

    return refused


def _item(unit: Unit) -> tuple[str, Any]:
    DraftFactory.create(unit=unit)
    return sent(f"/office/catalogue/{unit.code}/draft/add", Role.UNIT_ADMIN)(unit)


def _rows(unit: Unit) -> tuple[str, Any]:
    batch = checked_batch(unit, licence_file({"credit_code": "91320703MA1TE5T0XX"}))
    return sent(f"/office/batches/{batch.pk}/to-correct", Role.ENTERER)(unit)


def _role(unit: Unit) -> tuple[str, Any]:
    person = UserFactory.create(unit=unit, first_name="李海州")
    return sent(f"/office/people/{person.pk}/give", Role.UNIT_ADMIN)(unit)


def _no_access(unit: Unit) -> tuple[str, Any]:
    path = "/office/people/"
    return path, somebody(unit, Role.ENTERER).get(path)


def _nothing(unit: Unit) -> tuple[str, Any]:
    path = "/office/records/00000000-0000-8000-8000-000000000000/"
    return path, somebody(unit, Role.ENTERER).get(path)


def _too_often(unit: Unit) -> tuple[str, Any]:
    path, client = "/search?q=环保", Client()
    with override_settings(SEARCHES_PER_MINUTE=1, WEB_WORKERS=1):
        answers = [client.get(path) for _ in range(3)]
    return path, answers[-1]


_UNITS = "/office/units/lyg-hbj"
_MONTH = "/office/coverage/lyg-hbj/2016-02/nil-report"
REFUSALS: Mapping[str, tuple[int, Refusal]] = {
    "new-person": (422, sent("/office/people/new", Role.UNIT_ADMIN)),
    "give-role": (422, _role),
    "edit-unit": (422, sent(f"{_UNITS}/edit", Role.UNIT_ADMIN, site_address="x")),
    "add-unit": (422, sent(f"{_UNITS}/add", Role.SYSTEM_ADMIN)),
    "responsible": (422, sent(f"{_UNITS}/responsible", Role.UNIT_ADMIN)),
    "nil-report": (422, sent(_MONTH, Role.ENTERER)),
    "catalogue-item": (422, _item),
    "rows-with-personal-data": (422, _rows),
    "token": (422, sent("/office/tokens/", Role.UNIT_ADMIN)),
    "entry": (
        422,
        sent(
            "/office/records/new/jiangsu-2016/licence/", Role.ENTERER, credit_code="9"
        ),
    ),
    "upload": (422, sent("/office/upload/", Role.ENTERER)),
    "no-access": (403, _no_access),
    "not-found": (404, _nothing),
    "too-often": (429, _too_often),
}
