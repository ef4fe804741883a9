"""Writes a version of a catalogue as the power-list form: xlsx or CSV, read back alike."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

import xlsxwriter

from gongshi.catalogue.models import CatalogueItem, CatalogueVersion
from gongshi.domain.power_list import COLUMNS, KINDS, SUBJECTS, YES_NO

# A text that begins so is run as a formula by a spreadsheet that opens a CSV.
_FORMULA = re.compile(r"[=+@\t\r-]")
_CELL = 32_767  # the longest text that a cell can hold
_ROWS = 5_000  # rows that carry the drop-downs


def workbook_of(version: CatalogueVersion | None) -> bytes:
    """Return the version's items, or the blank form for None; every cell is text."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("权力清单")
        text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        for at, column in enumerate(COLUMNS):
            sheet.set_column(at, at, column.width, text)
            sheet.write_string(0, at, column.label, head)
            if column.choices:
                choices = {"validate": "list", "source": list(column.choices)}
                sheet.data_validation(1, at, _ROWS, at, choices)
        for number, line in enumerate(_lines(version), start=1):
            for at, cell in enumerate(line):
                if cell:
                    sheet.write_string(number, at, cell[:_CELL], text)
        sheet.freeze_panes(1, 0)
    return stream.getvalue()


def csv_of(version: CatalogueVersion) -> bytes:
    """Return the version's items as CSV that Excel shows rightly, and runs nothing of."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([column.label for column in COLUMNS])
    lines.writerows([_harmless(cell) for cell in line] for line in _lines(version))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _lines(version: CatalogueVersion | None) -> Iterator[Sequence[str]]:
    if version is None:
        return
    items = version.items.select_related("entrusted_to")
    for item in items.order_by("kind", "code", "id"):
        yield _line(item)


def _line(item: CatalogueItem) -> Sequence[str]:
    return (
        KINDS[item.kind],
        item.code,
        item.name,
        item.basis,
        SUBJECTS[item.subjects],
        YES_NO[item.is_public],
        item.not_public_reason,
        str(item.publish_working_days or ""),
        str(item.display_years or ""),
        item.from_date.isoformat(),
        item.until_date.isoformat() if item.until_date else "",
        item.entrusted_to.name if item.entrusted_to else "",
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
