"""A code that is stored as a number too long to be exact is never guessed."""

from pathlib import Path

import pytest

from tests.intake.files import (
    LABELS,
    WRITERS,
    Cells,
    at,
    frame_of,
    lost_in,
    record,
    replace_member,
    write_csv,
    write_xlsx,
)

NUMBER = 320703198001010015
AS_PRINTED = "320703198001009984"  # what a 64-bit float makes of it
WORKBOOKS = pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])


@WORKBOOKS
def test_number_cell_with_lost_digits_is_told_from_text(
    tmp_path: Path, kind: str
) -> None:
    rows: list[Cells] = [
        LABELS,
        record(resident_id=NUMBER),
        record(resident_id=AS_PRINTED),  # text that a number would print like that
        record(resident_id=NUMBER, item_code=1234567890123456768),
        record(resident_id="320703198001010015"),
    ]

    path = WRITERS[kind](tmp_path / f"a.{kind}", rows)

    assert frame_of(path).get_column("resident_id").to_list()[0] == AS_PRINTED
    assert sorted(lost_in(path)) == [
        (2, "resident_id"),
        (4, "item_code"),
        (4, "resident_id"),
    ]


@WORKBOOKS
def test_short_number_is_not_lost(tmp_path: Path, kind: str) -> None:
    rows: list[Cells] = [
        LABELS,
        record(registration_number=320700000206390, region_code=320700),
    ]

    path = WRITERS[kind](tmp_path / f"a.{kind}", rows)

    assert lost_in(path) == []
    assert frame_of(path).item(0, "registration_number") == "320700000206390"
    assert frame_of(path).item(0, "region_code") == "320700"


@WORKBOOKS
def test_lost_digits_are_found_below_titles_and_beside_empty_columns(
    tmp_path: Path, kind: str
) -> None:
    rows: list[Cells] = [
        [None, "公示表"],
        [None],
        [None, *LABELS],
        [None, *record(resident_id=NUMBER)],
    ]

    path = WRITERS[kind](tmp_path / f"a.{kind}", rows)

    assert lost_in(path) == [(4, "resident_id")]


@pytest.mark.parametrize("kind", WRITERS)
def test_scientific_notation_in_a_code_is_lost(tmp_path: Path, kind: str) -> None:
    rows: list[Cells] = [
        LABELS,
        record(resident_id="3.20703E+17"),
        record(item_code="12E5", remarks="3.20703E+17"),
    ]

    path = WRITERS[kind](tmp_path / f"a.{kind}", rows)

    assert lost_in(path) == [(2, "resident_id")]


def test_plain_digits_in_a_csv_are_not_lost(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [LABELS, record(resident_id=AS_PRINTED)])

    assert lost_in(path) == []


def test_numbers_without_references_are_still_found(tmp_path: Path) -> None:
    """Some programs write cells without saying where they stand."""
    cells = [cell or "-" for cell in record()]
    cells[at("resident_id")] = NUMBER
    path = write_xlsx(tmp_path / "a.xlsx", [LABELS, cells])
    replace_member(path, "xl/worksheets/sheet1.xml", _without_references)

    assert lost_in(path) == [(2, "resident_id")]


def _without_references(xml: str) -> str:
    for row in (1, 2):
        for column in range(26):
            xml = xml.replace(f'<c r="{chr(65 + column)}{row}"', "<c")
    return xml
