"""The header is found and the form recognised, however the office shaped them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from gongshi.domain.standards import Form, Kind, Person, form, forms
from gongshi.intake.reading import read
from gongshi.intake.reading.headers import find_header, normalise_label
from gongshi.intake.reading.sheets import HeaderMatch
from tests.intake.files import (
    LABELS,
    LICENCE,
    PENALTY,
    Cells,
    all_problems,
    codes_of,
    frame_of,
    open_file,
    record,
    write_csv,
    write_xlsx,
)


def _match(*rows: Sequence[str | None], edition: str | None = None) -> HeaderMatch:
    found = find_header(rows, edition)
    assert found is not None
    assert found.is_certain
    return found.match


@pytest.mark.parametrize("wanted", forms(), ids=lambda wanted: wanted.key)
@pytest.mark.parametrize("heading", ["label", "code"])
def test_header_of_a_form_is_recognised_as_that_form(
    wanted: Form, heading: str
) -> None:
    match = _match([getattr(field, heading) for field in wanted.fields])

    assert match.form.key == wanted.key
    assert match.columns == {name: at for at, name in enumerate(wanted.names)}
    assert not match.missing
    assert not match.unrecognised


@pytest.mark.parametrize("wanted", forms(), ids=lambda wanted: wanted.key)
def test_header_without_columns_that_the_platform_fills_is_recognised(
    wanted: Form,
) -> None:
    match = _match([f.label for f in wanted.fields if not f.filled_by])

    assert match.form.key == wanted.key
    assert not match.missing


def test_columns_in_any_order_are_found() -> None:
    match = _match(list(reversed(LABELS)))

    assert match.form == LICENCE
    assert match.columns["decision_number"] == len(LABELS) - 1


SHAPES: Mapping[str, Callable[[str], str]] = {
    "spaces": lambda label: f" {label} ",
    "line break": lambda label: f"{label[:2]}\n{label[2:]}",
    "full-width brackets": lambda label: label.replace("(", "（").replace(")", "）"),
    "asterisk": lambda label: f"*{label}",
    "required mark": lambda label: f"{label}（必填）",
    "both marks": lambda label: f"{label} ＊ (选填)",
    "colon": lambda label: f"　{label}：",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shaped_labels_are_recognised(shape: str) -> None:
    match = _match([SHAPES[shape](label) for label in LABELS])

    assert match.form == LICENCE
    assert len(match.columns) == len(LABELS)


def test_label_with_its_code_in_brackets_is_recognised() -> None:
    match = _match([f"{field.label}（{field.code}）" for field in PENALTY.fields])

    assert match.form == PENALTY
    assert len(match.columns) == len(PENALTY.fields)


def test_words_in_brackets_outweigh_the_number_of_the_code() -> None:
    """代码_2 was the organisation code in 2016 and the registration number in 2018."""
    labels = [
        "行政相对人代码_2（工商注册号）" if "组织机构代码" in label else label
        for label in LABELS
        if "工商登记码" not in label
    ]

    match = _match(labels, edition="jiangsu-2016")

    assert "organisation_code" not in match.columns
    assert "registration_number" in match.columns


def test_titles_above_the_header_are_passed_over() -> None:
    title: list[str | None] = ["连云港市行政许可公示表"]
    filler: list[str | None] = [None]

    match = _match(title, filler, ["单位：", "市环保局"], list(LABELS))

    assert match.header_row == 4


def test_header_of_two_rows_with_merged_groups_is_recognised() -> None:
    codes = [
        "统一社会信用代码",
        "组织机构代码",
        "工商登记码",
        "税务登记号",
        "居民身份证号",
    ]
    before, after = LABELS[:6], LABELS[11:]
    upper = [*before, "行政相对人代码", None, None, None, None, *after]
    lower = [*[None] * 6, *codes, *[None] * len(after)]

    match = _match(upper, lower)

    assert match.form == LICENCE
    assert match.header_row == 2
    assert len(match.columns) == len(LABELS)


def test_codes_below_labels_belong_to_the_header() -> None:
    match = _match(list(LABELS), [field.code for field in LICENCE.fields])

    assert match.header_row == 2


def test_edition_admits_only_its_forms() -> None:
    found = find_header([LABELS], "national-2018")

    assert found is None or found.match.form.edition == "national-2018"


def test_natural_form_is_told_from_the_legal_one() -> None:
    wanted = form("national-2018", Kind.PENALTY, Person.NATURAL)

    match = _match([field.label for field in wanted.fields])

    assert match.form.person is Person.NATURAL


def test_normalise_label_keeps_what_distinguishes() -> None:
    assert normalise_label("处罚类别1") != normalise_label("处罚类别2")
    assert normalise_label(" *处罚类别１（必填）") == normalise_label("处罚类别1")


def test_unknown_template_names_the_closest_form_and_what_is_missing(
    tmp_path: Path,
) -> None:
    rows: list[Cells] = [["决定书文号", "许可内容", "电话"], ["1号", "同意", "1"]]

    problems = all_problems(write_csv(tmp_path / "a.csv", rows))

    (line,) = problems.rows(named=True)
    assert line["code"] == "unknown-template"
    assert line["value"].split("/")[1] == "licence"
    assert "许可机关" in line["expected"]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_header_of_something_else_is_told_what_a_template_needs(
    tmp_path: Path, write: Callable[[Path, list[Cells]], Path]
) -> None:
    rows: list[Cells] = [["姓名", "电话"], ["张三", "1"]]

    (line,) = all_problems(write(tmp_path / "a.xlsx", rows)).rows(named=True)

    assert (line["code"], line["value"]) == (
        "unknown-template",
        "jiangsu-2016/licence/any",
    )
    assert "行政许可决定书文号、" in line["expected"]


def test_header_of_something_else_is_compared_with_the_edition_asked_for(
    tmp_path: Path,
) -> None:
    path = write_csv(tmp_path / "a.csv", [["姓名", "电话"], ["张三", "1"]])

    problems = read(path, name=path.name, edition="national-2018").problems

    assert problems.item(0, "value").startswith("national-2018/")


def test_missing_column_is_named_and_rows_are_still_read(tmp_path: Path) -> None:
    labels, cells = list(LABELS), list(record())
    del labels[4], cells[4]

    path = write_xlsx(tmp_path / "a.xlsx", [labels, cells])

    (line,) = all_problems(path).rows(named=True)
    assert (line["code"], line["value"]) == ("missing-column", "许可内容")
    assert (line["field"], line["sheet"], line["row"]) == ("XK_NR", "许可", None)
    assert open_file(path).has_errors
    assert frame_of(path).height == 1


def test_unrecognised_column_is_kept_with_the_row(tmp_path: Path) -> None:
    rows: list[Cells] = [["经办人", *LABELS], ["李四", *record()]]

    path = write_csv(tmp_path / "a.csv", rows)

    (line,) = all_problems(path).rows(named=True)
    assert (line["code"], line["severity"]) == ("unrecognised-column", "warning")
    assert (line["column"], line["value"]) == ("A", "经办人")
    assert frame_of(path).get_column("extra.0").to_list() == ["李四"]
    assert not open_file(path).has_errors


def test_repeated_column_counts_once(tmp_path: Path) -> None:
    rows: list[Cells] = [[*LABELS, "许可机关"], [*record(), "另一机关"]]

    path = write_csv(tmp_path / "a.csv", rows)

    assert codes_of(path) == ["repeated-column"]
    assert frame_of(path).get_column("authority").to_list() == ["连云港市环境保护局"]
