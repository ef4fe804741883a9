"""Writes the blank form of an edition as a workbook that Excel cannot spoil.

Codes and dates stand in text cells, so that no digit is lost and no date changes
its form; choices are drop-downs; every heading carries the rule of its column.
"""

from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from gongshi.domain.standards import (
    Field,
    FieldType,
    Form,
    Kind,
    Person,
    Requirement,
    code_list,
)
from gongshi.intake.reading import INSTRUCTIONS

ROWS = 5000  # rows that carry the drop-downs and hints

_KINDS = {Kind.LICENCE: "行政许可", Kind.PENALTY: "行政处罚"}
_PERSONS = {Person.ANY: "", Person.LEGAL: "（法人）", Person.NATURAL: "（自然人）"}
_TYPES = {
    FieldType.TEXT: "文本",
    FieldType.DATE: "日期，格式 YYYY/MM/DD，例如 2016/01/05",
    FieldType.AMOUNT: "金额，单位万元，最多 6 位小数",
    FieldType.CHOICE: "从列表中选一项",
    FieldType.CHOICES: "从列表中选，多项用“;”分隔",
    FieldType.CREDIT_CODE: "18 位统一社会信用代码",
    FieldType.ORGANISATION_CODE: "9 位组织机构代码",
    FieldType.REGISTRATION_NUMBER: "15 位工商注册号",
    FieldType.TAXPAYER_NUMBER: "15、17、18 或 20 位纳税人识别号",
    FieldType.RESIDENT_ID: "18 位居民身份证号（或护照等证件号码）",
    FieldType.REGION_CODE: "6 位行政区划代码",
}
_REQUIREMENTS = {
    Requirement.REQUIRED: "必填",
    Requirement.CONDITIONAL: "视情况必填",
    Requirement.OPTIONAL: "选填",
}
_COLOURS = {
    Requirement.REQUIRED: "#F8CBAD",
    Requirement.CONDITIONAL: "#FFE699",
    Requirement.OPTIONAL: "#DDEBF7",
}
_CHOICES = (FieldType.CHOICE, FieldType.CHOICES)
_HEADINGS = ("列名", "代码", "是否必填", "填写规则")
_HINTS = (
    "从“{sheet}”表的第 2 行起填写，一行一条；不要改动第 1 行的列名。",
    "橙色列名为必填，黄色为视情况必填，蓝色为选填。",
    "代码、证号、日期各列已设为文本格式；粘贴时请选“只粘贴数值”，以免号码丢失末位数字。",
)


def write_template(form: Form, path: Path, *, on: date) -> None:
    """Write the blank workbook of a form; `on` is noted as its day of making."""
    sheet_name = _KINDS[form.kind]
    with xlsxwriter.Workbook(path) as workbook:
        _describe(workbook, form, on)
        _write_form(workbook, form, workbook.add_worksheet(sheet_name))
        _write_instructions(workbook, form, sheet_name)


def _describe(workbook: Workbook, form: Form, on: date) -> None:
    name = f"{_KINDS[form.kind]}双公示数据填报模板{_PERSONS[form.person]}"
    workbook.set_properties(
        {
            "title": name,
            "subject": form.key,
            "category": form.edition,
            "keywords": f"双公示,{form.edition},{form.kind},{form.person}",
            "created": datetime.combine(on, time()),
        }
    )
    workbook.set_custom_property("gongshi-form", form.key, "text")


def _write_form(workbook: Workbook, form: Form, sheet: Worksheet) -> None:
    as_text = workbook.add_format({"num_format": "@", "valign": "top"})
    headings = _heading_formats(workbook)
    sheet.set_row(0, 48)
    for at, field in enumerate(form.fields):
        sheet.set_column(at, at, _width(field), as_text)
        sheet.write_string(0, at, field.label, headings[field.requirement])
        sheet.write_comment(
            0, at, rule_text(field), {"x_scale": 2, "y_scale": 1.5, "author": "公示"}
        )
        if validation := _validation(field):
            sheet.data_validation(1, at, ROWS, at, validation)
    sheet.freeze_panes(1, 1)


def _heading_formats(workbook: Workbook) -> dict[Requirement, Format]:
    common = {"bold": True, "border": 1, "text_wrap": True, "align": "center"}
    common |= {"valign": "vcenter", "num_format": "@"}
    return {
        requirement: workbook.add_format({**common, "bg_color": colour})
        for requirement, colour in _COLOURS.items()
    }


def _width(field: Field) -> int:
    if field.type in (FieldType.TEXT, *_CHOICES):
        return 30 if (field.length or 0) > 200 else 18
    return 14 if field.type in (FieldType.DATE, FieldType.AMOUNT) else 22


def _validation(field: Field) -> dict[str, object] | None:
    """Return the drop-down or the hint of a column, None where it needs none."""
    if field.type in _CHOICES and field.code_list:
        entries = code_list(field.code_list)
        is_open = field.type is FieldType.CHOICES or any(e.needs_note for e in entries)
        return {
            "validate": "list",
            "source": [entry.code for entry in entries],
            # “其他（注明）” and several choices are right, though not in the list.
            "error_type": "information" if is_open else "stop",
            "error_title": "不在列表中",
            "error_message": rule_text(field)[:255],
        }
    if field.type is FieldType.DATE:
        return {
            "validate": "any",
            "input_title": "日期",
            "input_message": "格式 YYYY/MM/DD，例如 2016/01/05",
        }
    return None


def rule_text(field: Field) -> str:
    """Return the rule of a column in one Chinese text, a statement a line."""
    lines = [_REQUIREMENTS[field.requirement], _TYPES[field.type]]
    if field.filled_by:
        lines[0] += "（可不填，由系统填写）"
    if field.length:
        lines.append(_length_text(field))
    if field.type in _CHOICES and field.code_list:
        lines.append(_choices_text(field.code_list))
    if field.note:
        lines.append(field.note)
    return "\n".join(lines)


def _length_text(field: Field) -> str:
    if field.counts_bytes:
        return f"最长 {field.length} 字节（一个汉字计 2 字节）"
    return f"最长 {field.length} 个字符"


def _choices_text(name: str) -> str:
    return "；".join(
        entry.label if entry.code == entry.label else f"{entry.code} {entry.label}"
        for entry in code_list(name)
    )


def _write_instructions(workbook: Workbook, form: Form, sheet_name: str) -> None:
    sheet = workbook.add_worksheet(INSTRUCTIONS)
    bold = workbook.add_format({"bold": True, "bg_color": "#D9D9D9", "border": 1})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 2, 16)
    sheet.set_column(3, 3, 90)
    for at, hint in enumerate(_HINTS):
        sheet.write_string(at, 0, hint.format(sheet=sheet_name))
    top = len(_HINTS) + 1
    for at, heading in enumerate(_HEADINGS):
        sheet.write_string(top, at, heading, bold)
    for row, field in enumerate(form.fields, start=top + 1):
        required = _REQUIREMENTS[field.requirement]
        cells = (field.label, field.code, required, rule_text(field))
        for at, cell in enumerate(cells):
            sheet.write_string(row, at, cell, wrapped)
