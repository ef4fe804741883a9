"""Bulk sets are safe to open: no text is taken for a formula."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.utils import timezone

from gongshi.domain import standards
from gongshi.portal.opendata.making import make_set
from gongshi.portal.opendata.sets import DAILY
from gongshi.portal.opendata.tables import tables
from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change

pytestmark = pytest.mark.django_db(databases=["portal"])

_AT = datetime(2016, 3, 1, 16, 5, tzinfo=UTC)
_NAME = "licence-jiangsu-2016"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


def _made(root: Path) -> Path:
    make_set(root, TODAY, at=_AT)
    return root / DAILY / "2016-03-01"


def _csv(folder: Path, name: str = _NAME) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _lines(folder: Path, name: str = _NAME) -> list[dict[str, Any]]:
    text = (folder / f"{name}.ndjson").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _sheet(folder: Path, name: str = _NAME) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(folder / f"{name}.xlsx")
    return [
        tuple(cell.value for cell in row) for sheet in book for row in sheet.iter_rows()
    ]


@pytest.mark.parametrize(
    "sign",
    [
        *("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠", " =", "\u3000="),
        *("\ufeff=", "\u200b@", "\n="),
    ],
)
def test_text_like_a_formula_stays_text(tmp_path: Path, sign: str) -> None:
    apply_chained(change(1, title=f"{sign}cmd|' /C calc'!A0"))

    folder = _made(tmp_path)

    title = [column.title for column in tables()[0].columns].index("事项")
    (row,) = _csv(folder)
    assert row["title"] == f"'{sign}cmd|' /C calc'!A0"
    assert _sheet(folder)[1][title] == f"{sign}cmd|' /C calc'!A0"
    assert _lines(folder)[0]["record"]["title"] == f"{sign}cmd|' /C calc'!A0"
    frame = pl.read_parquet(folder / f"{_NAME}.parquet")
    assert frame.get_column("title").to_list() == [f"{sign}cmd|' /C calc'!A0"]


def test_number_that_is_none_is_no_formula_either(tmp_path: Path) -> None:
    form = standards.form("jiangsu-2016", standards.Kind.PENALTY)
    (day,) = [f.code for f in form.fields if f.name == "decision_date"]
    texts = ["=1+1", "-5", "-5+cmd", "2016-02-25"]
    apply_chained(
        *(
            change(number, kind="penalty", fields={day: text})
            for number, text in enumerate(texts, 1)
        )
    )

    rows = _csv(_made(tmp_path), "penalty-jiangsu-2016")

    assert [row[day] for row in rows] == ["'=1+1", "-5", "'-5+cmd", "2016-02-25"]


def test_workbook_has_no_formula_cell(tmp_path: Path) -> None:
    apply_chained(change(1, title="=1+1", subject_name="=2+2"))

    book = openpyxl.load_workbook(_made(tmp_path) / f"{_NAME}.xlsx")

    kinds = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row}
    assert "f" not in kinds
