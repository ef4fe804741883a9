"""`gongshi validate`: exit codes, reports of three kinds, and files made to harm."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests.factories import jiangsu_licence
from tests.intake.files import write_xlsx
from tests.office.desk import WRONG_CODE, licence_file

_COLUMNS = "sheet,row,column,field,label,value,code,severity,message,expected"
_HEADINGS = (
    "sheet,row,column,Code of the data item,Data item,Value,rule,severity,"
    "What is wrong and what to do,Expected"
)
_RED = "FFF8D7DA"


@dataclass(frozen=True, kw_only=True)
class Said:
    """How a run ended and what it printed."""

    code: int
    text: str


def _validate(file: Path, *options: str) -> Said:
    printed = StringIO()
    usual = ("--as-of", "2016-03-01", "--language", "en")
    with pytest.raises(SystemExit) as end:
        call_command("validate", str(file), *usual, *options, stdout=printed)
    assert isinstance(end.value.code, int)
    return Said(code=end.value.code, text=printed.getvalue())


def _csv(folder: Path, *changes: dict[str, str | None], name: str = "许可.csv") -> Path:
    path = folder / name
    path.write_bytes(licence_file(*changes))
    return path


def _lines(report: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(report.read_text("utf-8-sig").splitlines()))


def test_file_without_errors_ends_with_0(tmp_path: Path) -> None:
    assert _validate(_csv(tmp_path, {}, {})) == Said(
        code=0,
        text="许可.csv: jiangsu-2016/licence/any\n2 rows: 2 good, 0 to be corrected.\n",
    )


def test_file_with_warnings_alone_ends_with_0(tmp_path: Path) -> None:
    said = _validate(_csv(tmp_path, {"decision_date": "2016/01/05"}))

    assert said.code == 0
    assert "  warning  late " in said.text


def test_file_with_errors_ends_with_1_and_counts_them(tmp_path: Path) -> None:
    said = _validate(_csv(tmp_path, {}, dict(WRONG_CODE)))

    assert said.code == 1
    assert "2 rows: 1 good, 1 to be corrected." in said.text
    assert "  error  credit-code                          1  " in said.text


def test_chinese_is_spoken_unless_english_is_asked_for(tmp_path: Path) -> None:
    said = _validate(_csv(tmp_path, dict(WRONG_CODE)), "--language", "zh")

    assert "共 1 行：合格 0 行，需修改 1 行。" in said.text
    assert "  错误  credit-code" in said.text


def test_csv_report_has_its_columns_in_order_and_cells_as_the_sheet_shows(
    tmp_path: Path,
) -> None:
    report = tmp_path / "r.csv"

    _validate(_csv(tmp_path, {}, dict(WRONG_CODE)), "--report", str(report))

    assert report.read_bytes().startswith(b"\xef\xbb\xbf" + _COLUMNS.encode() + b"\n")
    (line,) = _lines(report)
    assert line == {
        "sheet": "许可",
        "row": "3",
        "column": "G",
        "field": "XK_XDR_SHXYM",
        "label": "行政相对人代码_1(统一社会信用代码)",
        "value": "91320703MA1TE5T0XQ",
        "code": "credit-code",
        "severity": "error",
        "message": line["message"],
        "expected": "R",
    }
    assert "91320703MA1TE5T0XQ" in line["message"]


def test_report_of_a_faultless_file_has_columns_only(tmp_path: Path) -> None:
    report = tmp_path / "r.csv"

    _validate(_csv(tmp_path, {}), "--report", str(report))

    assert report.read_text("utf-8-sig") == _COLUMNS + "\n"


@pytest.mark.parametrize("changes", [[], [WRONG_CODE, {"item_name": None}]])
def test_json_report_says_the_same_as_csv(
    tmp_path: Path, changes: list[dict[str, str | None]]
) -> None:
    file = _csv(tmp_path, {}, *changes)

    _validate(file, "--report", str(tmp_path / "r.csv"))
    _validate(file, "--report", str(tmp_path / "r.json"))

    told = json.loads((tmp_path / "r.json").read_text())
    as_text = [{k: str("" if v is None else v) for k, v in t.items()} for t in told]
    assert as_text == _lines(tmp_path / "r.csv")
    assert len(told) == len(changes)


def test_xlsx_report_is_the_senders_sheet_marked_and_a_sheet_of_findings(
    tmp_path: Path,
) -> None:
    report = tmp_path / "r.xlsx"

    _validate(_csv(tmp_path, {}, dict(WRONG_CODE)), "--report", str(report))

    sheet, findings = openpyxl.load_workbook(report).worksheets
    marked = [c for row in sheet for c in row if c.fill.start_color.rgb == _RED]
    assert [(c.coordinate, c.value) for c in marked] == [
        ("G3", WRONG_CODE["credit_code"])
    ]
    assert marked[0].comment is not None
    assert [cell.value for cell in findings[1]] == _HEADINGS.split(",")
    assert [cell.value for cell in findings[2]][5:7] == [
        WRONG_CODE["credit_code"],
        "credit-code",
    ]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t="])
def test_csv_report_holds_no_formula_in_any_column(tmp_path: Path, begin: str) -> None:
    header = [field.label for field in jiangsu_licence().fields]
    evil = f"{begin}HYPERLINK(A1)"
    row = [evil] * len(header)
    file = write_xlsx(tmp_path / "a.xlsx", [[*header, evil], [*row, "1"]], sheet="a")
    _rename_sheet(file, "=1+1")
    report = tmp_path / "r.csv"

    _validate(file, "--report", str(report))

    cells = [cell for line in _lines(report) for cell in line.values()]
    assert len(cells) > 50
    assert [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t")] == []
    assert [cell for cell in cells if cell.startswith("-")] == []


def _rename_sheet(file: Path, title: str) -> None:
    book = openpyxl.load_workbook(file)
    for cell in (cell for row in book.worksheets[0] for cell in row):
        cell.data_type = "s"  # text that looks like a formula
    book.worksheets[0].title = title
    book.save(file)


def test_report_never_overwrites_the_file(tmp_path: Path) -> None:
    file = _csv(tmp_path, {})
    before = file.read_bytes()

    with pytest.raises(CommandError) as refused:
        call_command("validate", str(file), "--report", f"{tmp_path}/./许可.csv")

    assert refused.value.returncode == 2
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("file", "options"),
    [
        ("absent.csv", ()),
        (".", ()),
        ("许可.csv", ("--report", "r.pdf")),
        ("许可.csv", ("--report", "absent/r.csv")),
        ("许可.csv", ("--as-of", "2016-02-30")),
        ("许可.csv", ("--edition", "jiangsu-1999")),
        ("许可.csv", ("--language", "de")),
    ],
)
def test_what_cannot_be_done_ends_with_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    options: tuple[str, ...],
) -> None:
    _csv(tmp_path, {})
    monkeypatch.chdir(tmp_path)

    done = _process(tmp_path, file, *options)

    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_neither_store_nor_key_nor_data_folder_is_needed(tmp_path: Path) -> None:
    _csv(tmp_path, {})

    done = _process(tmp_path, "许可.csv", "--as-of", "2016-03-01")

    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["许可.csv"]


def test_reader_who_has_seen_enough_meets_no_traceback(tmp_path: Path) -> None:
    _csv(tmp_path, dict(WRONG_CODE))
    command = [sys.executable, "-m", "gongshi", "validate", "许可.csv"]

    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaint = process.stderr.read()

    assert complaint == b""


def _process(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "gongshi", "validate", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "GONGSHI_MODE": "production"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _truncated(path: Path) -> None:
    write_xlsx(path, [["a", "b"], *[[n, n] for n in range(500)]])
    path.write_bytes(path.read_bytes()[:3000])


def _bomb(path: Path) -> None:
    write_xlsx(path, [["a", "b"]])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w") as sheet,
    ):
        for _ in range(80):
            sheet.write(b" " * 1024 * 1024)


def _with_nul_bytes(path: Path) -> None:
    path.write_bytes(licence_file({}, {}).replace("工".encode(), b"\0"))


def _noise(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 100)


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        ("a.xlsx", _truncated, "damaged or incomplete"),
        ("a.xlsx", _bomb, "MiB unpacked"),
        ("a.csv", _with_nul_bytes, "NUL byte"),
        ("a.xlsx", _noise, "damaged or incomplete"),
        ("a.csv", lambda path: path.write_bytes(b"%PDF-1.7\n"), "PDF"),
        ("a.csv", lambda path: path.write_bytes(b""), "no record"),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "json", "xlsx"])
def test_hostile_file_ends_with_2_and_says_why(
    tmp_path: Path,
    name: str,
    make: Callable[[Path], object],
    sentence: str,
    suffix: str,
) -> None:
    file, report = tmp_path / name, tmp_path / f"r.{suffix}"
    make(file)

    said = _validate(file, "--report", str(report))

    assert said.code == 2
    assert sentence in said.text.splitlines()[0]
    assert report.stat().st_size > 0
