"""Rows to correct: downloaded, corrected, sent again, and told to be the same rows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.intake.actions import Rows, receive_file, receive_rows
from gongshi.intake.models import Batch, BatchSource, BatchState
from gongshi.intake.reading import Document
from gongshi.intake.reading.row_identity import HEADING
from gongshi.records.models import Record
from gongshi.validation.corrections import write_rows_to_correct
from gongshi.validation.marked_batch import write_marked_workbook
from gongshi.validation.queries import rule_groups
from gongshi.validation.rounds import identity_of, rows_to_correct
from tests.factories import AT, BY, LICENCE, UnitFactory, jiangsu_licence, upload
from tests.office.desk import WRONG_CODE, check, checked_batch, licence_file

pytestmark = pytest.mark.django_db(databases=["default"])

RIGHT_CODE = "91320703MA1TE5T0XR"
Change = Callable[[Worksheet], None]


@pytest.fixture
def unit() -> Unit:
    """Return a unit."""
    return UnitFactory.create()


@pytest.fixture
def faulty(unit: Unit) -> Batch:
    """Return a batch whose rows 3 and 5 are bad, of four."""
    return checked_batch(unit, licence_file({}, WRONG_CODE, {}, WRONG_CODE))


def to_correct(batch: Batch, folder: Path) -> Path:
    """Return the workbook of the rows to correct."""
    path = folder / f"{uuid4().hex}.xlsx"
    write_rows_to_correct(batch, path)
    return path


def sent_again(batch: Batch, path: Path, change: Change, *, at: datetime = AT) -> Batch:
    """Change the workbook's first sheet, send it again and check it."""
    book = load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    unit = Unit.objects.get(pk=batch.unit_id)
    round_ = receive_file(
        upload(path.read_bytes(), name="更正.xlsx"), unit=unit, by=BY, at=at
    )
    check(round_)
    batch.refresh_from_db()
    return round_


def column(sheet: Worksheet, label: str) -> int:
    """Return the number of the column with that heading."""
    return next(int(cell.column) for cell in sheet[1] if cell.value == label)


def with_codes(*codes: str | None) -> Change:
    """Return the change that puts these credit codes into the rows."""

    def change(sheet: Worksheet) -> None:
        at = column(sheet, jiangsu_licence().by_name["credit_code"].label)
        for row, code in enumerate(codes, start=2):
            sheet.cell(row, at).value = code

    return change


def _summary(batch: Batch) -> dict[str, int]:
    return {name: batch.counts.get(name, 0) for name in ("rows", "bad", "fixed")}


def test_workbook_holds_only_the_bad_rows_and_names_each(
    faulty: Batch, tmp_path: Path
) -> None:
    sheet = load_workbook(to_correct(faulty, tmp_path)).worksheets[0]

    numbers = [cell.value for cell in sheet["A"][1:]]
    marks = [cell.value for cell in sheet[sheet.max_column and "U"][1:]]
    assert numbers == ["连环审〔2016〕13号", "连环审〔2016〕15号"]
    assert sheet["U1"].value == HEADING
    assert marks == [identity_of(faulty.pk, "许可", row) for row in (3, 5)]


def test_bad_cells_are_marked_where_they_are_now(faulty: Batch, tmp_path: Path) -> None:
    sheet = load_workbook(to_correct(faulty, tmp_path)).worksheets[0]

    at = column(sheet, jiangsu_licence().by_name["credit_code"].label)
    assert sheet.cell(2, at).comment is not None
    assert sheet.cell(3, at).fill.fgColor.rgb == "FFF8D7DA"


def test_corrected_rows_land_under_their_original_numbers(
    faulty: Batch, tmp_path: Path
) -> None:
    path = to_correct(faulty, tmp_path)

    round_ = sent_again(faulty, path, with_codes(RIGHT_CODE, RIGHT_CODE))

    landed = Record.objects.of_batch(round_.pk)
    assert list(landed.values_list("sheet", "row_number", "decision_number")) == [
        ("许可", 3, "连环审〔2016〕13号"),
        ("许可", 5, "连环审〔2016〕15号"),
    ]
    assert round_.continues_id == faulty.pk
    assert _summary(faulty) == {"rows": 4, "bad": 0, "fixed": 2}
    assert rule_groups(faulty) == []


def test_two_rounds_correct_what_one_did_not(faulty: Batch, tmp_path: Path) -> None:
    sent_again(faulty, to_correct(faulty, tmp_path), with_codes(RIGHT_CODE, "0"))
    after_one = (_summary(faulty), rows_to_correct(faulty).rows())
    second = to_correct(faulty, tmp_path)
    values = [cell.value for cell in load_workbook(second).worksheets[0]["G"][1:]]

    sent_again(faulty, second, with_codes(RIGHT_CODE))

    assert after_one == ({"rows": 4, "bad": 1, "fixed": 1}, [("许可", 5)])
    assert values == ["0"]  # what was sent last, not what was sent first
    assert _summary(faulty) == {"rows": 4, "bad": 0, "fixed": 2}


def test_marked_workbook_shows_each_row_as_it_was_sent_last(
    faulty: Batch, tmp_path: Path
) -> None:
    sent_again(faulty, to_correct(faulty, tmp_path), with_codes(RIGHT_CODE, "0"))

    write_marked_workbook(faulty, tmp_path / "marked.xlsx")

    sheet = load_workbook(tmp_path / "marked.xlsx").worksheets[0]
    at = column(sheet, jiangsu_licence().by_name["credit_code"].label)
    codes = [sheet.cell(row, at).value for row in range(2, 6)]
    noted = [row for row in range(2, 6) if sheet.cell(row, at).comment]
    assert codes == [RIGHT_CODE, RIGHT_CODE, RIGHT_CODE, "0"]
    assert noted == [5]


def test_marked_workbook_of_a_round_marks_its_own_rows(
    faulty: Batch, tmp_path: Path
) -> None:
    path = tmp_path / "marked.xlsx"
    first = sent_again(
        faulty, to_correct(faulty, tmp_path), with_codes(RIGHT_CODE, "0")
    )

    write_marked_workbook(first, path)

    sheet = load_workbook(path).worksheets[0]
    at = column(sheet, jiangsu_licence().by_name["credit_code"].label)
    assert [sheet.cell(row, at).value for row in (2, 3)] == [RIGHT_CODE, "0"]
    assert sheet.cell(2, at).comment is None
    assert sheet.cell(3, at).comment is not None


def test_row_that_was_accepted_stays_as_it_was_in_the_marked_workbook(
    faulty: Batch, tmp_path: Path
) -> None:
    first = to_correct(faulty, tmp_path)
    again = tmp_path / "again.xlsx"
    again.write_bytes(first.read_bytes())
    sent_again(faulty, first, with_codes(RIGHT_CODE, "0"))
    later = AT + timedelta(hours=1)  # when the first is refused
    sent_again(faulty, again, with_codes("1", "2"), at=later)

    write_marked_workbook(faulty, tmp_path / "marked.xlsx")

    sheet = load_workbook(tmp_path / "marked.xlsx").worksheets[0]
    at = column(sheet, jiangsu_licence().by_name["credit_code"].label)
    assert [sheet.cell(row, at).value for row in (3, 5)] == [RIGHT_CODE, "2"]


def test_findings_of_a_row_that_is_still_bad_are_the_new_ones(
    faulty: Batch, tmp_path: Path
) -> None:
    def empty_authority(sheet: Worksheet) -> None:
        with_codes(RIGHT_CODE, RIGHT_CODE)(sheet)
        sheet.cell(2, column(sheet, "许可机关")).value = None

    sent_again(faulty, to_correct(faulty, tmp_path), empty_authority)

    shown = [(group.code, group.listed[0].row) for group in rule_groups(faulty)]
    assert shown == [("required", 3)]


def test_rows_may_be_sorted_and_left_out(faulty: Batch, tmp_path: Path) -> None:
    def only_the_last(sheet: Worksheet) -> None:
        with_codes(RIGHT_CODE, RIGHT_CODE)(sheet)
        sheet.delete_rows(2)

    round_ = sent_again(faulty, to_correct(faulty, tmp_path), only_the_last)

    assert Record.objects.of_batch(round_.pk).get().row_number == 5
    assert rows_to_correct(faulty).rows() == [("许可", 3)]


def _refused(batch: Batch) -> Sequence[int | None]:
    groups = {group.code: group for group in rule_groups(batch)}
    return [finding.row for finding in groups["row-identity"].listed]


@pytest.mark.parametrize(
    "identity", [None, "12", "0" * 32 + ".3.6K645Y-v." + "0" * 20], ids=str
)
def test_row_without_a_genuine_identity_is_refused(
    faulty: Batch, tmp_path: Path, identity: str | None
) -> None:
    def spoil(sheet: Worksheet) -> None:
        with_codes(RIGHT_CODE, RIGHT_CODE)(sheet)
        sheet.cell(3, 21).value = identity

    round_ = sent_again(faulty, to_correct(faulty, tmp_path), spoil)

    assert _refused(round_) == [3]
    assert (round_.counts["rows"], round_.counts["bad"]) == (2, 1)
    assert _summary(faulty)["bad"] == 1


def test_identity_cannot_be_made_up_for_another_row(
    faulty: Batch, tmp_path: Path
) -> None:
    def point_elsewhere(sheet: Worksheet) -> None:
        text = str(sheet.cell(2, 21).value)
        sheet.cell(2, 21).value = text.replace(".3.", ".5.")

    round_ = sent_again(faulty, to_correct(faulty, tmp_path), point_elsewhere)

    assert _refused(round_) == [2]


def test_identity_used_twice_counts_once(faulty: Batch, tmp_path: Path) -> None:
    def twice(sheet: Worksheet) -> None:
        with_codes(RIGHT_CODE, RIGHT_CODE)(sheet)
        sheet.cell(3, 21).value = sheet.cell(2, 21).value

    round_ = sent_again(faulty, to_correct(faulty, tmp_path), twice)

    assert _refused(round_) == [3]


def test_row_that_was_accepted_is_not_taken_again(
    faulty: Batch, tmp_path: Path
) -> None:
    path = to_correct(faulty, tmp_path)
    sent_again(faulty, path, with_codes(RIGHT_CODE, "0"))

    again = sent_again(faulty, path, with_codes(RIGHT_CODE, RIGHT_CODE))

    assert _refused(again) == [2]
    assert _summary(faulty) == {"rows": 4, "bad": 0, "fixed": 2}


def test_other_units_rows_are_not_theirs_to_correct(
    faulty: Batch, tmp_path: Path
) -> None:
    path = to_correct(faulty, tmp_path)
    other = UnitFactory.create()

    round_ = receive_file(upload(path.read_bytes()), unit=other, by=BY, at=AT)
    check(round_)

    assert _refused(round_) == [2, 3]
    assert round_.continues_id is None
    assert not Record.objects.of_batch(round_.pk).exists()


def test_ordinary_file_continues_nothing(unit: Unit) -> None:
    batch = checked_batch(unit, licence_file({}, WRONG_CODE))

    assert batch.continues_id is None
    assert "fixed" not in batch.counts


def test_rows_of_a_call_come_back_as_a_workbook_too(unit: Unit, tmp_path: Path) -> None:
    rows: list[Mapping[str, str | None]] = [dict(LICENCE) | WRONG_CODE]
    document = Document(form=jiangsu_licence(), rows=rows)
    given = Rows(document=document, source=BatchSource.API, name="接口", key="k")
    batch = receive_rows(given, unit=unit, by=BY, at=AT)
    check(batch)

    round_ = sent_again(batch, to_correct(batch, tmp_path), with_codes(RIGHT_CODE))

    assert Record.objects.of_batch(round_.pk).get().row_number == 2
    assert batch.counts["bad"] == 0


def test_round_may_come_after_the_good_rows_were_published(
    faulty: Batch, tmp_path: Path
) -> None:
    Batch.objects.filter(pk=faulty.pk).update(
        state=BatchState.PUBLISHED, published_by="wang", approved_at=AT
    )
    faulty.refresh_from_db()

    sent_again(faulty, to_correct(faulty, tmp_path), with_codes(RIGHT_CODE, RIGHT_CODE))

    assert (faulty.state, faulty.counts["fixed"]) == (BatchState.PUBLISHED, 2)


def test_round_is_an_event_of_the_batch_that_it_continues(
    faulty: Batch, tmp_path: Path
) -> None:
    sent_again(faulty, to_correct(faulty, tmp_path), with_codes(RIGHT_CODE, "0"))

    event = Event.objects.get(action="validation.take_round")
    assert event.target_id == str(faulty.pk)
    assert '"closed":1' in event.details
