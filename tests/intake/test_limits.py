"""What cannot be read is named: foreign kinds, damage, passwords, sizes, bombs."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from gongshi.intake.reading import Limits, in_language
from tests.intake.files import (
    LABELS,
    Cells,
    all_problems,
    codes_of,
    open_file,
    record,
    replace_member,
    write_csv,
    write_ods,
    write_xls,
    write_xlsx,
)

SHEET = "xl/worksheets/sheet1.xml"


def _zip(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


FOREIGN = {
    "a PDF": b"%PDF-1.7\n%\xe2\xe3",
    "a web page": b"<html><table><tr><td>1</td></tr></table></html>",
    "an XML file": b'<?xml version="1.0"?><Workbook/>',
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "a packed archive": _zip(a_txt=b"1"),
    "a text document": _zip(word__document_xml=b"<w/>"),
    "a binary workbook": _zip(xl__workbook_bin=b"1"),
    "older than Excel 97": b"\x09\x04\x06\x00\x00\x00\x10\x00",
    "neither a workbook nor a text": bytes(range(256)) * 4,
    "an Office file without a workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    + b"\0" * 600,
    "protected by a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    + "EncryptedPackage".encode("utf-16-le"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_foreign_file_is_named_with_what_to_do(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(FOREIGN[kind])

    (line,) = all_problems(path).rows(named=True)
    assert (line["code"], line["severity"]) == ("unreadable-file", "error")
    assert kind in line["value"]
    assert line["expected"].endswith(".")


def test_empty_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")

    assert codes_of(path) == ["empty-file"]


def test_workbook_without_content_is_empty(tmp_path: Path) -> None:
    assert codes_of(write_xlsx(tmp_path / "a.xlsx", [])) == ["empty-file"]


@pytest.mark.parametrize("write", [write_xlsx, write_xls, write_ods])
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_truncated_workbook_is_unreadable(
    tmp_path: Path, write: Callable[..., Path], kept: float
) -> None:
    path = write(tmp_path / "a.book", [LABELS, *[record()] * 40])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])

    assert codes_of(path) == ["unreadable-file"]


@pytest.mark.parametrize("write", [write_xlsx, write_xls, write_ods])
def test_damaged_workbook_ends_in_a_finding(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    path = write(tmp_path / "a.book", [LABELS, *[record()] * 40])
    content = path.read_bytes()

    for start in range(0, len(content), max(len(content) // 60, 1)):
        path.write_bytes(content[:start] + b"\xff" * 16 + content[start + 16 :])

        assert set(codes_of(path)) <= {
            "unreadable-file",
            "unknown-template",
            "empty-file",
            "missing-column",
            "unrecognised-column",
            "repeated-column",
            "formula-error",
            "beyond-limit",
        }


def test_file_larger_than_the_limit_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [LABELS, *[record()] * 9000])
    limits = Limits(text_bytes=1 << 20, workbook_bytes=1 << 20)

    (line,) = all_problems(path, limits).rows(named=True)

    assert (line["code"], line["expected"]) == ("beyond-limit", "1 MiB")


def test_workbook_has_a_limit_of_its_own(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, record()])

    assert codes_of(path, Limits(workbook_bytes=100)) == ["beyond-limit"]


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    wide = [f"列{n}" for n in range(300)]
    rows: list[Cells] = [[*LABELS, *wide], [*record(), *wide]]

    for path in (
        write_csv(tmp_path / "a.csv", rows),
        write_xlsx(tmp_path / "a.xlsx", rows),
        write_ods(tmp_path / "a.ods", rows),
    ):
        (line,) = all_problems(path).rows(named=True)
        assert (line["code"], line["expected"]) == ("beyond-limit", "256 columns")


def test_too_many_sheets_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number in range(60):
        book.create_sheet(f"表{number}")
    book.save(tmp_path / "a.xlsx")

    (line,) = all_problems(tmp_path / "a.xlsx").rows(named=True)

    assert line["expected"] == "50 sheets"


def test_lone_cell_far_away_does_not_fill_memory(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, record()])
    book = openpyxl.load_workbook(path)
    book.active.cell(1_000_000, 200).value = "远"
    book.save(path)

    (line,) = all_problems(path).rows(named=True)

    assert line["code"] == "beyond-limit"
    assert line["value"].endswith(" cells")


def test_repeated_cells_of_an_ods_do_not_fill_memory(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "a.ods", [LABELS, record(remarks="重复")])
    replace_member(
        path,
        "content.xml",
        lambda xml: xml.replace(
            "<table:table-row>",
            '<table:table-row table:number-rows-repeated="900000000">',
        ),
    )

    (line,) = all_problems(path).rows(named=True)

    assert (line["code"], line["expected"]) == ("beyond-limit", "1,048,576 rows")


def test_forged_extent_of_an_xls_does_not_fill_memory(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", [LABELS, record()])
    content = bytearray(path.read_bytes())
    start = content.index(struct.pack("<HH", 0x0200, 14)) + 4
    content[start : start + 12] = struct.pack("<IIHH", 0, 2**31, 0, 2**15)
    path.write_bytes(content)

    assert codes_of(path) == ["unreadable-file"]


def test_forged_number_of_texts_of_an_xls_does_not_fill_memory(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", [LABELS, record()])
    content = path.read_bytes()
    texts = content.index(b"\xfc\x00", content.index(b"\x09\x08"))
    forged = content[: texts + 8] + b"\xff\xff\xff\x7f" + content[texts + 12 :]
    path.write_bytes(forged)

    assert codes_of(path) == ["unreadable-file"]


def test_circle_of_sectors_in_an_xls_is_refused(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", [LABELS, *[record()] * 60])
    content = bytearray(path.read_bytes())
    (table,) = struct.unpack_from("<I", content, 76)
    struct.pack_into("<I", content, (table + 1) * 512, 0)
    path.write_bytes(content)

    assert codes_of(path) == ["unreadable-file"]


def test_zip_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, record()])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b" " * (80 << 20))

    (line,) = all_problems(path).rows(named=True)

    assert line["code"] == "beyond-limit"
    assert line["value"].endswith("MiB unpacked")


def test_member_that_unpacks_to_more_than_it_claims_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, *[record()] * 50])
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    forged = path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 99))
    path.write_bytes(forged)

    assert codes_of(path) == ["unreadable-file"]


def test_long_text_referred_to_by_many_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, LABELS)
    long = "<si><t>" + "x" * 4_000_000 + "</t></si>"
    cells = '<c t="s"><v>0</v></c>' * 20
    rows = "".join(f"<row>{cells}</row>" for _ in range(100))
    replace_member(
        path,
        "xl/sharedStrings.xml",
        lambda xml: xml.replace("<si>", long + "<si>", 1),
    )
    replace_member(
        path, SHEET, lambda xml: xml.replace("</sheetData>", rows + "</sheetData>")
    )

    (line,) = all_problems(path).rows(named=True)

    assert line["code"] == "beyond-limit"


def test_locked_archive_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, record()])
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(magic)
        while start >= 0:
            content[start + offset] |= 1
            start = content.find(magic, start + 4)
    path.write_bytes(content)

    (line,) = all_problems(path).rows(named=True)

    assert "password" in line["value"]


def test_file_that_cannot_be_used_has_no_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n")

    reading = open_file(path)

    assert reading.has_errors
    assert list(reading.parts) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1,200 rows", "1,200 ROWS"), ("it is a PDF", "IT IS A PDF"), ("3 MiB", "3 MIB")],
)
def test_sentences_and_units_are_translated(text: str, expected: str) -> None:
    assert in_language(text, str.upper) == expected
