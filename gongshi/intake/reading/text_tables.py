"""Reads text tables (CSV) of any size: UTF-8, GB18030 or UTF-16; comma, ; or tab."""

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from gongshi.intake.reading import clean
from gongshi.intake.reading.headers import SEARCHED_ROWS, Candidate, find_header
from gongshi.intake.reading.limits import MIB, Limits
from gongshi.intake.reading.problems import (
    BAD_TEXT,
    COLUMNS,
    SAVE_AS_UTF8,
    CannotRead,
    beyond,
    together,
    unreadable,
)
from gongshi.intake.reading.sheets import HeaderMatch, SheetPart
from gongshi.intake.reading.text_blocks import Block, RowBlocks

_SEPARATORS = (",", "\t", ";")
_SPARE_CELLS = 4  # columns kept beyond the header, to notice rows that are longer


class TextTable:
    """One text table: its header is found at once, its rows are read on demand."""

    def __init__(
        self, path: Path, *, sheet: str, edition: str | None, limits: Limits
    ) -> None:
        self.sheet = sheet
        self._path = path
        self._limits = limits
        self._file = path.open("rb")
        try:
            self._open(edition)
        except CannotRead:
            self._file.close()
            raise

    def _open(self, edition: str | None) -> None:
        self._blocks = RowBlocks(self._file, self._limits)
        head = self._blocks.head()
        self.is_empty = not head.strip()
        separator, rows, self.candidate = _best_separator(head, edition)
        self._blocks.separator = separator.encode()
        header = self.candidate.match.header_row if self.candidate else 0
        self._width = max((len(row) for row in rows[:header]), default=0)
        if self._width > self._limits.columns:
            raise beyond(COLUMNS, self._width, self._limits.columns)

    def parts(self, match: HeaderMatch) -> Iterator[SheetPart]:
        """Yield the records, about `part_rows` at a time.

        Raises:
            CannotRead: the rest of the file cannot be read; says from which row.
        """
        waiting: list[SheetPart] = []
        with self._file:
            for block in self._blocks:
                raw = self._parse(block).with_row_index("row", self._blocks.rows + 1)
                self._blocks.rows += raw.height
                part = self._part(raw, match)
                if part.frame.height or part.problems.height:
                    waiting.append(part)
                if sum(part.frame.height for part in waiting) >= self._limits.part_rows:
                    yield _joined(waiting)
                    waiting = []
        if waiting:
            yield _joined(waiting)

    def count(self, match: HeaderMatch) -> int:
        """Return about how many records there are, by one quick look at all lines."""
        with self._path.open("rb") as file:
            pieces = iter(lambda: file.read(MIB), b"")
            lines = sum(piece.count(b"\n") for piece in pieces)
        return max(lines - match.header_row, 0)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _part(self, raw: pl.DataFrame, match: HeaderMatch) -> SheetPart:
        spare = raw.columns[-_SPARE_CELLS:]
        extra = clean.extra_cells(raw, spare, match, sheet=self.sheet)
        records = clean.tidy(raw, match)
        frame, failed = clean.take_formula_errors(records, match, sheet=self.sheet)
        return SheetPart(
            sheet=self.sheet,
            match=match,
            frame=frame,
            lost=clean.in_scientific_notation(frame, match),
            problems=together([extra, failed]),
        )

    def _parse(self, block: Block) -> pl.DataFrame:
        names = [clean.raw_name(at) for at in range(self._width + _SPARE_CELLS)]
        if not block.is_regular:
            return self._parse_tolerantly(block, names)
        try:
            return pl.read_csv(
                block.content,
                has_header=False,
                schema=dict.fromkeys(names, pl.String),
                separator=self._blocks.separator.decode(),
                extra_columns="ignore",
                missing_columns="insert",
                truncate_ragged_lines=True,
            )
        except pl.exceptions.ComputeError:
            self._refuse_bad_bytes(block)
            return self._parse_tolerantly(block, names)

    def _parse_tolerantly(self, block: Block, names: list[str]) -> pl.DataFrame:
        self._refuse_bad_bytes(block)
        width = len(names)
        text = io.StringIO(block.content.decode(), newline="")
        reader = csv.reader(text, delimiter=self._blocks.separator.decode())
        columns: list[list[str | None]] = [[] for _ in names]
        for row in reader:
            cells = itertools.chain(
                row[:width], itertools.repeat(None, width - len(row))
            )
            for column, cell in zip(columns, cells, strict=True):
                column.append(cell)
        return pl.DataFrame(
            dict(zip(names, columns, strict=True)),
            schema=dict.fromkeys(names, pl.String),
        )

    def _refuse_bad_bytes(self, block: Block) -> None:
        try:
            block.content.decode()
        except UnicodeDecodeError as error:
            row = self._blocks.row_at(block.content[: error.start])
            raise unreadable(BAD_TEXT, SAVE_AS_UTF8, row=row) from None


def _joined(parts: list[SheetPart]) -> SheetPart:
    """Return several pieces as one: small blocks parse faster, large parts check faster."""
    return SheetPart(
        sheet=parts[0].sheet,
        match=parts[0].match,
        frame=pl.concat([part.frame for part in parts], rechunk=True),
        lost=pl.concat([part.lost for part in parts]),
        problems=together([part.problems for part in parts]),
    )


def _best_separator(
    head: str, edition: str | None
) -> tuple[str, list[list[str]], Candidate | None]:
    """Return the separator under which the header fits best, the rows, the fit."""
    tried = []
    for separator in _SEPARATORS:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
        rows = list(itertools.islice(reader, SEARCHED_ROWS + 1))
        tried.append((separator, rows, find_header(rows, edition)))
    return max(tried, key=lambda found: found[2].score if found[2] else -1e9)
