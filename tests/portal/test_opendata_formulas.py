"""Bulk sets are safe to open: no text is taken for a formula."""

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from django.utils import timezone

from gongshi.domain import standards
from gongshi.portal.opendata.tables import tables
from tests.portal.bulk_sets import NAME, csv_rows, made, ndjson_lines, sheet_rows
from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change

pytestmark = pytest.mark.django_db(databases=["portal"])


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


@pytest.mark.parametrize(
    "sign",
    [
        *("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠", " =", "\u3000="),
        *("\ufeff=", "\u200b@", "\n="),
    ],
)
def test_text_like_a_formula_stays_text(tmp_path: Path, sign: str) -> None:
    apply_chained(change(1, title=f"{sign}cmd|' /C calc'!A0"))

    folder = made(tmp_path)

    title = [column.title for column in tables()[0].columns].index("事项")
    (row,) = csv_rows(folder)
    assert row["title"] == f"'{sign}cmd|' /C calc'!A0"
    assert sheet_rows(folder)[1][title] == f"{sign}cmd|' /C calc'!A0"
    assert ndjson_lines(folder)[0]["record"]["title"] == f"{sign}cmd|' /C calc'!A0"
    frame = pl.read_parquet(folder / f"{NAME}.parquet")
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

    rows = csv_rows(made(tmp_path), "penalty-jiangsu-2016")

    assert [row[day] for row in rows] == ["'=1+1", "-5", "'-5+cmd", "2016-02-25"]


def test_workbook_has_no_formula_cell(tmp_path: Path) -> None:
    apply_chained(change(1, title="=1+1", subject_name="=2+2"))

    book = openpyxl.load_workbook(made(tmp_path) / f"{NAME}.xlsx")

    kinds = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row}
    assert "f" not in kinds
