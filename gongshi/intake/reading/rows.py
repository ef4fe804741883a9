"""Rows that came by a form or a call, kept as a JSON document and read like a sheet.

The first row is number 2, as it would be below the heading of the blank form, so
that what the check says of them is the same by every way in.
"""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from gongshi.domain.findings import Severity, no_findings
from gongshi.domain.standards import CannotFindForm, Form, form_by_key
from gongshi.intake.reading.clean import LOST_SCHEMA
from gongshi.intake.reading.headers import field_named
from gongshi.intake.reading.problems import (
    DAMAGED,
    SEND_AGAIN,
    finding,
    together,
    unreadable,
)
from gongshi.intake.reading.sheets import HeaderMatch, Reading, SheetPart

FIRST_ROW = 2

Row = Mapping[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Document:
    """Rows of one form, each by the names, codes or labels of its fields."""

    form: Form
    rows: Sequence[Row]

    def content(self) -> bytes:
        """Return the bytes that are stored; equal for equal rows."""
        document = {"form": self.form.key, "rows": [dict(row) for row in self.rows]}
        return json.dumps(document, ensure_ascii=False, sort_keys=True).encode()


def read_document(path: Path) -> Reading:
    """Open a stored document; what cannot be read has a finding and no parts."""
    try:
        document = json.loads(path.read_bytes())
        form = form_by_key(document["form"])
        rows = document["rows"]
    except (ValueError, KeyError, CannotFindForm):
        broken = unreadable(DAMAGED, SEND_AGAIN)
        return Reading(problems=broken.finding, parts=iter(()), count=lambda: 0)
    return reading_of(Document(form=form, rows=rows))


def reading_of(document: Document) -> Reading:
    """Return the document as a file that was read, in one part."""
    if not document.rows:
        empty = finding("empty-file")
        return Reading(problems=empty, parts=iter(()), count=lambda: 0)
    names = _names(document)
    match = _match(document, names)
    part = SheetPart(
        sheet="",
        match=match,
        frame=_frame(document, names, match),
        lost=pl.DataFrame(schema=LOST_SCHEMA),
        problems=no_findings(),
    )
    return Reading(
        problems=_about_names(match), parts=iter([part]), count=lambda: len(part.frame)
    )


def _names(document: Document) -> dict[str, str | None]:
    """Return for each name used in the rows the field that it stands for."""
    used = dict.fromkeys(name for row in document.rows for name in row)
    return {name: field_named(document.form, name) for name in used}


def _match(document: Document, names: Mapping[str, str | None]) -> HeaderMatch:
    # All columns of the blank form, whether a row fills them or not; behind them
    # what the form does not know, and what names a field a second time in a row.
    form = document.form
    twice = dict.fromkeys(
        text for row in document.rows for text in _second_names(row, names)
    )
    unknown = [text for text, name in names.items() if name is None]
    positions = dict(zip([*unknown, *twice], itertools.count(len(form.names))))
    return HeaderMatch(
        form=form,
        columns={name: position for position, name in enumerate(form.names)},
        unrecognised=tuple((positions[text], text) for text in unknown),
        repeated=tuple((positions[text], text) for text in twice),
        missing=(),
        header_row=1,
        head=(tuple(field.label for field in form.fields),),
    )


def _second_names(row: Row, names: Mapping[str, str | None]) -> Iterator[str]:
    seen: set[str] = set()
    for text in row:
        name = names[text]
        if name in seen:
            yield text
        elif name is not None:
            seen.add(name)


def _frame(
    document: Document, names: Mapping[str, str | None], match: HeaderMatch
) -> pl.DataFrame:
    column = {text: f"extra.{position}" for position, text in match.unrecognised}
    column |= {text: name for text, name in names.items() if name}
    rows = []
    for number, row in enumerate(document.rows, start=FIRST_ROW):
        cells: dict[str, object] = {"row": number}
        for text, value in row.items():
            cells.setdefault(column[text], _cell(value))  # the first name of a field
        rows.append(cells)
    texts = [*match.form.names, *(f"extra.{at}" for at, _text in match.unrecognised)]
    schema = {"row": pl.UInt32} | dict.fromkeys(texts, pl.String)
    return pl.DataFrame(rows, schema=schema)


def _cell(text: str | None) -> str | None:
    return (text or "").strip() or None


def _about_names(match: HeaderMatch) -> pl.DataFrame:
    found = [
        finding(code, Severity.WARNING, position=position, sheet="", value=text)
        for code, names in (
            ("unrecognised-column", match.unrecognised),
            ("repeated-column", match.repeated),
        )
        for position, text in names
    ]
    return together(found)
