"""Files that the office gives out: marked workbooks and blank forms."""

import tempfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.test import Client

from gongshi.accounts.models import Unit
from gongshi.intake.models import Batch, StoredChunk
from tests.factories import BatchFactory
from tests.office.desk import WRONG_CODE, address, checked_batch, licence_file, page_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which temporary files are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def _download(browser: Client, path: str) -> tuple[openpyxl.Workbook, str]:
    response = browser.get(path)
    assert response.status_code == 200
    book = openpyxl.load_workbook(BytesIO(b"".join(response)))
    return book, response.headers["Content-Disposition"]


def _workbook(browser: Client, batch: Batch) -> tuple[openpyxl.Workbook, str]:
    return _download(browser, f"{address(batch)}workbook")


def test_marked_workbook_keeps_rows_where_they_were(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}, WRONG_CODE))

    book, _ = _workbook(browser, batch)

    cells = {cell.value: cell for row in book.worksheets[0] for cell in row}
    marked = cells["91320703MA1TE5T0XQ"]
    assert marked.row == 3
    assert marked.comment is not None
    assert cells["连环审〔2016〕12号"].row == 2


def test_findings_of_a_workbook_are_headed_in_the_readers_words(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file(WRONG_CODE))
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"

    book, _ = _workbook(browser, batch)

    head, first, *_ = book["校验结果"].iter_rows(values_only=True)
    assert head == (
        "工作表", "行", "列", "数据项代码", "数据项", "填报值", "规则", "级别",
        "问题与改正办法", "应为",
    )  # fmt: skip
    assert first[7] == "退回修改"


def test_marked_workbook_is_named_after_the_file(browser: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file(WRONG_CODE))

    _, disposition = _workbook(browser, batch)

    assert disposition.startswith("attachment; filename*=utf-8''%E8%AE%B8%E5%8F%AF")
    assert disposition.endswith(".xlsx")


def test_a_name_made_to_mislead_stays_within_the_header(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file(WRONG_CODE))
    Batch.objects.filter(pk=batch.pk).update(name='a"; filename="b.exe\r\nX: 1')

    _, disposition = _workbook(browser, batch)

    assert "\r" not in disposition
    assert "\n" not in disposition
    assert '"; filename="b.exe' not in disposition


def test_downloads_leave_no_file_behind(
    browser: Client, unit: Unit, folder: Path
) -> None:
    batch = checked_batch(unit, licence_file(WRONG_CODE))

    _workbook(browser, batch)
    _download(browser, "/office/template/jiangsu-2016/licence")

    assert list(folder.iterdir()) == []


def test_workbook_before_the_check_leads_back_to_the_batch(
    browser: Client, unit: Unit
) -> None:
    batch = BatchFactory.create(unit=unit)

    response = browser.get(f"{address(batch)}workbook", follow=True)

    assert response.redirect_chain == [(address(batch), 302)]
    assert "The workbook is ready when the check is done." in response.content.decode()


def test_workbook_of_a_damaged_file_is_refused_in_words(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file(WRONG_CODE))
    StoredChunk.objects.filter(file=batch.file).delete()

    response = browser.get(f"{address(batch)}workbook", follow=True)

    assert response.redirect_chain == [(address(batch), 302)]
    assert "The stored file is damaged." in response.content.decode()


def test_a_clean_batch_offers_no_workbook(browser: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file({}))

    assert "/workbook" not in page_of(browser, address(batch))


@pytest.mark.parametrize(
    "path",
    [
        "jiangsu-2016/licence",
        "jiangsu-2016/penalty",
        "national-2016/licence",
        "national-2016/penalty/natural",
        "national-2018/licence",
    ],
)
def test_blank_form_opens_as_a_workbook(browser: Client, path: str) -> None:
    book, disposition = _download(browser, f"/office/template/{path}")

    assert book.worksheets[0].max_row >= 1
    assert path.split("/")[0] in disposition


def test_every_blank_form_that_the_upload_page_offers_is_there(browser: Client) -> None:
    links = {
        part.split('"')[0]
        for part in page_of(browser, "/office/upload/").split('href="')
        if part.startswith("/office/template/")
    }

    assert len(links) >= 8
    for link in links:
        _download(browser, link)


@pytest.mark.parametrize(
    "path",
    ["jiangsu-2016/gift", "1999/licence", "jiangsu-2016/licence/natural", "../etc/x"],
)
def test_a_form_that_does_not_exist_is_not_found(browser: Client, path: str) -> None:
    assert browser.get(f"/office/template/{path}").status_code == 404
