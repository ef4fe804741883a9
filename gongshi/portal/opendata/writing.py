"""Writes one table in four formats, part by part, with bounded memory."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl
import xlsxwriter

from gongshi.portal.opendata.tables import Column, Table

_BOM = b"\xef\xbb\xbf"
ROWS_OF_A_SHEET = 1_048_575  # below the header
_ROW_GROUP = 100_000
_LONGEST_CELL = 32_767
# A spreadsheet takes a cell that begins so for a formula, in East Asia also in full
# width; some first take away white space and what is invisible.
_FORMULA = r"^[\s\p{Z}\p{Cf}\p{Cc}]*[=+\-@＝＋－﹣−＠]|^[\t\r\n]"
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"  # what need not be held for one


def write_csv(table: Table, parts: Sequence[Path], target: Path) -> None:
    """Write UTF-8 with a byte order mark; formula-safe: an apostrophe before = + - @."""
    safe = [_safe(column) for column in table.columns]
    with target.open("wb") as file:
        file.write(_BOM)
        titles = pl.DataFrame(schema=[column.name for column in table.columns])
        titles.write_csv(file, line_terminator="\r\n")
        for part in parts:
            frame = pl.read_parquet(part).select(safe)
            frame.write_csv(file, include_header=False, line_terminator="\r\n")


def write_ndjson(table: Table, parts: Sequence[Path], target: Path) -> None:
    """Write each record exactly as it was published, one line of JSON each.

    `digest` is the SHA-256 of the text of `record`, as the chain of changes has it.
    """
    with target.open("wb") as file:
        for part in parts:
            frame = pl.read_parquet(part, columns=list(_EXACT))
            lines = frame.select(
                pl.concat_str(
                    pl.lit('{"record_id":"'),
                    pl.col("record_id"),
                    pl.lit('","sequence":'),
                    pl.col("sequence").cast(pl.String),
                    pl.lit(',"digest":"'),
                    pl.col("digest"),
                    pl.lit('","record":'),
                    pl.col("payload"),
                    pl.lit("}\n"),
                )
            )
            file.write("".join(lines.to_series()).encode())


def write_parquet(table: Table, parts: Sequence[Path], target: Path) -> None:
    """Write typed columns, in row groups."""
    if not parts:
        empty = pl.LazyFrame(
            schema={column.name: pl.String for column in table.columns}
        )
        table.typed(empty).collect().write_parquet(target)
        return
    whole = pl.scan_parquet(list(parts))
    table.typed(whole).sink_parquet(target, row_group_size=_ROW_GROUP)


def write_xlsx(table: Table, parts: Sequence[Path], target: Path) -> None:
    """Write text cells, never formulas; a further sheet for each 1,048,575 rows."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "tmpdir": str(target.parent),
    }
    with xlsxwriter.Workbook(str(target), options) as workbook:
        workbook.use_zip64()
        bold = workbook.add_format({"bold": True})
        sheet = _sheet(workbook, table, bold, 1)
        row = sheets = 1
        for part in parts:
            frame = pl.read_parquet(part).select(c.name for c in table.columns)
            for values in frame.iter_rows():
                if row > ROWS_OF_A_SHEET:
                    sheets += 1
                    sheet, row = _sheet(workbook, table, bold, sheets), 1
                for place, value in enumerate(values):
                    if value:
                        sheet.write_string(row, place, value[:_LONGEST_CELL])
                row += 1


Writer = Callable[[Table, Sequence[Path], Path], None]
WRITERS: Mapping[str, Writer] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
    "ndjson": write_ndjson,
}
_EXACT = ("record_id", "sequence", "digest", "payload")


def _sheet(
    workbook: xlsxwriter.Workbook, table: Table, bold: object, number: int
) -> xlsxwriter.worksheet.Worksheet:
    sheet = workbook.add_worksheet(f"{table.kind}-{number}")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.title, bold)
    return sheet


def _safe(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    suspicious = text.str.contains(_FORMULA)
    if column.type != "string":
        # As received: what should be a number or a day may be anything.
        suspicious &= ~text.str.contains(_NUMBER)
    return pl.when(suspicious).then("'" + text).otherwise(text).alias(column.name)
