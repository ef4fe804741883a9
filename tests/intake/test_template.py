"""The blank form: recognised as its own form, empty, safe for codes."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from gongshi.domain.standards import FieldType, Form, Kind, forms
from gongshi.intake.template import rule_text, write_template
from tests.intake.files import LICENCE, PENALTY, codes_of, frame_of, parts_of, record

ON = date(2016, 1, 4)


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.key)
def test_blank_form_is_empty_and_nothing_else(tmp_path: Path, form: Form) -> None:
    path = tmp_path / "a.xlsx"

    write_template(form, path, on=ON)

    assert codes_of(path) == ["empty-file"]


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.key)
def test_filled_form_is_recognised_as_its_form(tmp_path: Path, form: Form) -> None:
    path = tmp_path / "a.xlsx"
    write_template(form, path, on=ON)
    _fill(path, ["值"] * len(form.fields))

    (part,) = parts_of(path)

    assert part.match.form == form
    assert not part.match.missing
    assert codes_of(path) == []


def test_values_typed_into_the_form_survive(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(LICENCE, path, on=ON)
    _fill(path, record())

    assert frame_of(path).row(0)[1:] == tuple(record())


def test_codes_and_dates_are_text_cells(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, LICENCE)

    text_columns = {
        at
        for group in sheet.column_dimensions.values()
        for at in range(group.min, group.max + 1)
        if group.number_format == "@"
    }
    assert text_columns == set(range(1, len(LICENCE.fields) + 1))


def test_choices_are_drop_downs_and_dates_have_a_hint(tmp_path: Path) -> None:
    rules = _sheet(tmp_path, PENALTY).data_validations.dataValidation

    lists = [rule for rule in rules if rule.type == "list"]
    hints = [rule for rule in rules if rule.prompt and "YYYY/MM/DD" in rule.prompt]
    choices = PENALTY.of_type(FieldType.CHOICE, FieldType.CHOICES)
    assert len(lists) == len(choices)
    assert len(hints) == len(PENALTY.of_type(FieldType.DATE))
    assert all(next(iter(rule.sqref.ranges)).max_row > 2000 for rule in rules)


def test_headings_carry_the_rule_and_stay_in_sight(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, LICENCE)

    assert "最长 128 字节" in sheet["A1"].comment.text
    assert sheet.freeze_panes == "B2"
    colours = {cell.fill.fgColor.rgb for cell in sheet[1]}
    assert len(colours) == 3


def test_instructions_explain_every_column(tmp_path: Path) -> None:
    book = _book(tmp_path, PENALTY)

    texts = {row[1].value for row in book["填写说明"].iter_rows() if row[1].value}

    assert {field.code for field in PENALTY.fields} <= texts


def test_properties_carry_the_form(tmp_path: Path) -> None:
    properties = _book(tmp_path, PENALTY).properties

    assert properties.subject == "jiangsu-2016/penalty/any"
    assert properties.created.date() == ON


def test_rule_text_names_choices_with_their_meaning() -> None:
    status = LICENCE.field("status")
    assert status is not None

    assert "0 正常" in rule_text(status)


def test_command_writes_the_form(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    call_command("template", "national-2018", "penalty", "--natural", out=path)

    subject = openpyxl.load_workbook(path).properties.subject
    assert subject == "national-2018/penalty/natural"


def test_command_gives_the_form_for_all_where_there_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    call_command("template", "jiangsu-2016", "licence", "--natural", out=path)

    assert openpyxl.load_workbook(path).properties.subject == LICENCE.key


def test_command_says_where_it_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command(
            "template",
            "jiangsu-2016",
            str(Kind.LICENCE),
            out=tmp_path / "no" / "a.xlsx",
        )


def _fill(path: Path, cells: Sequence[object]) -> None:
    book = openpyxl.load_workbook(path)
    for at, cell in enumerate(cells, start=1):
        book.worksheets[0].cell(2, at).value = cell
    book.save(path)


def _book(folder: Path, form: Form) -> openpyxl.Workbook:
    write_template(form, folder / "a.xlsx", on=ON)
    return openpyxl.load_workbook(folder / "a.xlsx")


def _sheet(folder: Path, form: Form) -> openpyxl.worksheet.worksheet.Worksheet:
    return _book(folder, form).worksheets[0]
