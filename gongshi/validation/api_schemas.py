"""What goes in and out of the office API, with examples."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints
from pydantic.config import JsonDict

from gongshi.domain.messages import noop
from gongshi.domain.standards import forms
from gongshi.validation.api_errors import MOST_ROWS

FormKey = Enum("FormKey", {form.key: form.key for form in forms()}, type=str)  # type: ignore[misc]

_NO_NUL = r"^[^\x00]*$"
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_NO_NUL)]
Value = Annotated[str, StringConstraints(max_length=20_000, pattern=_NO_NUL)]
Row = Annotated[
    dict[Name, Value | None],
    Field(
        min_length=1,
        max_length=120,
        json_schema_extra={"additionalProperties": False},
        description=noop(
            "One decision: values as text, by our names of the fields, by their"
            " official codes, or by their labels. A name that the form does not know"
            " is kept and told about as an unrecognised column."
        ),
    ),
]

EXAMPLE_ROW = {
    "XK_WSH": "连环审〔2016〕12号",
    "XK_XMMC": "建设项目环境影响评价审批",
    "XK_BM": "JS320700HB-XK-0001",
    "XK_SPLB": "核准",
    "XK_NR": "同意年产300吨精细化工产品项目环境影响报告书的结论。",
    "XK_XDR": "连云港苍梧化工有限公司",
    "XK_XDR_SHXYM": "91320703MA1TE5T0XR",
    "XK_FR": "欧阳海",
    "XK_JDRQ": "2016/02/26",
    "XK_JZQ": "2019/02/25",
    "XK_XZJG": "连云港市环境保护局",
}
EXAMPLE_FINDING = {
    "sheet": "",
    "row": 2,
    "column": "G",
    "field": "XK_XDR_SHXYM",
    "label": "行政相对人代码_1(统一社会信用代码)",
    "value": "91320703MA1TE5T0XQ",
    "code": "credit-code",
    "severity": "error",
    "message": "行政相对人代码_1(统一社会信用代码)“91320703MA1TE5T0XQ”不正确（校验码或形式应为：R），请与证照核对。",
    "expected": "R",
}
_COUNTS = {"rows": 1, "good": 1, "bad": 0, "new": 1, "unchanged": 0, "corrections": 0}
_ID = "0b0f6d3e-3a52-4b9e-9d3a-2f6f5c1d7a10"
_RECORD = "6f1c2b7a-90d4-8e11-a3b5-1c0d9e8f7a65"
_RECEIPT = {
    "id": _ID,
    "received_at": "2016-03-01T10:00:00+08:00",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


def _shown_as(
    description: str, example: Mapping[str, Any], *, strict: bool = False
) -> ConfigDict:
    """Return the settings of a schema: what it is, in words to translate; one example."""
    extra: JsonDict = {"description": description, "examples": [dict(example)]}
    if strict:
        return ConfigDict(extra="forbid", json_schema_extra=extra)
    return ConfigDict(json_schema_extra=extra)


class Strict(Schema):
    """A body that holds nothing that is not described."""

    model_config = ConfigDict(extra="forbid")


class RecordIn(Strict):
    """One decision, in a form of a standard edition."""

    form: FormKey
    record: Row

    model_config = _shown_as(
        noop("One decision, in a form of a standard edition."),
        {"form": "jiangsu-2016/licence/any", "record": EXAMPLE_ROW},
        strict=True,
    )


class BatchIn(Strict):
    """Many decisions of one form; good rows land, bad ones come back as findings."""

    form: FormKey
    name: Name = Field(
        "接口报送", description=noop("By which the office lists the batch.")
    )
    rows: Annotated[list[Row], Field(min_length=1, max_length=MOST_ROWS)]

    model_config = _shown_as(
        noop(
            "Many decisions of one form; good rows land, bad ones come back"
            " as findings."
        ),
        {
            "form": "jiangsu-2016/licence/any",
            "name": "2016年2月许可",
            "rows": [EXAMPLE_ROW],
        },
        strict=True,
    )


class FindingOut(Schema):
    """What a rule says of a cell; the fields are those of the file's report."""

    sheet: str | None
    row: int | None
    column: str | None
    field: str | None
    label: str | None
    value: str | None
    code: str
    severity: str
    message: str
    expected: str | None

    model_config = _shown_as(
        noop(
            "What a rule says of a cell; the fields are those of the file's"
            " report. The first row is number 2, as below the heading of"
            " the blank form, and `column` is the column of that form."
        ),
        EXAMPLE_FINDING,
    )


class Receipt(Schema):
    """That the rows arrived: the same for the same idempotency key, always."""

    id: UUID
    received_at: datetime
    sha256: str = Field(description=noop("Of the rows as they are kept."))

    model_config = _shown_as(
        noop("That the rows arrived: the same for the same idempotency key, always."),
        _RECEIPT,
    )


class LandedOut(Schema):
    """A row that became a record, or is one already."""

    row: int
    id: UUID
    state: str

    model_config = ConfigDict(
        json_schema_extra={
            "description": noop("A row that became a record, or is one already.")
        }
    )


class BatchOut(Schema):
    """A batch: its receipt, how far it is, and what the check found."""

    receipt: Receipt
    name: str
    state: str
    failure: str = ""
    counts: dict[str, int]
    to_confirm: dict[str, int]
    records: list[LandedOut]
    findings: list[FindingOut]
    findings_total: int

    model_config = _shown_as(
        noop(
            "A batch: its receipt, how far it is, and what the check found."
            " `counts` has `rows`, `good`, `bad`, `new`, `unchanged`,"
            " `corrections`, `not_public` and, after rounds of correction,"
            " `fixed`; it is empty until the check is done. `to_confirm`"
            " counts the warnings that somebody of the unit must explain in"
            " the office before the rows can be approved."
        ),
        {
            "receipt": _RECEIPT,
            "name": "2016年2月许可",
            "state": "checked",
            "failure": "",
            "counts": _COUNTS,
            "to_confirm": {},
            "records": [{"row": 2, "id": _RECORD, "state": "checked"}],
            "findings": [],
            "findings_total": 0,
        },
    )


class TrialOut(Schema):
    """What the check would say; nothing was received."""

    counts: dict[str, int]
    to_confirm: dict[str, int]
    findings: list[FindingOut]
    findings_total: int

    model_config = _shown_as(
        noop("What the check would say; nothing was received."),
        {
            "counts": {"rows": 1, "good": 0, "bad": 1},
            "to_confirm": {},
            "findings": [EXAMPLE_FINDING],
            "findings_total": 1,
        },
    )


class RecordOut(Schema):
    """A record as the office may read it: identity numbers are masked."""

    id: UUID
    batch: UUID
    row: int
    kind: str
    edition: str
    state: str
    version: int
    decision_number: str
    decision_date: date
    subject_name: str
    credit_code: str
    publish_by: date | None
    published_on: date | None
    content: dict[str, Any]

    model_config = _shown_as(
        noop("A record as the office may read it: identity numbers are masked."),
        {
            "id": _RECORD,
            "batch": _ID,
            "row": 2,
            "kind": "licence",
            "edition": "jiangsu-2016",
            "state": "published",
            "version": 1,
            "decision_number": "连环审〔2016〕12号",
            "decision_date": "2016-02-26",
            "subject_name": "连云港苍梧化工有限公司",
            "credit_code": "91320703MA1TE5T0XR",
            "publish_by": "2016-03-08",
            "published_on": "2016-03-01",
            "content": {"decision_number": "连环审〔2016〕12号"},
        },
    )


class DetailOut(Schema):
    """Which part of the call is wrong, and how."""

    place: str
    problem: str

    model_config = ConfigDict(
        json_schema_extra={
            "description": noop("Which part of the call is wrong, and how.")
        }
    )


class RefusalOut(Schema):
    """Why a call is refused: a code for programs, a sentence for people."""

    code: str
    message: str
    details: list[DetailOut]

    model_config = _shown_as(
        noop("Why a call is refused: a code for programs, a sentence for people."),
        {
            "code": "token-expired",
            "message": "令牌已过期，请向本单位管理员申请新的令牌。",
            "details": [],
        },
    )
