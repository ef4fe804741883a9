"""The column that says which row of which batch a row is: by it, rows come back.

A workbook of rows to correct carries it. Its text is `batch.row.sheet.seal`; that
the seal is genuine is asked where the batch is known (validation.rounds).
"""

import base64
import re
from dataclasses import dataclass
from uuid import UUID

import polars as pl

from gongshi.domain.findings import Severity
from gongshi.intake.reading.problems import finding, together
from gongshi.intake.reading.sheets import HeaderMatch, SheetPart

HEADING = "行标识（请勿改动）"

_MARK = "行标识"
_FORM = r"^[0-9a-f]{32}\.[1-9][0-9]{0,9}\.[A-Za-z0-9_-]*\.[0-9a-f]{20}$"
_PARTS = re.compile(_FORM)


@dataclass(frozen=True, kw_only=True)
class RowIdentity:
    """Which row is meant, and the seal that came with it."""

    batch_id: UUID
    sheet: str
    row: int
    seal: str

    def text(self) -> str:
        """Return the text of the cell."""
        sheet = base64.urlsafe_b64encode(self.sheet.encode()).decode().rstrip("=")
        return f"{self.batch_id.hex}.{self.row}.{sheet}.{self.seal}"


def parse_identity(text: str) -> RowIdentity | None:
    """Return what a cell says; None where it is no identity at all."""
    if not _PARTS.match(text):
        return None
    batch, row, sheet, seal = text.split(".")
    try:
        name = base64.urlsafe_b64decode(sheet + "=" * (-len(sheet) % 4)).decode()
    except ValueError:
        return None
    return RowIdentity(batch_id=UUID(batch), sheet=name, row=int(row), seal=seal)


def identity_position(match: HeaderMatch) -> int | None:
    """Return the position of the column of identities; None where there is none."""
    return next((at for at, text in match.unrecognised if _MARK in text), None)


def with_identities_looked_at(part: SheetPart) -> SheetPart:
    """Return the part with a finding for each row whose identity is none."""
    position = identity_position(part.match)
    if position is None:
        return part
    cells = part.frame.select("row", text=pl.col(f"extra.{position}").fill_null(""))
    wrong = cells.filter(~pl.col("text").str.contains(_FORM))
    found = [
        refused(row, text, sheet=part.sheet, position=position)
        for row, text in wrong.iter_rows()
    ]
    return SheetPart(
        sheet=part.sheet,
        match=part.match,
        frame=part.frame,
        lost=part.lost,
        problems=together([part.problems, *found]),
    )


def refused(row: int, text: str, *, sheet: str, position: int) -> pl.DataFrame:
    """Return the finding on a row whose identity leads nowhere."""
    return finding(
        "row-identity",
        Severity.ERROR,
        position=position,
        sheet=sheet,
        row=row,
        label=HEADING,
        value=text[:16] + "…" if len(text) > 16 else text,
    )
