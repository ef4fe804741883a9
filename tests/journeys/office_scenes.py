"""Pages of the office as they are in the middle of the work, full of things."""

from collections.abc import Callable, Mapping
from datetime import date

from django.test import Client

from gongshi.accounts.actions import give_role, load_city
from gongshi.accounts.actions_units import ResponsibleValues, name_responsible
from gongshi.accounts.models import Role, Unit
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.catalogue.models import CatalogueVersion
from tests.catalogue.factories import (
    CatalogueItemFactory,
    CatalogueVersionFactory,
    DraftFactory,
)
from tests.factories import (
    AT,
    BY,
    MembershipFactory,
    ResponsiblePersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.office.desk import address, checked_batch, licence_file
from tests.second_factor import give_factor

Scene = Callable[[Unit], tuple[Client, str]]


def somebody(unit: Unit, *roles: Role) -> Client:
    """Return the browser of somebody with these roles in the unit."""
    user = UserFactory.create(unit=unit, first_name="王", last_name="")
    for role in roles:
        MembershipFactory.create(user=user, unit=unit, role=role)
    client = Client()
    client.force_login(user)
    return client


def _audit(unit: Unit) -> tuple[Client, str]:
    record_event(
        at=AT,
        by=Actor(username="li", role="reviewer", unit=unit.code, address="10.0.0.8"),
        action="publication.correct",
        target=Target(kind="record", key="6d5f2c1e-7c0b-8a53-bd0e-3c2a8f4b1e70"),
        details={"change": 812},
        changes={
            "legal_representative": ("欧阳海", "欧阳江"),
            "resident_id": ("320703198001010015", "320703198001010023"),
        },
        reason="当事人提供营业执照，法定代表人登记有误，予以更正。",
    )
    return somebody(unit, Role.AUDITOR), "/office/audit/"


def _batch(unit: Unit) -> tuple[Client, str]:
    batch = checked_batch(
        unit,
        licence_file(
            {}, {"credit_code": "91320703MA1TE5T0XX"}, {"decision_date": None}, {}
        ),
    )
    return somebody(unit, Role.ENTERER), address(batch)


def _start(unit: Unit) -> tuple[Client, str]:
    """Show where somebody begins who reads no records."""
    assert unit.superior is not None
    return somebody(unit.superior, Role.SYSTEM_ADMIN), "/office/"


def _units(unit: Unit) -> tuple[Client, str]:
    load_city("lianyungang", by=BY, at=AT)
    ResponsiblePersonFactory.create(unit=unit)
    city = Unit.objects.get(code="lyg-zf")
    return somebody(city, Role.SYSTEM_ADMIN), "/office/units/"


def _unit(unit: Unit) -> tuple[Client, str]:
    ResponsiblePersonFactory.create(
        unit=unit, name="张云台", until_date=date(2016, 1, 31)
    )
    values = ResponsibleValues(
        name="李海州",
        post="法规处处长",
        phone="0518-85521234",
        email="li@hbj.example",
        public_phone="0518-85520000",
        from_date=date(2016, 2, 1),
    )
    name_responsible(unit, values, by=BY, at=AT)
    UnitFactory.create(name="连云港市环境监察支队", kind="entrusted", superior=unit)
    return somebody(unit, Role.UNIT_ADMIN), f"/office/units/{unit.code}/"


def _unmask(unit: Unit) -> tuple[Client, str]:
    batch = checked_batch(unit, licence_file({"credit_code": "91320703MA1TE5T0XX"}))
    return somebody(unit, Role.ENTERER), f"{address(batch)}to-correct"


def _approver(unit: Unit) -> tuple[Client, str]:
    draft = _catalogue(unit)
    return somebody(unit, Role.REVIEWER), _version(unit, draft)


def _comparison(unit: Unit) -> tuple[Client, str]:
    draft = _catalogue(unit)
    return somebody(unit, Role.REVIEWER), f"{_version(unit, draft)}compare"


def _version(unit: Unit, version: CatalogueVersion) -> str:
    return f"/office/catalogue/{unit.code}/versions/{version.number}/"


def _catalogue(unit: Unit) -> CatalogueVersion:
    """Return a draft that adds to, changes and shortens the version in force."""
    first = CatalogueVersionFactory.create(unit=unit, number=1)
    for number, name in enumerate(("环境影响评价审批", "排污许可", "辐射安全许可")):
        CatalogueItemFactory.create(version=first, code=f"XK-{number}", name=name)
    draft = DraftFactory.create(unit=unit, number=2, effective_from=date(2026, 12, 31))
    CatalogueItemFactory.create(version=draft, code="XK-0", name="环境影响评价审批")
    CatalogueItemFactory.create(
        version=draft,
        code="XK-1",
        name="排污许可证核发",
        basis="《排污许可管理条例》第二条、《中华人民共和国环境保护法》第四十五条",
        is_public=False,
        not_public_reason="涉及商业秘密的附件另行保存",
    )
    CatalogueItemFactory.create(
        version=draft, kind="penalty", code="CF-1", name="对超标排放污染物的处罚"
    )
    return draft


def _people(unit: Unit) -> tuple[Client, str]:
    for name, role in (("李海州", Role.ENTERER), ("王连云", Role.REVIEWER)):
        user = UserFactory.create(unit=unit, first_name=name)
        MembershipFactory.create(user=user, unit=unit, role=role)
    UserFactory.create(unit=unit, first_name="周离职", is_active=False)
    return somebody(unit, Role.UNIT_ADMIN), "/office/people/"


def _person(unit: Unit) -> tuple[Client, str]:
    user = UserFactory.create(unit=unit, first_name="李海州")
    give_role(user, role=Role.ENTERER, unit=unit, by=BY, at=AT)
    give_factor(user)
    return somebody(unit, Role.UNIT_ADMIN), f"/office/people/{user.pk}/"


SCENES: Mapping[str, Scene] = {
    "audit": _audit,
    "batch": _batch,
    "start": _start,
    "units": _units,
    "unit": _unit,
    "catalogue-approver": _approver,
    "catalogue-comparison": _comparison,
    "rows-with-personal-data": _unmask,
    "people": _people,
    "person": _person,
}
