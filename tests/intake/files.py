"""Small files of every kind, made in code."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
import polars as pl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from gongshi.domain.standards import Kind, form
from gongshi.intake.reading import CannotRead, Limits, Reading, SheetPart, read

Cells = Sequence[object]

LICENCE = form("jiangsu-2016", Kind.LICENCE)
PENALTY = form("jiangsu-2016", Kind.PENALTY)
LABELS: Sequence[str] = [field.label for field in LICENCE.fields]

_RECORD = {
    "decision_number": "连环审〔2016〕12号",
    "item_name": "建设项目环境影响评价审批",
    "item_code": "0320700012340",
    "licence_category": "普通",
    "licence_content": "同意建设",
    "subject_name": "连云港海州商贸有限公司",
    "credit_code": "91320700MA1MBGC09C",
    "resident_id": "320703198001010015",
    "decision_date": "2016/01/08",
    "authority": "连云港市环境保护局",
    "status": "0",
    "region_code": "320700",
    "updated_date": "2016/01/11",
}


def record(**changes: object) -> Cells:
    """Return the cells of a valid licence in the order of LABELS."""
    values: Mapping[str, object] = {**_RECORD, **changes}
    return [values.get(name) for name in LICENCE.names]


def at(name: str) -> int:
    """Return the 0-based column of a field of the licence form."""
    return LICENCE.names.index(name)


def write_xlsx(path: Path, rows: Sequence[Cells], sheet: str = "许可") -> Path:
    """Write one sheet with openpyxl."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def write_xls(path: Path, rows: Sequence[Cells], sheet: str = "许可") -> Path:
    """Write one sheet of the old format."""
    book = xlwt.Workbook()
    page = book.add_sheet(sheet)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                page.write(number, column, cell)
    book.save(str(path))
    return path


def write_ods(path: Path, rows: Sequence[Cells], sheet: str = "许可") -> Path:
    """Write one sheet of an OpenDocument."""
    document = OpenDocumentSpreadsheet()
    table = Table(name=sheet)
    for row in rows:
        line = TableRow()
        for cell in row:
            line.addElement(_ods_cell(cell))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def _ods_cell(value: object) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, str):
        cell = TableCell(valuetype="string")
    else:
        cell = TableCell(valuetype="float", value=str(value))
    cell.addElement(P(text=str(value)))
    return cell


def write_csv(path: Path, rows: Sequence[Cells], encoding: str = "utf-8") -> Path:
    """Write a CSV as Python does."""
    path.write_bytes(csv_text(rows).encode(encoding))
    return path


def csv_text(rows: Sequence[Cells], separator: str = ",") -> str:
    """Return rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


WRITERS: Mapping[str, Callable[[Path, Sequence[Cells]], Path]] = {
    "xlsx": write_xlsx,
    "xls": write_xls,
    "ods": write_ods,
    "csv": write_csv,
}


def open_file(
    path: Path, *, edition: str | None = None, limits: Limits | None = None
) -> Reading:
    """Read a file under its own name."""
    return read(path, name=path.name, edition=edition, limits=limits or Limits())


def parts_of(path: Path, limits: Limits | None = None) -> list[SheetPart]:
    """Return all parts of a file that has records."""
    return list(open_file(path, limits=limits).parts)


def frame_of(path: Path, limits: Limits | None = None) -> pl.DataFrame:
    """Return the records of a file with one recognised sheet."""
    return pl.concat([part.frame for part in parts_of(path, limits)])


def lost_in(path: Path) -> list[tuple[int, str]]:
    """Return row and field of the codes that lost digits."""
    return [pair for part in parts_of(path) for pair in part.lost.rows()]


def codes_of(path: Path, limits: Limits | None = None) -> list[str]:
    """Return the codes of all findings, those met while reading included."""
    return all_problems(path, limits).get_column("code").to_list()


def all_problems(path: Path, limits: Limits | None = None) -> pl.DataFrame:
    """Return all findings, those met while reading included."""
    reading = open_file(path, limits=limits)
    found = [reading.problems]
    try:
        found += [part.problems for part in reading.parts]
    except CannotRead as error:
        found.append(error.finding)
    return pl.concat(found)


def replace_member(path: Path, member: str, change: Callable[[str], str]) -> Path:
    """Rewrite one text inside a zipped workbook."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    contents[member] = change(contents[member].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path
