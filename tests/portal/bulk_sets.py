"""Makes the day's bulk sets in a folder, and reads them back."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl

from gongshi.portal.opendata.making import make_set
from gongshi.portal.opendata.sets import DAILY
from tests.portal.changes import TODAY

AT = datetime(2016, 3, 1, 16, 5, tzinfo=UTC)
NAME = "licence-jiangsu-2016"


def made(root: Path) -> Path:
    """Make the sets of the day; return their folder."""
    make_set(root, TODAY, at=AT)
    return root / DAILY / "2016-03-01"


def csv_rows(folder: Path, name: str = NAME) -> list[dict[str, str]]:
    """Return the rows of a set as CSV."""
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def ndjson_lines(folder: Path, name: str = NAME) -> list[dict[str, Any]]:
    """Return the lines of a set as JSON lines."""
    text = (folder / f"{name}.ndjson").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def sheet_rows(folder: Path, name: str = NAME) -> list[tuple[Any, ...]]:
    """Return the rows of a set as a workbook."""
    book = openpyxl.load_workbook(folder / f"{name}.xlsx")
    return [
        tuple(cell.value for cell in row) for sheet in book for row in sheet.iter_rows()
    ]
