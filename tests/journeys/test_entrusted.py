"""An entrusted body enters a decision; the public reads it under the entrusting unit."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import (
    DONE,
    Visit,
    approve,
    look,
    look_again_until,
    search,
    sign_in,
)
from tests.journeys.town import SUO, WEI, Town

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

_BODY = "连云港市卫生监督所"
_NUMBER = "连卫公许〔2026〕7号"
_SUBJECT = "连云港苍梧游泳馆有限公司"
_ITEM = "JS320700WS-XK-0001"
_TODAY = """
() => new Intl.DateTimeFormat("sv-SE", {timeZone: "Asia/Shanghai"}).format(new Date())
"""
_CATALOGUE = """
from datetime import date
from django.utils import timezone
from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.catalogue.actions import add_item, approve, begin_draft, propose_date
from gongshi.catalogue.items import ItemValues
unit, body = (Unit.objects.get(code=code) for code in {codes!r})
drafter, at = Actor(username="wei"), timezone.now()
draft = begin_draft(unit, by=drafter, at=at)
item = ItemValues(
    kind="licence", code={item!r}, name="公共场所卫生许可", entrusted_to=body
)
add_item(draft, item, by=drafter, at=at)
propose_date(draft, date(2016, 1, 1), by=drafter, at=at)
draft.refresh_from_db()
approve(draft, revision=draft.revision, by=Actor(username="wei-sh"), at=at)
"""


def test_an_entrusted_body_s_record_shows_under_the_entrusting_unit(
    town: Town, visit: Visit
) -> None:
    town.site.do(_CATALOGUE.format(codes=(WEI.unit, SUO.unit), item=_ITEM))
    town.begin_work()
    office = visit.open()

    sign_in(office, SUO)
    batch = _enter(office)
    review = visit.open()
    approve(review, WEI, batch)  # the entrusting unit's own reviewer
    expect(review.locator(".outcome-done")).to_be_visible(timeout=DONE)

    reader = visit.open(width=390)
    search(reader, _NUMBER)
    reader.click(".record-link")
    expect(reader.locator("h1")).to_have_text(_SUBJECT)
    look(reader)
    body = reader.locator("body")
    expect(body).to_contain_text(f"由{_BODY}受委托作出")
    reader.get_by_role("link", name=WEI.unit_name, exact=True).first.click()
    expect(reader.locator("h1")).to_have_text(WEI.unit_name)
    expect(body).to_contain_text(_SUBJECT)
    look(reader)

    # Its items stand in the entrusting unit's catalogue; its page names that unit.
    look_again_until(reader, f"/catalogue/{WEI.unit}/", _ITEM)
    look(reader, at=f"/units/{SUO.unit}/")
    expect(reader.locator("h1")).to_have_text(_BODY)
    expect(body).to_contain_text(WEI.unit_name)
    expect(body).not_to_contain_text(_SUBJECT)


def _enter(page: Page) -> str:
    """Enter one licence in the form and hand it in; return its batch's address."""
    look(page, at=f"/office/records/new/jiangsu-2016/licence?unit={SUO.unit}")
    page.select_option("#f-item", _ITEM)
    expect(page.locator("#f-item_name")).to_have_value("公共场所卫生许可")
    # Decided in the entrusting unit's name, whoever enters it.
    expect(page.locator("#f-authority")).to_have_value(WEI.unit_name)
    for name, value in (
        ("decision_number", _NUMBER),
        ("licence_content", "准予经营游泳场所。"),
        ("subject_name", _SUBJECT),
        ("credit_code", "91320703MA1TE5T0XR"),
        ("legal_representative", "欧阳海"),
        ("decision_date", page.evaluate(_TODAY)),
    ):
        page.fill(f"#f-{name}", value)
    page.select_option("#f-licence_category", label="普通")
    look(page)
    page.get_by_role("button", name="校验并提交").last.click()
    page.wait_for_url("**/office/batches/*/")
    expect(page.locator(".fates")).to_be_visible(timeout=DONE)
    return page.url
