"""Power lists: read with findings, good rows into the draft, written and read back."""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.audit.queries import details_of
from gongshi.catalogue.actions import discard_draft
from gongshi.catalogue.export import csv_of, workbook_of
from gongshi.catalogue.items import ItemValues, values_of
from gongshi.catalogue.queries import draft_of
from gongshi.validation.models import PowerListImport
from gongshi.validation.power_lists.actions import findings_of, import_power_list
from tests.catalogue.factories import (
    CatalogueItemFactory,
    CatalogueVersionFactory,
    DraftFactory,
)
from tests.factories import AT, BY, UnitFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
HEAD = ("权力类别", "权力编码", "权力名称", "实施依据", "行政相对人类别")
LICENCE = (
    "行政许可和非许可行政审批",
    "JS320700HB-XK-0001",
    "环评审批",
    "《环境影响评价法》第二十二条",
    "法人和其他组织",
)
PENALTY = (
    "行政处罚",
    "JS320700HB-CF-0001",
    "对超标排放的处罚",
    "《大气污染防治法》第九十九条",
    "法人和其他组织或自然人",
)


def workbook(*rows: Sequence[object], head: Sequence[str] = HEAD) -> bytes:
    """Return a power list with these rows; the first record stands in row 2."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate([head, *rows]):
            sheet.write_row(number, 0, row)
        book.add_worksheet("Sheet2")
    return stream.getvalue()


def imported(
    unit: Unit, content: bytes, folder: Path, name: str = "权力清单.xlsx"
) -> PowerListImport:
    """Return the import of a file."""
    path = folder / name
    path.write_bytes(content)
    return import_power_list(path, name=name, unit=unit, by=BY, at=AT)


def found(done: PowerListImport) -> list[tuple[str, str | None]]:
    """Return code and cell of each finding about a row."""
    rows = findings_of(done).drop_nulls("row")
    return [
        (each["code"], f"{each['column'] or ''}{each['row']}")
        for each in rows.iter_rows(named=True)
    ]


def test_good_rows_land_in_a_new_draft(department: Unit, tmp_path: Path) -> None:
    done = imported(department, workbook(LICENCE, PENALTY), tmp_path)

    draft = draft_of(department)
    assert draft is not None
    assert done.version == draft.number == 1
    assert done.counts == {
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "bad": 0,
        "left_out": 0,
    }
    assert [values_of(item) for item in draft.items.order_by("kind")] == [
        ItemValues(
            kind="licence",
            code=LICENCE[1],
            name=LICENCE[2],
            basis=LICENCE[3],
            subjects="legal",
        ),
        ItemValues(
            kind="penalty",
            code=PENALTY[1],
            name=PENALTY[2],
            basis=PENALTY[3],
            subjects="any",
        ),
    ]


def test_the_same_list_again_changes_nothing(department: Unit, tmp_path: Path) -> None:
    imported(department, workbook(LICENCE, PENALTY), tmp_path)
    events = Event.objects.filter(action__startswith="catalogue.")
    before = events.count()

    again = imported(department, workbook(LICENCE, PENALTY), tmp_path)

    assert again.counts["unchanged"] == 2
    assert events.count() == before


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (("行政许可", "", "甲", "法", "自然人"), "list-value-missing", "B3"),
        (("行政许可", "1", "", "法", "自然人"), "list-value-missing", "C3"),
        (("", "1", "甲", "法", "自然人"), "list-value-missing", "A3"),
        (("审批", "1", "甲", "法", "自然人"), "list-unknown-word", "A3"),
        (("行政许可", "1", "甲", "法", "船舶"), "list-unknown-word", "E3"),
        (("行政许可", "1", "甲" * 257, "法", "自然人"), "list-too-long", "C3"),
        (("行政许可", "A\n1", "甲", "法", "自然人"), "list-bad-code", "B3"),
        (LICENCE, "list-repeated", "B3"),
    ],
)
def test_a_bad_row_goes_back_and_the_others_land(
    department: Unit, tmp_path: Path, row: Sequence[str], code: str, cell: str
) -> None:
    done = imported(department, workbook(LICENCE, row), tmp_path)

    assert found(done) == [(code, cell)]
    assert done.counts["bad"] == 1
    assert done.counts["added"] == 1


_DISCLOSURE = ("是否公开", "不公开理由", "公示时限（工作日）", "公示期限（年）")
FULL = (*HEAD, *_DISCLOSURE, "起始日期", "终止日期", "受委托组织")


@pytest.mark.parametrize(
    ("cells", "code", "cell"),
    [
        (("也许", "", "", "", "", "", ""), "list-unknown-word", "F2"),
        (("否", "", "", "", "", "", ""), "list-reason-missing", "G2"),
        (("是", "", "七", "", "", "", ""), "list-bad-number", "H2"),
        (("是", "", "", "0", "", "", ""), "list-bad-number", "I2"),
        (("是", "", "", "9" * 5000, "", "", ""), "list-bad-number", "I2"),
        (("是", "", "", "", "2016年2月30日", "", ""), "list-bad-date", "J2"),
        (("是", "", "", "", "2016-05-01", "2016.4.30", ""), "list-ends-early", "K2"),
        (("是", "", "", "", "", "", "某某大队"), "list-unknown-body", "L2"),
    ],
)
def test_what_is_said_of_disclosure_is_checked(
    department: Unit, tmp_path: Path, cells: Sequence[str], code: str, cell: str
) -> None:
    done = imported(department, workbook((*LICENCE, *cells), head=FULL), tmp_path)

    assert found(done) == [(code, cell)]
    assert done.version is None


def test_other_powers_are_left_out_and_said_so(
    department: Unit, tmp_path: Path
) -> None:
    levy = ("行政征收", "JS320700HB-ZS-0001", "排污费", "法", "自然人")

    done = imported(department, workbook(LICENCE, levy), tmp_path)

    assert found(done) == [("list-other-power", "A3")]
    assert done.counts["left_out"] == 1
    assert done.counts["bad"] == 0


def test_an_empty_basis_is_a_warning_only(department: Unit, tmp_path: Path) -> None:
    row = ("行政许可", "1", "甲", "", "")

    done = imported(department, workbook(row), tmp_path)

    assert found(done) == [("list-value-assumed", "D2"), ("list-value-assumed", "E2")]
    assert done.counts["added"] == 1


def test_a_code_that_lost_digits_is_never_guessed(
    department: Unit, tmp_path: Path
) -> None:
    row = ("行政许可", 320700123456789012345, "甲", "法", "自然人")

    done = imported(department, workbook(row), tmp_path)

    assert ("list-lost-digits", "B2") in found(done)
    assert done.version is None


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.xlsx", "empty-file"),
        (b"%PDF-1.7\n", "a.pdf", "unreadable-file"),
        ("姓名,电话\n张三,1\n".encode(), "a.csv", "unknown-template"),
        ((",".join(HEAD) + "\n").encode(), "a.csv", "empty-file"),
    ],
)
def test_a_file_that_is_no_power_list_touches_nothing(
    department: Unit, tmp_path: Path, content: bytes, name: str, code: str
) -> None:
    done = imported(department, content, tmp_path, name)

    assert code in findings_of(done).get_column("code").to_list()
    assert draft_of(department) is None


def test_every_import_is_an_event_also_one_that_takes_nothing(
    department: Unit, tmp_path: Path
) -> None:
    done = imported(department, b"a,b\n1,2\n", tmp_path, "a.csv")

    told = Event.objects.get()
    assert told.action == "validation.import_power_list"
    assert (told.target_id, told.username) == (department.code, BY.username)
    assert details_of(told) == {"file": done.name, "version": None, **done.counts}


def test_power_lists_are_no_records(department: Unit, tmp_path: Path) -> None:
    from gongshi.intake.reading import read

    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(LICENCE))

    reading = read(path, name="a.xlsx")

    assert "unknown-template" in reading.problems.get_column("code").to_list()


def test_the_marked_workbook_marks_the_bad_cell_in_its_own_row(
    department: Unit, tmp_path: Path
) -> None:
    bad = ("行政许可", "1", "", "法", "自然人")

    done = imported(department, workbook(LICENCE, bad), tmp_path)

    book = openpyxl.load_workbook(io.BytesIO(bytes(done.marked)))
    sheet = book["Sheet1"]
    assert sheet["B3"].value == "1"
    assert (
        "权力名称 is empty" in sheet["C3"].comment.text
        or "为空" in sheet["C3"].comment.text
    )


ODD = (
    ItemValues(kind="licence", code="1", name='=HYPERLINK("http://a.example")'),
    ItemValues(kind="licence", code="-2", name="+甲, “乙”\n丙", basis="@《法》"),
    ItemValues(
        kind="penalty",
        code="1",
        name="不公开事项",
        basis="《保守国家秘密法》",
        subjects="natural",
        is_public=False,
        not_public_reason="涉及国家秘密",
        publish_working_days=20,
        display_years=3,
        from_date=date(2016, 1, 1),
        until_date=date(2019, 12, 31),
    ),
)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_is_written_is_read_back_alike(
    department: Unit, tmp_path: Path, ending: str
) -> None:
    body = UnitFactory.create(
        kind="entrusted", superior=department, name="环境监察支队"
    )
    version = CatalogueVersionFactory.create(unit=department, number=1)
    for values in ODD:
        CatalogueItemFactory.create(version=version, **vars(values))
    entrusted = CatalogueItemFactory.create(version=version, entrusted_to=body)
    content = workbook_of(version) if ending == "xlsx" else csv_of(version)
    version.items.all().delete()

    done = imported(department, content, tmp_path, f"a.{ending}")

    draft = draft_of(department)
    assert draft is not None
    assert done.counts["bad"] == 0
    items = [values_of(i) for i in draft.items.select_related("entrusted_to")]
    expected = [*ODD, values_of(entrusted)]
    assert sorted(items, key=str) == sorted(expected, key=str)


def test_a_spreadsheet_runs_nothing_of_an_export(department: Unit) -> None:
    version = CatalogueVersionFactory.create(unit=department)
    CatalogueItemFactory.create(version=version, code="1", name="=1+1")

    cell = openpyxl.load_workbook(io.BytesIO(workbook_of(version))).worksheets[0]["C2"]

    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert ",'=1+1," in csv_of(version).decode("utf-8-sig")


def test_an_export_has_the_official_columns_first(department: Unit) -> None:
    version = CatalogueVersionFactory.create(unit=department)

    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(version))).worksheets[0]

    assert tuple(cell.value for cell in sheet[1])[:5] == HEAD


def test_the_page_reads_a_list_and_shows_what_was_found(
    drafter: Client, department: Unit
) -> None:
    bad = ("行政许可", "1", "", "法", "自然人")
    file = SimpleUploadedFile("清单.xlsx", workbook(LICENCE, bad))

    page = drafter.post(
        "/office/catalogue/lyg-hbj/import/", {"file": file}, follow=True
    )

    text = page.content.decode()
    assert "1 row was not taken" in text
    assert "权力名称 is empty. Fill it in." in text
    assert "C3" in text
    marked = drafter.get(f"{page.request['PATH_INFO']}workbook")
    assert marked.status_code == 200
    assert b"".join(marked.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_a_list_whose_draft_is_gone_meanwhile_leads_back_and_says_so(
    drafter: Client, department: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = DraftFactory.create(unit=department)
    monkeypatch.setattr(
        "gongshi.validation.power_lists.actions.draft_of", lambda _: draft
    )
    discard_draft(draft, by=BY, at=AT)
    file = SimpleUploadedFile("清单.xlsx", workbook(LICENCE))

    page = drafter.post(
        "/office/catalogue/lyg-hbj/import/", {"file": file}, follow=True
    )

    assert "approved or discarded meanwhile" in page.content.decode()


def test_the_page_asks_for_a_file(drafter: Client, department: Unit) -> None:
    response = drafter.post("/office/catalogue/lyg-hbj/import/", {})

    assert response.status_code == 422
    assert "Choose the power list" in response.content.decode()


def test_the_blank_form_is_a_power_list(drafter: Client, tmp_path: Path) -> None:
    response = drafter.get("/office/catalogue/power-lists/blank")

    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet["B1"].value == "权力编码"
