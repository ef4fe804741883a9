"""What the public interface takes and gives; the OpenAPI document is made of it."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict

from gongshi.domain.messages import noop
from gongshi.portal.changes import MOST
from gongshi.portal.query import MAX_TERM

_RECORD: dict[str, Any] = {
    "record_id": "5f0c9c8e-0a57-5d5e-9f3e-3a1f4c1f2b10",
    "address": "https://gongshi.example.gov.cn/records/5f0c9c8e-0a57-5d5e-9f3e-3a1f4c1f2b10/",
    "kind": "licence",
    "decision_number": "连环审〔2016〕12号",
    "decision_date": "2016-02-26",
    "subject_name": "连云港苍梧化工有限公司",
    "credit_code": "91320703MA1TE5T0XR",
    "title": "建设项目环境影响评价审批",
    "authority": "连云港市环境保护局",
    "unit_code": "lyg-hbj",
    "unit_name": "连云港市环境保护局",
    "region_code": "320706",
    "version": 1,
    "published_on": "2016-03-01",
    "display_until": "2019-02-25",
    "corrected_on": None,
    "disputed_on": None,
}
_COUNT = {"number": 1, "is_exact": True}
_UNIT: dict[str, Any] = {
    "code": "lyg-hbj",
    "name": "连云港市环境保护局",
    "short_name": "市环保局",
    "level": "city",
    "region_code": "320700",
    "superior_code": "lyg-zf",
    "site_name": "连云港市环境保护局网站",
    "site_address": "https://hbj.example.gov.cn/",
    "decisions_since": "2015-07-01",
    "catalogue_version": 3,
}
_ITEM: dict[str, Any] = {
    "unit_code": "lyg-hbj",
    "code": "JS320700HB-XK-0001",
    "name": "建设项目环境影响评价审批",
    "kind": "licence",
    "basis": "《中华人民共和国环境影响评价法》第二十二条",
    "is_public": True,
    "not_public_reason": "",
    "from_date": "2015-07-01",
    "until_date": None,
}
_CHANGE: dict[str, Any] = {
    "sequence": 1,
    "operation": "publish",
    "record": "0f4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a392817060",
    "record_id": "5f0c9c8e-0a57-5d5e-9f3e-3a1f4c1f2b10",
    "at": "2016-03-01T02:00:00Z",
    "digest": "1f4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a392817061",
    "hash": "2f4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a392817062",
    "payload": '{"authority":"连云港市环境保护局"}',
    "absent": None,
}


def _example(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": example})


class Filters(Schema):
    """What a search asks for, by the names of the search page's own address."""

    q: str = Field(
        "", max_length=MAX_TERM, description=noop("Name, code, number or words.")
    )
    kind: Literal["", "licence", "penalty"] = Field(
        "", description=noop("Of one kind only.")
    )
    region: str = Field(
        "",
        pattern="^([0-9]{2,12})?$",
        description=noop("Region code, with all below it."),
    )
    unit: str = Field("", max_length=64, description=noop("Code of the unit."))
    level: Literal["", "province", "city", "county"] = Field(
        "", description=noop("Of the unit.")
    )
    item: str = Field(
        "", max_length=64, description=noop("Code of the catalogue item.")
    )
    category: str = Field(
        "", max_length=512, description=noop("Label of the category.")
    )
    since: date | None = Field(
        None, alias="from", description=noop("Decided from this day on.")
    )
    until: date | None = Field(None, description=noop("Decided up to this day."))
    order: Literal["", "newest", "oldest"] = Field(
        "", description=noop("Newest first.")
    )
    after: str = Field(
        "", max_length=32, description=noop("`next` of the page before.")
    )
    limit: int = Field(20, ge=1, le=100, description=noop("Records in a page."))


class Cursor(Schema):
    """Where a page begins."""

    after: str = Field(
        "", max_length=32, description=noop("`next` of the page before.")
    )


class CatalogueFilters(Schema):
    """Which catalogue items are asked for."""

    unit: str = Field("", max_length=64, description=noop("Code of the unit."))
    kind: Literal["", "licence", "penalty"] = Field(
        "", description=noop("Of one kind only.")
    )
    after: str = Field(
        "", max_length=160, description=noop("`next` of the page before.")
    )
    limit: int = Field(200, ge=1, le=1000, description=noop("Items in a page."))


class ChangesFilters(Schema):
    """Which changes are asked for."""

    since: int = Field(0, ge=0, le=2**63 - 1, description=noop("Behind this number."))
    limit: int = Field(500, ge=1, le=MOST, description=noop("At most so many."))


class Problem(Schema):
    """Why there is no answer, and what to do."""

    model_config = _example({"code": "bad-date", "message": "日期请写作 2016-03-01。"})

    code: str = Field(description="For programs; stays the same.")
    message: str = Field(description="For people, in Chinese.")


class Gone(Problem):
    """A record that is no longer on display."""

    model_config = _example(
        {
            "code": "withdraw",
            "message": "行政决定被依法撤销",
            "at": "2016-03-05T02:00:00Z",
        }
    )

    at: datetime | None = Field(description="When it was taken away.")


class Summary(Schema):
    """A record as lists show it."""

    model_config = _example(_RECORD)

    record_id: UUID
    address: str = Field(description="Permanent address of its page.")
    kind: Literal["licence", "penalty"]
    decision_number: str
    decision_date: date
    subject_name: str
    credit_code: str
    title: str
    authority: str
    unit_code: str
    unit_name: str
    region_code: str
    version: int
    published_on: date
    display_until: date | None = Field(description="null: long-term.")
    corrected_on: date | None
    disputed_on: date | None


class OfficialField(Schema):
    """One field as the standard edition names it."""

    code: str
    label: str
    value: str


class Record(Summary):
    """A record as it was published."""

    model_config = _example(
        _RECORD
        | {
            "edition": "jiangsu-2016",
            "category": "核准",
            "catalogue_item": "JS320700HB-XK-0001",
            "entrusted_name": "",
            "status": "正常",
            "sequence": 1,
            "digest": "1f4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a392817061",
            "fields": [
                {
                    "code": "XK_WSH",
                    "label": "行政许可决定书文号",
                    "value": "连环审〔2016〕12号",
                }
            ],
        }
    )

    edition: str = Field(description="Edition of the data standard.")
    category: str
    catalogue_item: str
    entrusted_name: str
    status: str
    sequence: int = Field(description="The change that published this version.")
    digest: str = Field(description="SHA-256 of its content, as the chain has it.")
    fields: list[OfficialField]


class Count(Schema):
    """How many records there are; not exact: more than that."""

    number: int
    is_exact: bool


class Records(Schema):
    """A page of records."""

    model_config = _example({"records": [_RECORD], "next": None, "count": _COUNT})

    records: list[Summary]
    next: str | None = Field(description="Ask with `after` for the next page.")
    count: Count | None = Field(description="null where it was not asked.")


class Subject(Schema):
    """All that is on display under one credit code; figures are of it."""

    model_config = _example(
        {
            "credit_code": "91320703MA1TE5T0XR",
            "name": "连云港苍梧化工有限公司",
            "other_names": [],
            "licences": 1,
            "penalties": 0,
            "is_complete": True,
            "records": [_RECORD],
            "next": None,
        }
    )

    credit_code: str
    name: str
    other_names: list[str]
    licences: int
    penalties: int
    is_complete: bool = Field(description="false: the figures are of the newest 2,000.")
    records: list[Summary]
    next: str | None


class Unit(Schema):
    """A unit that discloses."""

    model_config = _example(_UNIT)

    code: str
    name: str
    short_name: str
    level: Literal["province", "city", "county"]
    region_code: str
    superior_code: str
    site_name: str
    site_address: str
    decisions_since: date | None
    catalogue_version: int | None


class Units(Schema):
    """All units, in the order of their codes."""

    model_config = _example({"units": [_UNIT]})

    units: list[Unit]


class Item(Schema):
    """An item of a unit's catalogue in force."""

    model_config = _example(_ITEM)

    unit_code: str
    code: str
    name: str
    kind: Literal["licence", "penalty"]
    basis: str
    is_public: bool
    not_public_reason: str
    from_date: date
    until_date: date | None


class Catalogue(Schema):
    """A page of catalogue items, in the order of unit, kind and code."""

    model_config = _example({"items": [_ITEM], "next": None})

    items: list[Item]
    next: str | None = Field(description="Ask with `after` for the next page.")


class Change(Schema):
    """One link of the chain of changes."""

    model_config = _example(_CHANGE)

    sequence: int
    operation: Literal["publish", "correct", "mark", "withdraw", "end", "unit"]
    record: str = Field(description="SHA-256 of the record's id.")
    record_id: UUID | None = Field(description="null: a natural person's.")
    at: datetime
    digest: str = Field(description="SHA-256 of the content.")
    hash: str = Field(description="SHA-256 of the link and the one before.")
    payload: str | None = Field(description="The content: canonical JSON as text.")
    absent: str | None = Field(description="Why there is no content.")


class Changes(Schema):
    """Changes in order, and the head of the chain."""

    model_config = _example(
        {"changes": [_CHANGE], "head": {"sequence": 1, "hash": _CHANGE["hash"]}}
    )

    class Head(Schema):
        """The last change."""

        sequence: int
        hash: str

    changes: list[Change]
    head: Head
