"""Writes a batch's rows as they were sent last, bad cells marked, with its findings."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import polars as pl
from django.utils.translation import gettext

from gongshi.domain.findings import no_findings
from gongshi.intake.models import Batch
from gongshi.intake.reading import SheetPart
from gongshi.validation.corrections import (
    Piece,
    in_place,
    one_sheet,
    parts_of,
    with_columns_of,
)
from gongshi.validation.marked import MarkedWorkbook
from gongshi.validation.rounds import rows_to_correct
from gongshi.validation.storage import stored_findings
from gongshi.validation.unmasking import masked, withheld_fields

_Shown = Callable[[SheetPart], SheetPart]
_UNREAD = ("row-identity",)


def write_marked_workbook(batch: Batch, path: Path, *, is_masked: bool = True) -> None:
    """Write the batch's own sheets with the bad cells marked, and its findings.

    Rows that a round brought again stand as they were sent last; of a round, only
    its own rows. Personal data is masked; unmasked it is for who gave a reason
    (`note_unmasked`). Sentences are in the active language. Raises CannotOpen where
    a stored file is damaged.
    """
    findings = pl.concat([no_findings(), *stored_findings(batch)])
    shown: _Shown = masked if is_masked else _as_it_is
    with MarkedWorkbook(path, gettext) as book:
        if batch.continues_id is not None:
            _write_round(batch, findings, book, shown)
        elif batch.rule_counts:
            _write_whole(batch, findings, book, shown)


def withheld_in_workbook(batch: Batch) -> Sequence[str]:
    """Return the columns of the batch's file in which something is masked."""
    return withheld_fields(_parts_as_sent_last(batch))


def _as_it_is(part: SheetPart) -> SheetPart:
    return part


def _write_whole(
    batch: Batch, findings: pl.DataFrame, book: MarkedWorkbook, shown: _Shown
) -> None:
    book.add(findings.filter(pl.col("row").is_null()), None)
    for part in _parts_as_sent_last(batch):
        numbers = part.frame.get_column("row")
        here = pl.col("row").is_between(numbers.min(), numbers.max())
        about = findings.filter((pl.col("sheet") == part.sheet) & here)
        book.add(about, shown(part))


def _write_round(
    batch: Batch, findings: pl.DataFrame, book: MarkedWorkbook, shown: _Shown
) -> None:
    is_astray = pl.col("row").is_null() | pl.col("code").is_in(_UNREAD)
    book.add(findings.filter(is_astray), None)
    pieces: dict[str, list[Piece]] = {}
    for part in parts_of(batch):
        piece = Piece(match=part.match, frame=part.frame)
        pieces.setdefault(part.sheet, []).append(piece)
    for sheet, found in pieces.items():
        written, moved = one_sheet(sheet, found)
        about = findings.filter((pl.col("sheet") == sheet) & ~is_astray)
        book.add(in_place(about, moved, written.match), shown(written))


def _parts_as_sent_last(batch: Batch) -> Iterator[SheetPart]:
    latest = _brought_again(batch)
    for part in parts_of(batch):
        yield _renewed(part, latest.get(part.sheet))


def _brought_again(batch: Batch) -> dict[str, pl.DataFrame]:
    """Return by sheet the rows that rounds brought, as they were sent last.

    A row that was accepted in one round is refused in later ones: it stays as it was.
    """
    latest: dict[str, pl.DataFrame] = {}
    rounds = batch.rounds.select_related("file", "unit", "continues")
    for round_ in rounds.order_by("received_at", "id"):
        bad = rows_to_correct(round_).with_columns(is_open=True)
        for part in parts_of(round_):
            own = bad.filter(sheet=part.sheet).drop("sheet")
            rows = part.frame.join(own, on="row", how="left")
            known = latest.get(part.sheet, rows.clear())
            settled = known.filter(pl.col("is_open").is_null()).get_column("row")
            rows = rows.filter(~pl.col("row").is_in(settled.implode()))
            rest = known.join(rows, on="row", how="anti")
            latest[part.sheet] = pl.concat([rest, rows], how="diagonal")
    return latest


def _renewed(part: SheetPart, latest: pl.DataFrame | None) -> SheetPart:
    """Return the part with the rows that were sent again as they are now."""
    if latest is None:
        return part
    names = [name for name in part.frame.columns if name != "row"]
    here = latest.join(part.frame, on="row", how="semi")
    rest = part.frame.join(here, on="row", how="anti").select("row", *names)
    rows = pl.concat([rest, with_columns_of(here, names)]).sort("row")
    return dataclasses.replace(part, frame=rows)
