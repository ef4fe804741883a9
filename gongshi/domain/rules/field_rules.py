"""Rules about one cell by itself: filled, readable, on the list, not too long."""

from collections.abc import Iterable
from functools import partial

import polars as pl

from gongshi.domain.findings import Category
from gongshi.domain.messages import noop
from gongshi.domain.rules.base import (
    JIANGSU_PENALTY,
    NATIONAL_PENALTY,
    Check,
    Context,
    Level,
    Rule,
    fails,
    not_applicable,
    passes,
)
from gongshi.domain.rules.cells import (
    NO_NUMBER,
    PLACEHOLDERS,
    day,
    is_empty,
    lost,
    number,
    raw,
    text,
)
from gongshi.domain.rules.prepare import may_lack_number
from gongshi.domain.standards import Field, FieldType, code_list

_CHOICES = (FieldType.CHOICE, FieldType.CHOICES)
_LONG_TEXT = 1000  # fields that hold paragraphs may hold line breaks
_CONTROL = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\ufffd]"
_CONTROL_OR_BREAK = "[\\x00-\\x1f\\x7f\u2028\u2029\ufffd]"


def _is_placeholder(field: Field, context: Context) -> pl.Expr:
    placeholder = raw(field.name).is_in(PLACEHOLDERS)
    if field.name == "decision_number" and may_lack_number(context.form):
        return placeholder & (raw(field.name) != NO_NUMBER)
    return placeholder


def _required_fields(context: Context) -> Iterable[Field]:
    # What the platform fills itself is never missing.
    return (f for f in context.form.fields if f.is_required and f.filled_by is None)


def _required(context: Context) -> Iterable[Check]:
    for field in _required_fields(context):
        yield Check(
            field=field.name,
            fails=raw(field.name).is_null() & ~lost(field.name),
            possible=raw(field.name).has_nulls(),
        )


def _placeholder(context: Context) -> Iterable[Check]:
    for field in _required_fields(context):
        yield Check(
            field=field.name,
            fails=_is_placeholder(field, context),
            possible=(raw(field.name).str.len_bytes().min() <= 9),
        )


def _is_longer(texts: pl.Series, length: int, *, counts_bytes: bool) -> pl.Series:
    characters = texts.str.len_chars()
    if not counts_bytes:
        return characters > length
    # GBK has two bytes at most for a character; only the long ones are counted out.
    may_be = (characters * 2 > length).fill_null(value=False)
    if not may_be.any():
        return may_be
    wide = texts.set(~may_be, None).str.count_matches(r"[^\x00-\x7f]")
    return (characters + wide > length).fill_null(value=False)


def _has_length(field: Field) -> bool:
    if field.type in _CHOICES:
        return any(entry.needs_note for entry in code_list(str(field.code_list)))
    return field.type is FieldType.TEXT


def _too_long(context: Context) -> Iterable[Check]:
    for field in context.form.fields:
        if field.length is None or not _has_length(field):
            continue
        longer = partial(
            _is_longer, length=field.length, counts_bytes=field.counts_bytes
        )
        applies = text(field.name).is_not_null()
        unit = "字节（GBK，一个汉字两字节）" if field.counts_bytes else "字"
        yield Check(
            field=field.name,
            fails=pl.when(applies).then(
                raw(field.name).map_batches(longer, return_dtype=pl.Boolean)
            ),
            expected=pl.lit(f"≤ {field.length} {unit}"),
            possible=raw(field.name).str.len_bytes().max() > field.length,
        )


def _code_lists(context: Context) -> Iterable[Check]:
    for field in context.form.of_type(*_CHOICES):
        said = raw(field.name).is_not_null() & ~raw(field.name).is_in(PLACEHOLDERS)
        labels = "、".join(
            _entry_text(e.code, e.label) for e in code_list(str(field.code_list))
        )
        yield Check(
            field=field.name,
            fails=pl.when(said).then(text(field.name).is_null()),
            expected=pl.lit(labels),
            possible=text(field.name).null_count() > raw(field.name).null_count(),
        )


def _entry_text(code: str, label: str) -> str:
    return label if code == label else f"{code} {label}"


def _dates(context: Context) -> Iterable[Check]:
    for field in context.form.of_type(FieldType.DATE):
        cell = text(field.name)
        yield Check(
            field=field.name,
            fails=pl.when(cell.is_not_null()).then(day(field.name).is_null()),
            expected=pl.lit("YYYY/MM/DD"),
            possible=day(field.name).null_count() > cell.null_count(),
        )


def _numbers(context: Context) -> Iterable[Check]:
    for field in context.form.of_type(FieldType.AMOUNT):
        cell = text(field.name)
        yield Check(
            field=field.name,
            fails=pl.when(cell.is_not_null()).then(number(field.name).is_null()),
            expected=pl.lit("12.5"),
            possible=number(field.name).null_count() > cell.null_count(),
        )


def _characters(context: Context) -> Iterable[Check]:
    for field in context.form.fields:
        if field.type is not FieldType.TEXT:
            continue
        is_long = field.length is not None and field.length >= _LONG_TEXT
        yield Check(
            field=field.name,
            fails=raw(field.name).str.contains(
                _CONTROL if is_long else _CONTROL_OR_BREAK
            ),
            value=raw(field.name).str.replace_all(_CONTROL_OR_BREAK, "�"),
        )


def _others(context: Context) -> Iterable[Check]:
    for field in context.form.of_type(*_CHOICES):
        noted = [e.code for e in code_list(str(field.code_list)) if e.needs_note]
        if noted:
            bare = rf"(^|;)({'|'.join(noted)})(;|$)"
            is_other = text(field.name).str.contains(rf"(^|;)({'|'.join(noted)})")
            yield Check(
                field=field.name,
                fails=pl.when(is_other).then(text(field.name).str.contains(bare)),
                expected=pl.lit(f"{noted[0]}（…）"),
            )
    if context.form.edition.endswith("-2016"):
        yield _status_three()


def _status_three() -> Check:
    return Check(
        field="remarks",
        fails=pl.when(text("status") == "3").then(is_empty("remarks")),
        expected=pl.lit("3 其他（备注说明）"),
    )


_TEMPLATE = "苏双公示数据项模板2016；发改办财金〔2018〕424号"

FIELD_RULES = (
    Rule(
        code="required",
        level=Level.FIELD,
        category=Category.COMPLETENESS,
        summary=noop("A required field is filled."),
        message=noop("%(label)s is empty. Fill it in as the decision has it."),
        source=_TEMPLATE,
        checks=_required,
        examples=(
            passes(),
            fails({"item_name": None}),
            not_applicable({"remarks": None}, field="remarks"),
        ),
    ),
    Rule(
        code="placeholder-value",
        level=Level.FIELD,
        category=Category.COMPLETENESS,
        summary=noop("A required field holds a value, not a stand-in such as 无 or /."),
        message=noop(
            "%(label)s says “%(value)s”, which stands for nothing."
            " Fill in the real value from the decision."
        ),
        source=_TEMPLATE + "；批注：前置许可无决定书文号的填“空”",
        checks=_placeholder,
        examples=(
            passes({"decision_number": "空"}),
            fails({"licence_content": "无"}),
            fails({"decision_number": "空"}, form=JIANGSU_PENALTY),
            not_applicable({"remarks": "无"}, field="remarks"),
        ),
    ),
    Rule(
        code="too-long",
        level=Level.FIELD,
        category=Category.ACCURACY,
        summary=noop("A text fits the length that the standard allows."),
        message=noop("%(label)s is too long: at most %(expected)s. Shorten it."),
        source=_TEMPLATE + "（字段长度；江苏按 GBK 字节计）",
        checks=_too_long,
        examples=(
            passes({"authority": "机" * 32}),
            fails(
                {"authority": "机" * 33}, expected="≤ 64 字节（GBK，一个汉字两字节）"
            ),
            not_applicable({"decision_date": "2016/01/05"}, field="decision_date"),
        ),
    ),
    Rule(
        code="not-in-code-list",
        level=Level.FIELD,
        category=Category.ACCURACY,
        summary=noop("A coded field holds an entry of the official list."),
        message=noop("%(label)s says “%(value)s”. Choose one of: %(expected)s."),
        source=_TEMPLATE + "（批注中的代码范围）",
        checks=_code_lists,
        examples=(
            passes({"licence_category": "其他（备案）"}),
            fails({"licence_category": "特批"}),
            not_applicable({"status": None}, field="status"),
        ),
    ),
    Rule(
        code="bad-date",
        level=Level.FIELD,
        category=Category.ACCURACY,
        summary=noop("A date is a day of the calendar."),
        message=noop(
            "%(label)s says “%(value)s”, which is no date."
            " Write it as %(expected)s, such as 2016/01/05."
        ),
        source=_TEMPLATE + "（日期格式 YYYY/MM/DD）",
        checks=_dates,
        examples=(
            passes({"decision_date": "2016年1月5日"}),
            fails({"decision_date": "2016/02/30"}, expected="YYYY/MM/DD"),
            not_applicable({"valid_until": None}, field="valid_until"),
        ),
    ),
    Rule(
        code="bad-number",
        level=Level.FIELD,
        category=Category.ACCURACY,
        summary=noop("An amount is a number in units of 10,000 yuan."),
        message=noop(
            "%(label)s says “%(value)s”, which is no amount in 万元."
            " Write digits only, such as %(expected)s, with at most six decimals."
        ),
        source="发改办财金〔2018〕424号（数值 18,6）",
        checks=_numbers,
        examples=(
            passes({"fine_amount": "1,250.5"}, form=NATIONAL_PENALTY),
            fails({"fine_amount": "五万元"}, form=NATIONAL_PENALTY),
            not_applicable(
                {"confiscated_amount": None},
                form=NATIONAL_PENALTY,
                field="confiscated_amount",
            ),
        ),
    ),
    Rule(
        code="forbidden-character",
        level=Level.FIELD,
        category=Category.ACCURACY,
        summary=noop("A text holds no control characters, tabs or stray line breaks."),
        message=noop(
            "%(label)s holds a character that cannot be shown (%(value)s)."
            " Delete it: it often sits before or after text copied from elsewhere."
        ),
        source="省公共信用信息接口规范（特殊字符）",
        checks=_characters,
        examples=(
            passes({"licence_content": "第一行\n第二行"}),
            fails({"subject_name": "连云港\t海州商贸有限公司"}),
            not_applicable({"remarks": None}, field="remarks"),
        ),
    ),
    Rule(
        code="other-without-explanation",
        level=Level.FIELD,
        category=Category.COMPLETENESS,
        summary=noop("Where 其他 is chosen, it is said what."),
        message=noop(
            "%(label)s says 其他 without saying what. Write it as %(expected)s."
        ),
        source=_TEMPLATE + "（其他需注明）",
        checks=_others,
        examples=(
            passes({"licence_category": "其他-备案"}),
            fails({"licence_category": "其他"}),
            fails({"status": "3", "remarks": None}, field="remarks"),
            not_applicable({"licence_category": "普通"}),
        ),
    ),
)
