"""`gongshi sample`: the files that it writes, and what it refuses."""

from datetime import date
from io import StringIO
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from django.core.management import CommandError, call_command

from gongshi.domain.rules import Checker
from gongshi.intake.reading import read
from gongshi.validation.checking import Receipt, check_file

UNTIL = date(2016, 9, 20)


def sampled(out: Path, *options: str, rows: int = 300) -> Path:
    wanted = ("--kind", "penalty", "--out", str(out), "--until", UNTIL.isoformat())
    call_command("sample", str(rows), *wanted, *options, stdout=StringIO())
    return out


def faults_of(out: Path) -> list[tuple[int, str]]:
    listed = pl.read_csv(out.with_suffix(".faults.csv"))
    assert listed.columns == ["row", "code"]
    return [(int(row), str(code)) for row, code in listed.rows()]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("edition", ["jiangsu-2016", "national-2018"])
def test_checking_a_sample_finds_exactly_its_faults(
    tmp_path: Path, suffix: str, edition: str
) -> None:
    out = sampled(
        tmp_path / f"x{suffix}", "--edition", edition, "--errors", "0.5", rows=1000
    )

    reading = read(out, name=out.name)
    checked = check_file(reading, Receipt(received_on=UNTIL), Checker())

    found = pl.concat([part.findings for part in checked]).select("row", "code")
    assert sorted(set(found.rows())) == faults_of(out)
    assert len({code for _, code in faults_of(out)}) > 25


def test_sample_without_errors_has_an_empty_list_of_faults(tmp_path: Path) -> None:
    assert faults_of(sampled(tmp_path / "x.csv")) == []


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_same_arguments_write_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    first, second = (
        sampled(tmp_path / f"{name}{suffix}", "--seed", "9", "--errors", "0.1")
        for name in ("first", "second")
    )

    assert first.read_bytes() == second.read_bytes()
    assert faults_of(first) == faults_of(second)


def test_csv_and_parquet_hold_the_same_records(tmp_path: Path) -> None:
    text = sampled(tmp_path / "x.csv", "--errors", "0.1")
    columns = sampled(tmp_path / "x.parquet", "--errors", "0.1")

    assert pl.read_csv(text, infer_schema=False).equals(pl.read_parquet(columns))


def test_workbook_holds_identifiers_as_text_and_lost_ones_as_numbers(
    tmp_path: Path,
) -> None:
    out = sampled(tmp_path / "x.xlsx", "--errors", "0.3")

    sheet = openpyxl.load_workbook(out).active
    cells = [cell for line in sheet.iter_rows(min_row=2) for cell in line]
    kinds = {type(cell.value) for cell in cells if cell.value is not None}
    numbers = [cell for cell in cells if isinstance(cell.value, (int, float))]
    lost = {row for row, code in faults_of(out) if code == "lost-digits"}
    assert kinds >= {str}
    assert {cell.row for cell in numbers} == lost


def test_header_can_be_the_official_codes(tmp_path: Path) -> None:
    out = sampled(tmp_path / "x.csv", "--codes")

    assert pl.read_csv(out, n_rows=1).columns[:3] == ["CF_WSH", "CF_CFMC", "CF_BM"]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.doc", ()),
        ("x.csv", ("--unit", "连云港市卫生局")),
        ("x.csv", ("--natural",)),  # jiangsu-2016 has one form for all
        ("x.csv", ("--errors", "5")),
    ],
)
def test_what_cannot_be_made_ends_with_exit_code_2(
    tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    with pytest.raises(CommandError) as refused:
        sampled(tmp_path / name, *options)

    assert refused.value.returncode == 2
