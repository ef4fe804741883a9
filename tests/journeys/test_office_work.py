"""What departments do in the office, in a browser, until the public finds it."""

from collections.abc import Mapping

import pytest
from django.utils import timezone
from playwright.sync_api import Dialog, Page, expect

from tests.factories import LICENCE
from tests.journeys.people import (
    Visit,
    look,
    search,
    sign_in_at,
)
from tests.journeys.town import MIN, WU, Clerk, Town

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
