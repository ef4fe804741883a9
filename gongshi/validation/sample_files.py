"""Writes samples to files, block after block, and beside them what is wrong in them."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from gongshi.domain.sample import CannotSample, Sample

_MOST_ROWS = {".xlsx": 1_048_575}  # a sheet's rows without its header
_ROW_GROUP = 100_000
_LOST_NUMBER = re.compile(r"^\d\.\d{5}E\+\d{2}$")  # 3.20703E+17

Blocks = Iterator[Sample]


def write_sample(blocks: Blocks, path: Path, *, rows: int) -> Path:
    """Write the blocks to a .csv, .xlsx or .parquet file; return the list of faults.

    That list lies beside the file as `NAME.faults.csv`: `row`, `code`, sorted. The
    same blocks give the same bytes. One block at a time is held in memory.

    Raises:
        CannotSample: the file's kind is unknown, or too small for the rows.
    """
    write = _WRITERS.get(path.suffix)
    if write is None:
        raise CannotSample(
            "unknown-file", f"{path}: name a {', '.join(_WRITERS)} file."
        )
    if rows > _MOST_ROWS.get(path.suffix, rows):
        raise CannotSample(
            "too-many-rows", f"{path.suffix} holds fewer than {rows} rows."
        )
    faults: list[pl.DataFrame] = []
    write(_noting(blocks, faults), path)
    beside = path.with_suffix(".faults.csv")
    pl.concat(faults).sort("row", "code").write_csv(beside)
    return beside


def _noting(blocks: Blocks, faults: list[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    for block in blocks:
        faults.append(block.faults)
        yield block.frame


def _write_csv(frames: Iterator[pl.DataFrame], path: Path) -> None:
    with path.open("wb") as file:
        for number, frame in enumerate(frames):
            frame.write_csv(file, include_header=number == 0)


def _write_parquet(frames: Iterator[pl.DataFrame], path: Path) -> None:
    first = next(frames)

    def source(
        with_columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        batch_size: int | None,
    ) -> Iterator[pl.DataFrame]:
        yield first
        yield from frames

    lazy = register_io_source(source, schema=first.schema)
    lazy.sink_parquet(path, row_group_size=_ROW_GROUP, maintain_order=True)


def _write_xlsx(frames: Iterator[pl.DataFrame], path: Path) -> None:
    workbook = Workbook(path, {"constant_memory": True})
    # The same sample is the same file, whenever it is made.
    workbook.set_properties({"created": datetime(2016, 2, 1, tzinfo=UTC)})
    with closing(workbook):
        sheet = workbook.add_worksheet()
        row = 0
        for frame in frames:
            if row == 0:
                sheet.write_row(0, 0, frame.columns)
            for cells in frame.iter_rows():
                row += 1
                _write_cells(sheet, row, cells)


def _write_cells(sheet: Worksheet, row: int, cells: tuple[str | None, ...]) -> None:
    for column, text in enumerate(cells):
        if text is None:
            continue
        if text[1:2] == "." and _LOST_NUMBER.match(text):
            sheet.write_number(row, column, float(text))
        else:
            sheet.write_string(row, column, text)


_WRITERS: dict[str, Callable[[Iterator[pl.DataFrame], Path], None]] = {
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".parquet": _write_parquet,
}
