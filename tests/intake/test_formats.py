"""Every kind of file gives the same rows: values, row numbers, sheets, dates."""

import datetime
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongshi.intake.reading import Limits
from tests.intake.files import (
    LABELS,
    LICENCE,
    WRITERS,
    Cells,
    all_problems,
    codes_of,
    frame_of,
    parts_of,
    record,
    replace_member,
    write_csv,
    write_ods,
    write_xls,
    write_xlsx,
)

EVERY_KIND = pytest.mark.parametrize("kind", WRITERS)


@EVERY_KIND
def test_record_comes_back_as_written(tmp_path: Path, kind: str) -> None:
    path = WRITERS[kind](tmp_path / f"a.{kind}", [LABELS, record()])

    frame = frame_of(path)

    assert frame.columns == ["row", *LICENCE.names]
    assert frame.schema["row"] == pl.UInt32
    assert frame.row(0)[1:] == tuple(record())
    assert codes_of(path) == []


@EVERY_KIND
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    digits=st.from_regex(r"[0-9]{18}", fullmatch=True),
    short=st.from_regex(r"0[0-9]{1,8}", fullmatch=True),
)
def test_long_codes_and_leading_zeros_survive(
    tmp_path: Path, kind: str, digits: str, short: str
) -> None:
    cells = record(resident_id=digits, item_code=short)

    path = WRITERS[kind](tmp_path / f"a.{kind}", [LABELS, cells])

    frame, parts = frame_of(path), parts_of(path)
    assert frame.item(0, "resident_id") == digits
    assert frame.item(0, "item_code") == short
    assert parts[0].lost.is_empty()


@EVERY_KIND
def test_row_numbers_are_those_of_the_spreadsheet(tmp_path: Path, kind: str) -> None:
    blank: list[object] = [None] * len(LABELS)
    rows: list[Cells] = [
        ["行政许可公示表"],
        [None],
        LABELS,
        record(),
        blank,
        record(),
        blank,
        blank,
    ]

    path = WRITERS[kind](tmp_path / f"a.{kind}", rows)

    assert frame_of(path).get_column("row").to_list() == [4, 6]


@EVERY_KIND
def test_surrounding_white_space_goes_and_empty_cells_are_null(
    tmp_path: Path, kind: str
) -> None:
    cells = record(
        subject_name="\u3000 张三\u00a0公司 \n", legal_representative=" \u3000"
    )

    frame = frame_of(WRITERS[kind](tmp_path / f"a.{kind}", [LABELS, cells]))

    assert frame.item(0, "subject_name") == "张三\u00a0公司"
    assert frame.item(0, "legal_representative") is None


@EVERY_KIND
def test_file_without_records_is_empty(tmp_path: Path, kind: str) -> None:
    path = WRITERS[kind](tmp_path / f"a.{kind}", [LABELS, ["", "  "]])

    assert codes_of(path) == ["empty-file"]


@EVERY_KIND
def test_wrong_ending_is_read_all_the_same(tmp_path: Path, kind: str) -> None:
    path = WRITERS[kind](tmp_path / "a.pdf", [LABELS, record()])

    assert frame_of(path).height == 1


@EVERY_KIND
def test_parts_are_bounded(tmp_path: Path, kind: str) -> None:
    rows: list[Cells] = [LABELS, *[record(decision_number=f"{n}号") for n in range(50)]]
    path = WRITERS[kind](tmp_path / f"a.{kind}", rows)
    limits = Limits(part_rows=10, block_bytes=1024)

    parts = parts_of(path, limits)

    assert len(parts) > 3
    assert sum(part.frame.height for part in parts) == 50
    assert [n for part in parts for n in part.frame.get_column("row")] == list(
        range(2, 52)
    )


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_date_cells_become_days(tmp_path: Path, write: Callable[..., Path]) -> None:
    day = datetime.date(2016, 1, 5)
    rows: list[Cells] = [LABELS, record(decision_date=day, valid_until=42374)]
    if write is write_xls:
        rows = [LABELS, record(decision_date="2016-01-05 00:00:00", valid_until=42374)]

    frame = frame_of(write(tmp_path / "a.book", rows))

    assert frame.item(0, "decision_date") == "2016-01-05"
    assert frame.item(0, "valid_until") == "42374"


def test_columns_that_do_not_begin_at_a_keep_their_letters(tmp_path: Path) -> None:
    rows: list[Cells] = [
        [None, None, "经办人", *LABELS],
        [None, None, "李四", *record()],
    ]

    for kind, write in WRITERS.items():
        path = write(tmp_path / f"a.{kind}", rows)

        assert all_problems(path).item(0, "column") == "C", kind
        assert frame_of(path).item(0, "region_code") == "320700", kind
        assert parts_of(path)[0].match.columns["decision_number"] == 3, kind


def test_every_recognised_sheet_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, record()], sheet="一月")
    book = openpyxl.load_workbook(path)
    for title, rows in (
        ("二月", [LABELS, record(), record()]),
        ("通讯录", [["姓名", "电话"], ["张三", "1"]]),
        ("空表", []),
    ):
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    book.save(path)

    assert [(p.sheet, p.frame.height) for p in parts_of(path)] == [
        ("一月", 1),
        ("二月", 2),
    ]
    assert all_problems(path).select("code", "sheet").rows() == [
        ("sheet-not-read", "通讯录")
    ]


def test_hidden_rows_and_styled_empty_rows_change_nothing(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, record(), record()])
    book = openpyxl.load_workbook(path)
    page = book.active
    page.row_dimensions[2].hidden = True
    page.cell(1_048_576, 200).font = openpyxl.styles.Font(bold=True)
    book.save(path)

    assert frame_of(path).get_column("row").to_list() == [2, 3]
    assert codes_of(path) == []


def test_merged_title_changes_nothing(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["公示表"], LABELS, record()])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A1:T1")
    book.save(path)

    assert frame_of(path).get_column("row").to_list() == [3]


def test_formula_gives_its_kept_value(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, record(item_name="占位")])
    replace_member(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: _with_cell(xml, "B2", "<f>A1</f><v>食品经营许可</v>", ' t="str"'),
    )

    assert frame_of(path).item(0, "item_name") == "食品经营许可"
    assert codes_of(path) == []


@pytest.mark.parametrize(
    ("content", "attributes"),
    [
        ("<f>A1</f><v></v>", ""),
        ("<f>A1</f>", ""),
        ('<f t="shared" si="0"/><v/>', ""),
        ("<f>1/0</f><v>#DIV/0!</v>", ' t="e"'),
    ],
)
def test_formula_without_a_value_is_a_finding(
    tmp_path: Path, content: str, attributes: str
) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, record(), record()])
    replace_member(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: _with_cell(
            _with_cell(xml, "C2", "<f>1+1</f><v>2</v>", ""), "B2", content, attributes
        ),
    )

    (line,) = all_problems(path).rows(named=True)
    assert (line["code"], line["row"], line["column"]) == ("formula-error", 2, "B")
    assert line["field"] == "XK_XMMC"
    assert frame_of(path).item(0, "item_name") is None
    assert frame_of(path).item(0, "item_code") == "2"


def _with_cell(xml: str, reference: str, content: str, attributes: str) -> str:
    start = xml.index(f'<c r="{reference}"')
    end = xml.index("</c>", start) + len("</c>")
    return f'{xml[:start]}<c r="{reference}"{attributes}>{content}</c>{xml[end:]}'


@EVERY_KIND
def test_error_shown_as_text_is_a_finding(tmp_path: Path, kind: str) -> None:
    path = WRITERS[kind](tmp_path / f"a.{kind}", [LABELS, record(authority="#N/A")])

    (line,) = all_problems(path).rows(named=True)
    assert (line["code"], line["row"]) == ("formula-error", 2)
    assert frame_of(path).item(0, "authority") is None


def test_macros_are_passed_over_and_told(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsm", [LABELS, record()])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")

    assert all_problems(path).select("code", "severity").rows() == [
        ("macros-ignored", "info")
    ]
    assert frame_of(path).height == 1


def test_repeated_empty_rows_of_an_ods_change_nothing(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "a.ods", [LABELS, record()])
    empty = (
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row>'
    )
    replace_member(
        path,
        "content.xml",
        lambda xml: xml.replace("</table:table>", f"{empty}</table:table>"),
    )

    assert frame_of(path).get_column("row").to_list() == [2]


def test_cells_without_references_are_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, record()])
    replace_member(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(r'(<(?:c|row)) r="[A-Z]*\d+"', r"\1", xml),
    )

    assert frame_of(path).item(0, "decision_number") == "连环审〔2016〕12号"


def test_sheet_of_a_csv_is_named_after_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "一月许可.csv", [LABELS, record()])

    assert parts_of(path)[0].sheet == "一月许可"
