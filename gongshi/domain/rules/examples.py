"""Runs the examples of the rules: a valid row, changed as the example says.

Used by the tests and by anyone who wants to try a rule by hand.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from gongshi.domain.rules.base import Context, Example, Outcome, Rule
from gongshi.domain.rules.engine import Checker
from gongshi.domain.standards import Form, Person, form_by_key
from gongshi.domain.working_days import default_calendar

RECEIVED_ON = date(2016, 1, 12)

_VALID: Mapping[str, str] = {
    "subject_name": "连云港花果山食品有限公司",
    "subject_kind": "法人及非法人组织",
    "credit_code": "91320700MA1MBGC09C",
    "legal_representative": "李建国",
    "document_name": "准予行政许可决定书",
    "decision_number": "连环审〔2016〕12号",
    "item_name": "建设项目环境影响评价审批",
    "item_code": "3207000100012",
    "licence_category": "普通",
    "licence_content": "同意年产500吨水产品加工项目建设",
    "violation_type": "生产经营标签不符合规定的食品",
    "facts": "经营标签不符合规定的预包装食品",
    "legal_basis": "《中华人民共和国食品安全法》第一百二十五条",
    "penalty_category": "罚款",
    "penalty_result": "罚款人民币伍仟元整",
    "fine_amount": "0.5",
    "decision_date": "2016/01/08",
    "valid_from": "2016/01/08",
    "valid_until": "2021/01/07",
    "authority": "连云港市环境保护局",
    "authority_code": "113207000143123470",
    "source_unit": "连云港市环境保护局",
    "source_unit_code": "113207000143123470",
    "status": "0",
    "region_code": "320700",
    "updated_date": "2016/01/11",
}
_OF_NATURAL: Mapping[str, str] = {
    "subject_name": "张三",
    "subject_kind": "自然人",
    "resident_id": "320703198001010015",
    "subject_id_type": "身份证",
    "subject_id": "320703198001010015",
}
_ORGANISATION_ONLY = ("credit_code", "legal_representative")


def valid_row(form: Form) -> dict[str, str]:
    """Return a row of the form that no rule complains about, by our field names."""
    values = dict(_VALID)
    if form.person is Person.NATURAL:
        values |= _OF_NATURAL
        values = {
            name: text
            for name, text in values.items()
            if name not in _ORGANISATION_ONLY
        }
    if form.edition == "national-2018":
        values["status"] = "1"
    return {name: values[name] for name in form.names if name in values}


def outcome(rule: Rule, example: Example) -> tuple[Outcome, str | None]:
    """Return what the rule says of the example's row, and the expected value."""
    context = Context(
        form=form_by_key(example.form),
        received_on=RECEIVED_ON,
        calendar=default_calendar(),
    )
    changes = (*example.before, example.changes)
    checker = Checker()
    rows = [
        _row(number, context.form, change)
        for number, change in enumerate(changes, start=2)
    ]
    schema = {"row": pl.UInt32} | dict.fromkeys(context.form.names, pl.String)
    frame = pl.DataFrame(rows, schema=schema)
    lost = pl.DataFrame(
        {"row": [len(rows) + 1] * len(example.lost), "field": list(example.lost)},
        schema={"row": pl.UInt32, "field": pl.String},
    )
    checked = checker.check(
        frame,
        context,
        lost=lost,
        held=lambda rows: pl.Series([example.held] * rows.height, dtype=pl.String),
    )
    return _verdict(rule, example, context, checked.rows.tail(1))


def _row(
    number: int, form: Form, change: Mapping[str, str | None]
) -> dict[str, object]:
    return {"row": number} | valid_row(form) | dict(change)


def _verdict(
    rule: Rule, example: Example, context: Context, row: pl.DataFrame
) -> tuple[Outcome, str | None]:
    said = [
        (row.select(check.fails).item(), check)
        for check in rule.checks(context)
        if example.field in (None, check.field)
    ]
    for failed, check in said:
        if failed:
            expected = (
                row.select(check.expected).item()
                if check.expected is not None
                else None
            )
            return Outcome.FAILS, expected
    passed = any(failed is False for failed, _ in said)
    return (Outcome.PASSES if passed else Outcome.NOT_APPLICABLE), None
