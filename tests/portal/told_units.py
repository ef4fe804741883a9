"""Builders of what the feed tells of a unit and its catalogue."""

from dataclasses import replace

from gongshi.domain.feed import Operation, PublicChange, unit_id
from tests.portal.changes import change

ITEM = {
    "code": "JS320700SY-XK-0001",
    "name": "食品经营许可",
    "kind": "licence",
    "basis": "《食品安全法》第三十五条",
    "subjects": "法人",
    "is_public": True,
    "not_public_reason": "",
    "publish_days": 7,
    "display_years": 7,
    "from_date": "2016-01-01",
    "until_date": None,
}
SECRET_ITEM = ITEM | {
    "code": "JS320700SY-XK-0002",
    "name": "涉密事项",
    "is_public": False,
    "not_public_reason": "涉及国家秘密",
}
UNIT = {
    "code": "lyg-syjj",
    "name": "连云港市食品药品监督管理局",
    "short_name": "市食药监局",
    "credit_code": "11320700014310258G",
    "level": "city",
    "kind": "department",
    "region_code": "320700",
    "superior_code": "lyg-zf",
    "superior_name": "连云港市人民政府",
    "entrusted_by": "",
    "responsible": "行政许可处",
    "site_name": "市食药监局网站",
    "site_address": "http://syj.example.gov.cn/",
    "decisions_since": "2015-07-01",
    "catalogue_version": 3,
    "items": [ITEM, SECRET_ITEM],
}


def told_unit(sequence: int, **values: object) -> PublicChange:
    """Return the change that tells of the unit, its catalogue with it."""
    unit = UNIT | values
    told = change(sequence, operation=Operation.UNIT, payload=unit)
    return replace(told, record_id=unit_id(str(unit["code"])))
