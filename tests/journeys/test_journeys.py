"""From a clerk's file to a citizen's search, in a browser, on real processes."""

from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import (
    DONE,
    Visit,
    approve,
    confirm_warnings,
    expect_sentence,
    figure,
    look,
    rules_on,
    search,
    send,
    sign_in,
    sign_in_at,
)
from tests.journeys.town import HUAN, JIAO, SHI, TU, WEI, ZHI, Clerk, Town

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.mark.parametrize(("width", "clerk"), [(1440, HUAN), (390, SHI)])
def test_a_file_goes_from_the_clerk_to_the_search(
    town: Town, visit: Visit, tmp_path: Path, width: int, clerk: Clerk
) -> None:
    sheet = town.sample(tmp_path, clerk, rows=60, errors=0.3)
    town.rest()
    office = visit.open(width=width)

    sign_in(office, clerk)
    send(office, sheet.path)
    expect(office.locator(".working progress")).to_be_visible()
    office.evaluate("document.body.dataset.seen = 'before the check'")
    town.begin_work()

    # The page follows the work by itself, without being loaded again.
    expect(office.locator(".fates")).to_be_visible(timeout=DONE)
    assert office.evaluate("document.body.dataset.seen") == "before the check"
    assert figure(office, "bad") == len(sheet.bad_rows)
    assert rules_on(office) == sheet.codes
    look(office)

    _expect_marks(_downloaded(office, tmp_path / "marked.xlsx"), sheet.bad_rows)

    good = figure(office, "publishable")
    confirm_warnings(office)
    assert office.locator(".next-step form").count() == 0
    review = visit.open(width=width)
    approve(review, clerk, office.url)
    look(office, at=office.url)
    expect(office.locator(".outcome-done")).to_be_visible(timeout=DONE)
    assert figure(office, "publishable") == good
    look(office)

    _expect_found(visit.open(width=width), *sheet.findable())


def test_all_of_it_works_without_scripts(
    town: Town, visit: Visit, tmp_path: Path
) -> None:
    sheet = town.sample(tmp_path, ZHI, rows=40, errors=0.3)
    town.begin_work()
    office = visit.open(scripts=False)

    sign_in(office, ZHI)
    send(office, sheet.path, clicks=2)
    _wait_and_ask(town, ZHI, office, "checked")

    assert figure(office, "bad") == len(sheet.bad_rows)
    assert rules_on(office) == sheet.codes
    _expect_marks(_downloaded(office, tmp_path / "marked.xlsx"), sheet.bad_rows)

    good = figure(office, "publishable")
    confirm_warnings(office)
    review = visit.open(scripts=False)
    approve(review, ZHI, office.url, clicks=2)
    _wait_and_ask(town, ZHI, office, "published")

    assert town.changes_of(ZHI) == (good, good)
    _expect_found(visit.open(scripts=False), *sheet.findable())


def test_sent_again_a_file_changes_nothing_and_a_double_click_counts_once(
    town: Town, visit: Visit, tmp_path: Path
) -> None:
    sheet = town.sample(tmp_path, TU, rows=30, errors=0.0)
    town.begin_work()
    office = visit.open()
    sign_in(office, TU)

    send(office, sheet.path, clicks=2)
    expect(office.locator(".fates")).to_be_visible(timeout=DONE)
    good = figure(office, "publishable")
    review = visit.open()
    approve(review, TU, office.url, clicks=2)
    expect(review.locator(".outcome-done")).to_be_visible(timeout=DONE)

    assert len(town.batches_of(TU)) == 1
    assert town.changes_of(TU) == (good, good)

    send(office, sheet.path)
    expect(office.locator(".same-file")).to_be_visible(timeout=DONE)
    look(office)
    assert figure(office, "unchanged") == 30
    assert office.locator(".next-step form").count() == 0
    assert town.changes_of(TU) == (good, good)


def test_a_file_that_cannot_be_used_is_answered_in_a_sentence(
    town: Town, visit: Visit, tmp_path: Path
) -> None:
    pdf = tmp_path / "许可.xlsx"
    pdf.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n")
    before = town.changes_of(JIAO)
    town.begin_work()
    office = visit.open(width=390)
    sign_in(office, JIAO)

    send(office, pdf)
    expect(office.locator(".outcome-failed")).to_be_visible(timeout=DONE)
    expect_sentence(office, "PDF")
    look(office)

    look(office, at="/office/upload/")
    with office.expect_download() as download:
        office.locator(".downloads a").first.click()
    blank = tmp_path / download.value.suggested_filename
    download.value.save_as(blank)
    send(office, blank)
    expect(office.locator(".outcome-failed")).to_be_visible(timeout=DONE)
    expect_sentence(office, "没有记录")

    assert town.changes_of(JIAO) == before


def test_a_withdrawn_record_leaves_the_search_at_once(
    town: Town, visit: Visit, tmp_path: Path
) -> None:
    sheet = town.sample(tmp_path, WEI, rows=20, errors=0.0)
    town.begin_work()
    people = ("--by", WEI.name, "--reviewed-by", WEI.reviewer)
    town.site.run("import", str(sheet.path), "--unit", WEI.unit, "--publish", *people)
    number, name = sheet.rows.select("decision_number", "subject_name").row(0)
    reader = visit.open(width=390)
    search(reader, number)
    reader.click(".record-link")
    expect(reader.locator("h1")).to_have_text(name)

    office = visit.open()
    sign_in_at(office, WEI.reviewer, f"/office/records/?{urlencode({'text': number})}")
    office.click(f".list a:has-text('{name}')")
    _withdraw(office, "决定已被撤销。")

    page = reader.reload()
    assert page is not None
    assert page.status == 410
    look(reader)
    expect(reader.locator(".notice")).to_contain_text("决定已被撤销。")
    expect(reader.locator("body")).not_to_contain_text(name)
    search(reader, number)
    expect(reader.locator(".empty")).to_be_visible()


def _withdraw(office: Page, reason: str) -> None:
    """Withdraw the record whose page is open."""
    form = office.locator("form[action$='/withdraw']")
    office.locator("details.action", has=form).locator("summary").click()
    form.locator("[name=reason_code]").select_option("revoked")
    form.locator("[name=reason]").fill(reason)
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)
    look(office)


def _wait_and_ask(town: Town, clerk: Clerk, page: Page, state: str) -> None:
    """Ask for the present state when it has come to that; a link is enough for it."""
    town.site.wait_for(lambda: town.batches_of(clerk) == [state])
    if page.locator(".working a").count():
        page.click(".working a")
    look(page)


def _downloaded(page: Page, path: Path) -> openpyxl.Workbook:
    with page.expect_download() as download:
        page.click(".next-step a[download]")
    download.value.save_as(path)
    return openpyxl.load_workbook(path)


def _expect_marks(book: openpyxl.Workbook, bad_rows: set[int]) -> None:
    cells = [cell for row in book.worksheets[0].iter_rows(min_row=2) for cell in row]
    red = {cell.row for cell in cells if cell.fill.start_color.rgb == "FFF8D7DA"}
    explained = {cell.row for cell in cells if cell.comment is not None}
    assert red == bad_rows
    assert red <= explained


def _expect_found(reader: Page, pair: str, name: str) -> None:
    search(reader, pair)
    reader.get_by_role("link", name=name).first.click()
    expect(reader.locator("h1")).to_have_text(name)
    look(reader)
