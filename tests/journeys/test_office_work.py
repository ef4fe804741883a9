"""What departments do in the office, in a browser, until the public finds it."""

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Dialog, Page, Route, expect

from gongshi.intake.reading.row_identity import parse_identity
from tests.factories import LICENCE
from tests.journeys.people import (
    DONE,
    Visit,
    confirm_warnings,
    figure,
    look,
    search,
    send,
    sign_in,
    sign_in_at,
)
from tests.journeys.town import MIN, WU, YAN, Clerk, Sheet, Town

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

FORM = "/office/records/new/jiangsu-2016/licence/"


def test_record_is_entered_returned_corrected_approved_and_found(
    town: Town, visit: Visit
) -> None:
    office, review = visit.open(width=390), visit.open()
    sign_in_at(office, MIN.name, FORM)
    fill(office, licence(MIN, subject_name="连云港锦屏磷矿有限公司", remarks="见附件"))
    office.click(".entry-actions [value=hand-in]")
    office.wait_for_url("**/office/batches/*/")
    look(office)

    sign_in_at(review, MIN.reviewer, "/office/")
    review.click(".list a[href*='/office/records/']")
    record = review.url
    give_back(review, licence_content="请写明产能", remarks="请写明附件名称")

    look(office, at="/office/")
    office.locator(".news a", has_text="连云港锦屏磷矿有限公司").click()
    office.click(".edit-way a")
    expect(office.locator(".comment")).to_have_text(["请写明产能", "请写明附件名称"])
    look(office)
    office.fill("#f-licence_content", "同意年产300吨磷矿采选项目。")
    office.fill("#f-remarks", "附件：环评报告书")
    office.click(".entry-actions [value=hand-in]")
    office.wait_for_url("**/office/records/*/")

    look(review, at=record)
    expect(review.locator("body")).to_contain_text("附件：环评报告书")
    review.check(".approval [name=secrecy_checked]")
    # Twice, as impatient people do: it is approved and published once.
    review.dblclick(".approval button[type=submit]")
    expect(review.locator(".approval")).to_have_count(0)

    assert town.changes_of(MIN) == (1, 1)
    reader = visit.open(width=390)
    search(reader, "锦屏")
    reader.click(".record-link")
    expect(reader.locator("body")).to_contain_text("同意年产300吨磷矿采选项目。")


def test_of_two_windows_only_the_first_decides(town: Town, visit: Visit) -> None:
    office, first = visit.open(), visit.open()
    sign_in_at(office, WU.name, FORM)
    fill(office, licence(WU, subject_name="连云港锦屏磷矿有限公司"))
    office.click(".entry-actions [value=hand-in]")
    office.wait_for_url("**/office/batches/*/")
    sign_in_at(first, WU.reviewer, "/office/")
    first.click(".list a[href*='/office/records/']")
    second = first.context.new_page()
    look(second, at=first.url)

    give_back(first, remarks="请补充")
    second.check(".approval [name=secrecy_checked]")
    second.click(".approval button[type=submit]")

    expect(second.locator(".alert, .message").first).to_contain_text("已由他人处理")
    assert town.changes_of(WU) == (0, 0)


def test_form_is_filled_in_by_keyboard_alone_and_guards_what_is_typed(
    visit: Visit,
) -> None:
    office = visit.open()
    sign_in_at(office, WU.name, FORM)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    office.on("dialog", stay)

    names = tab_through(office)

    assert {"decision_number", "subject_name", "decision_date", "authority"} <= set(
        names
    )
    assert names.index("subject_name") < names.index("remarks") < names.index("action")
    expect(office.locator("#f-decision_number")).to_have_value("连工商许〔2026〕1号")
    # The rules speak while somebody types, beside the field.
    expect(office.locator("#found-credit_code .found-error")).to_be_visible()
    expect(office.locator("#draft-state")).not_to_be_empty()
    office.locator("#f-remarks").press_sequentially("x")
    with office.expect_event("dialog"):
        office.evaluate("setTimeout(() => { location.href = '/office/'; })")
    assert asked == ["beforeunload"]
    assert office.url.endswith(FORM)


def test_record_is_handed_in_by_keyboard_alone(town: Town, visit: Visit) -> None:
    office = visit.open()
    sign_in_at(office, MIN.name, FORM)

    # The town lives on from test to test: a code belongs to one name throughout.
    own = {"decision_number": "连民许〔2026〕77号"}
    by_keyboard(office, licence(MIN, subject_name="连云港锦屏磷矿有限公司", **own))
    office.keyboard.press("Enter")

    office.wait_for_url("**/office/batches/*/")
    look(office)
    expect(office.locator(".fates")).to_be_visible(timeout=DONE)
    assert figure(office, "bad") == 0


def test_what_is_known_never_replaces_what_is_typed_meanwhile(
    town: Town, visit: Visit
) -> None:
    office = visit.open()
    held = ask_for_known_subject(office, number="连民许〔2026〕78号")

    office.keyboard.type("9132")
    with office.expect_response("**/fill"):
        held.pop().continue_()
    expect(office.locator("#f-legal_representative")).to_have_value("欧阳海")
    office.keyboard.type("0703MA1TE5T0XR")

    expect(office.locator("#f-credit_code")).to_have_value("91320703MA1TE5T0XR")
    office.unroute("**/fill")


def test_what_is_known_comes_into_the_field_with_the_focus_on_leaving_it(
    town: Town, visit: Visit
) -> None:
    office = visit.open()
    held = ask_for_known_subject(office, number="连民许〔2026〕79号")

    with office.expect_response("**/fill"):
        held.pop().continue_()
    expect(office.locator("#f-legal_representative")).to_have_value("欧阳海")
    expect(office.locator("#f-credit_code")).to_have_value("")
    expect(office.locator("#f-credit_code")).to_be_focused()
    office.keyboard.press("Tab")

    expect(office.locator("#f-credit_code")).to_have_value("91320703MA1TE5T0XR")
    office.unroute("**/fill")


def ask_for_known_subject(office: Page, *, number: str) -> list[Route]:
    """Type the name of a subject that is known, focus its code; return the held answer."""
    sign_in_at(office, MIN.name, FORM)
    known = licence(MIN, subject_name="连云港锦屏磷矿有限公司")
    fill(office, {**known, "decision_number": number})
    office.click(".entry-actions [value=hand-in]")
    office.wait_for_url("**/office/batches/*/")
    look(office, at=FORM)
    held: list[Route] = []
    office.route("**/fill", lambda route: held.append(route))
    with office.expect_request("**/fill"):
        office.fill("#f-subject_name", "连云港锦屏磷矿有限公司")
        office.focus("#f-credit_code")
    while not held:
        office.wait_for_timeout(20)
    return held


def test_two_thousand_rows_with_faults_are_all_settled_after_two_rounds(
    town: Town, visit: Visit, tmp_path: Path
) -> None:
    sheet = town.sample(tmp_path, YAN, rows=2_000, errors=0.2)
    right = town.sample(tmp_path / "right", YAN, rows=2_000, errors=0.0)
    town.begin_work()
    office, review = visit.open(), visit.open()
    sign_in(office, YAN)
    send(office, sheet.path)
    whole = checked(office)
    assert figure(office, "bad") == len(sheet.bad_rows) > 100
    batches = [whole]

    for share in (0.5, 1.0):
        look(office, at=whole)
        wrong = figure(office, "bad")
        book = downloaded(office, tmp_path / f"round-{share}.xlsx")
        fixed = correct(book, right, share=share)
        send(office, book)
        batches.append(checked(office))
        assert figure(office, "bad") == 0
        look(office, at=whole)
        assert figure(office, "bad") == wrong - fixed

    look(office, at=whole)
    assert figure(office, "bad") == 0
    assert figure(office, "fixed") == len(sheet.bad_rows)
    public = inside = 0
    for number, batch in enumerate(batches):
        look(office, at=batch)
        public += figure(office, "publishable")
        inside += figure(office, "not_public")  # for sharing among offices only
        confirm_warnings(office)
        if number == 0:
            sign_in_at(review, YAN.reviewer, batch)
        look(review, at=batch)
        approve_here(review)
        expect(review.locator(".outcome-done")).to_be_visible(timeout=DONE)
    assert public + inside == 2_000
    assert town.changes_of(YAN) == (public, public)


def licence(clerk: Clerk, **changes: str) -> Mapping[str, str]:
    """Return a valid licence of the clerk's unit, decided today."""
    today = timezone.localdate().isoformat()
    own = {
        "authority": clerk.unit_name,
        "decision_number": f"{clerk.name}许〔2026〕1号",
        "decision_date": today,
        "valid_until": "2099-12-31",
    }
    left_out = ("updated_date", "resident_id", "credit_code")
    values = {n: t for n, t in LICENCE.items() if t and n not in left_out}
    return {**values, "credit_code": "91320703MA1TE5T0XR", **own, **changes}


def fill(page: Page, values: Mapping[str, str]) -> None:
    """Put the values into the form."""
    for name, text in values.items():
        place = page.locator(f"#f-{name}")
        if place.evaluate("e => e.tagName") == "SELECT":
            place.select_option(text)
        else:
            place.fill(text)


def give_back(page: Page, **comments: str) -> None:
    """Return the record on the page with comments on its fields."""
    action = page.locator("details.action", has=page.locator("[name=comment-]"))
    action.locator("> summary").click()
    action.locator(".by-field > summary").click()
    for name, text in comments.items():
        page.fill(f"#comment-{name}", text)
    action.locator("button[type=submit]").click()
    expect(page.locator("[name=comment-]")).to_have_count(0)


def tab_through(page: Page) -> list[str]:
    """Go through the form with the Tab key, typing a few values; return the names."""
    typed = {
        "decision_number": "连工商许〔2026〕1号",
        "subject_name": "连云港苍梧化工有限公司",
        "credit_code": "91320703MA1TE5T0XQ",
    }
    page.locator("#f-subject_name").focus()
    names: list[str] = []
    while not names or names[-1] != "action":
        name = page.evaluate("document.activeElement.name") or ""
        names.append(name)
        if name in typed:
            page.keyboard.type(typed[name])
        page.keyboard.press("Tab")
        assert len(names) < 120
    return names


def by_keyboard(page: Page, values: Mapping[str, str]) -> None:
    """Fill the form with keys alone, up to the button that hands it in."""
    left = dict(values)
    page.locator("h1").first.evaluate("e => { e.tabIndex = -1; e.focus(); }")
    for _ in range(150):
        page.keyboard.press("Tab")
        name, kind, value = page.evaluate(
            "(e => [e.name || '', e.type || '', e.value || ''])(document.activeElement)"
        )
        if name in left:
            enter(page, kind, left.pop(name))
        if (name, value) == ("action", "hand-in"):
            break
    assert not left


def enter(page: Page, kind: str, text: str) -> None:
    """Give the field with the focus its value, as a keyboard does."""
    if kind == "date":
        year, month, day = text.split("-")
        page.keyboard.type(f"{month}{day}{year}")
        return
    if not kind.startswith("select"):
        page.keyboard.type(text)
        return
    while page.evaluate("document.activeElement.value") != text:
        page.keyboard.press("ArrowDown")


def checked(page: Page) -> str:
    """Wait until the batch on the page is checked; return its address."""
    expect(page.locator(".fates")).to_be_visible(timeout=DONE)
    look(page)
    return page.url.partition("#")[0]


def downloaded(page: Page, path: Path) -> Path:
    """Download the rows to correct, giving the reason that is asked for."""
    page.click(".rounds-actions a >> nth=0")
    look(page)
    page.fill("#id_reason", "更正退回的行")
    with page.expect_download() as download:
        page.click(".reveal-form button[type=submit]")
    download.value.save_as(path)
    return path


def correct(path: Path, right: Sheet, *, share: float) -> int:
    """Correct that share of the rows, leave the others out; say how many."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    labels = right.labels
    by_row = {row["row"]: row for row in right.rows.iter_rows(named=True)}
    last = 1 + round((int(sheet.max_row) - 1) * share)
    for number in range(2, last + 1):
        identity = parse_identity(str(sheet.cell(number, len(names)).value))
        assert identity is not None
        for column, label in enumerate(names[:-1], start=1):
            value = by_row[identity.row][labels[str(label)]]
            sheet.cell(number, column).value = value
    sheet.delete_rows(last + 1, sheet.max_row)  # those come with the next round
    book.save(path)
    return last - 1


def approve_here(page: Page) -> None:
    """Tick the secrecy check and approve the batch on the page."""
    page.check(".next-step [name=secrecy_checked]")
    page.click(".next-step form button[type=submit]")
    expect(page.locator(".next-step .approval")).to_have_count(0)
