"""Writes the rows to correct as a small workbook that can be sent again as it is.

Each row carries its identity, so that it comes back as the row that it was. The
values are the latest ones: of the last round that brought the row.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.utils.translation import gettext

from gongshi.domain.findings import column_letter
from gongshi.intake.files import open_file
from gongshi.intake.models import Batch
from gongshi.intake.reading import CannotRead, HeaderMatch, SheetPart
from gongshi.intake.reading.row_identity import HEADING
from gongshi.validation.marked import MarkedWorkbook
from gongshi.validation.opening import open_reading
from gongshi.validation.rounds import (
    PLACE,
    as_round,
    identity_of,
    rows_to_correct,
)
from gongshi.validation.storage import stored_findings
from gongshi.validation.unmasking import withheld_fields

_UNREAD = ("row-identity",)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Rows of one sheet as one file has them."""

    match: HeaderMatch
    frame: pl.DataFrame


def write_rows_to_correct(batch: Batch, path: Path) -> None:
    """Write the rows of the batch that have errors, marked and explained.

    Sentences are in the active language. Raises CannotOpen where a stored file is
    damaged.
    """
    awaited = rows_to_correct(batch)
    pieces = _pieces(batch, awaited)
    findings = pl.concat([*stored_findings(batch)]).filter(
        ~pl.col("code").is_in(_UNREAD)
    )
    with MarkedWorkbook(path, gettext) as book:
        for sheet in dict.fromkeys(awaited.get_column("sheet")):
            if sheet in pieces:
                part, moved = _sheet(batch, sheet, pieces[sheet])
                about = findings.filter(pl.col("sheet").fill_null("") == sheet)
                book.add(in_place(about, moved, part.match), part)


def withheld_in_rows_to_correct(batch: Batch) -> Sequence[str]:
    """Return the columns in which the rows to correct hold personal data."""
    pieces = _pieces(batch, rows_to_correct(batch))
    return withheld_fields(
        SheetPart(
            sheet=sheet,
            match=piece.match,
            frame=piece.frame,
            lost=pl.DataFrame(),
            problems=pl.DataFrame(),
        )
        for sheet, found in pieces.items()
        for piece in found
    )


def _pieces(batch: Batch, awaited: pl.DataFrame) -> dict[str, list[Piece]]:
    """Return the awaited rows by sheet: of the batch itself last, of each file once."""
    found: dict[str, list[Piece]] = {}
    left = awaited
    rounds = batch.rounds.select_related("file", "unit")
    for source in [*rounds.order_by("-received_at", "-id"), batch]:
        for part in parts_of(source):
            here = left.filter(pl.col("sheet") == part.sheet).get_column("row")
            frame = part.frame.filter(pl.col("row").is_in(here.implode()))
            if frame.is_empty() and source != batch:
                continue
            piece = Piece(match=part.match, frame=frame)
            found.setdefault(part.sheet, []).append(piece)
            taken = frame.select(pl.lit(part.sheet).alias("sheet"), "row")
            left = left.join(
                taken.cast(pl.Schema(PLACE)), on=["sheet", "row"], how="anti"
            )
    return found


def parts_of(batch: Batch) -> Iterator[SheetPart]:
    """Yield the batch's rows; of a round, in the places that they belong to.

    Raises CannotOpen where the stored file is damaged.
    """
    # What could be read is there; a finding says where it ends.
    with open_file(batch.file, name=batch.name) as path, suppress(CannotRead):
        reading = open_reading(batch, path)
        if batch.continues_id is not None:
            reading = as_round(batch, reading, is_over=True).reading
        yield from reading.parts


def _sheet(
    batch: Batch, sheet: str, pieces: list[Piece]
) -> tuple[SheetPart, Mapping[int, int]]:
    """Return the rows below one heading, each with its identity; and where they are."""
    part, moved = one_sheet(sheet, pieces)
    match = part.match
    position = len(match.head[0])
    marks = [identity_of(batch.pk, sheet, row) for row in moved]
    with_identity = dataclasses.replace(
        match,
        unrecognised=(*match.unrecognised, (position, HEADING)),
        head=((*match.head[0], HEADING),),
    )
    frame = part.frame.with_columns(
        pl.Series(f"extra.{position}", marks, dtype=pl.String)
    )
    return dataclasses.replace(part, match=with_identity, frame=frame), moved


def one_sheet(sheet: str, pieces: list[Piece]) -> tuple[SheetPart, Mapping[int, int]]:
    """Return the rows of one sheet below one heading, the first of each row.

    With them goes the new number of each old one, in order.
    """
    match = pieces[-1].match
    names = [*match.columns, *(f"extra.{at}" for at, _text in match.unrecognised)]
    rows = pl.concat([with_columns_of(piece.frame, names) for piece in pieces])
    rows = rows.unique("row", keep="first").sort("row")
    originals = rows.get_column("row").to_list()
    numbers = pl.Series("row", range(2, len(originals) + 2), dtype=pl.UInt32)
    nothing = pl.DataFrame()
    part = SheetPart(
        sheet=sheet,
        match=dataclasses.replace(match, header_row=1, head=(_heading(match),)),
        frame=rows.with_columns(numbers),
        lost=nothing,
        problems=nothing,
    )
    return part, {row: number for number, row in enumerate(originals, start=2)}


def with_columns_of(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Return the rows with these columns; what a file does not have is empty."""
    absent = pl.lit(None, dtype=pl.String)
    return frame.select(
        "row",
        *(pl.col(n) if n in frame.columns else absent.alias(n) for n in names),
    )


def _heading(match: HeaderMatch) -> tuple[str | None, ...]:
    texts: dict[int, str] = dict(match.unrecognised)
    texts |= {at: field.label for field, at in match.recognised}
    return tuple(texts.get(at) for at in range(max(texts) + 1))


def in_place(
    findings: pl.DataFrame, moved: Mapping[int, int], match: HeaderMatch
) -> pl.DataFrame:
    """Return the findings on the rows written, at the cells where these are now."""
    letters = {field.code: column_letter(at) for field, at in match.recognised}
    return findings.filter(pl.col("row").is_in(list(moved))).with_columns(
        row=pl.col("row").replace_strict(dict(moved), return_dtype=pl.UInt32),
        column=pl.col("field").replace_strict(
            letters, default=pl.col("column"), return_dtype=pl.String
        ),
    )
