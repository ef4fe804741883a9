"""What readers do on the public pages, on real processes: phone, keyboard, paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.apart.crawling import routes, routes_of
from tests.journeys.axe import complaints_of, examine, fits
from tests.journeys.people import Visit, tab_to
from tests.journeys.register import (
    FOR_PROGRAMS,
    MANY_SIDED,
    MARKED,
    PAGES,
    PUBLISH_ONE,
    RECORD,
    WITHDRAWN,
)
from tests.journeys.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

# Whatever is touched by itself and less than 44 pixels high. Links within a sentence
# may be lower; a card's link, and the head of the feed, reach beyond their own box.
_LOW = """() => [...document.querySelectorAll("a, button, input, select, summary")]
  .filter(e => e.checkVisibility() && e.type !== "hidden")
  .filter(e => e.getBoundingClientRect().right > 0)
  .filter(e => getComputedStyle(e).display !== "inline" || e.matches(".chip, .follow a"))
  .filter(e => {
    const around = getComputedStyle(e, "::after");
    const own = e.getBoundingClientRect().height;
    return Math.max(own, parseFloat(around.height) || 0) < 43.5;
  })
  .map(e => e.outerHTML.slice(0, 120))"""
_IS_SEEN = """() => {
  const here = document.activeElement;
  const ring = e => e && getComputedStyle(e).outlineStyle !== "none";
  return ring(here) || ring(here.closest(".search-box"));
}"""
# What a feed reader makes of a feed: title and link of each entry.
_READ_FEED = """async address => {
  const text = await (await fetch(address)).text();
  const feed = new DOMParser().parseFromString(text, "application/xml");
  return [...feed.querySelectorAll("entry")].map(entry => [
    entry.querySelector("title").textContent,
    entry.querySelector("link").getAttribute("href"),
  ]);
}"""


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_public_page(
    reader: Visit, width: int, scheme: str
) -> None:
    page = reader.open(width=width)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    assert complaints_of(page, PAGES) == {}


@pytest.mark.parametrize("choice", ["button[name=type]", "button[name=language]"])
def test_axe_finds_nothing_in_larger_type_and_in_english(
    reader: Visit, choice: str
) -> None:
    page = reader.open(width=390)
    page.goto("/about/")
    with page.expect_navigation():
        page.click(choice)

    assert complaints_of(page, MANY_SIDED) == {}


def test_axe_finds_nothing_on_the_set_of_a_month(reader: Visit) -> None:
    page = reader.open(width=390)
    page.goto("/open/")
    with page.expect_navigation():
        page.click("a[href*='/sets/monthly/']")

    expect(page.locator(".open-downloads a").first).to_be_visible()
    assert examine(page, "open-set") == []


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_what_is_found_of_a_person(
    reader: Visit, width: int
) -> None:
    page = reader.open(width=width)
    page.goto("/people/")
    page.fill("#name", "欧阳山川")
    page.fill("#number", "连食药许〔2016〕1号")
    page.click(".person-form button")

    expect(page.locator(".record-link")).to_have_text("欧阳**")
    assert examine(page, "people-found") == []


def test_every_address_with_a_page_is_looked_at() -> None:
    a_set = {"open:set"}  # the name of which is its month: it has a test of its own

    assert routes_of(PAGES) | a_set == routes() - FOR_PROGRAMS
    assert routes() >= FOR_PROGRAMS


def test_statistics_are_drawn_where_there_are_scripts_and_in_tables_always(
    reader: Visit,
) -> None:
    page, plain = reader.open(), reader.open(scripts=False)
    page.goto("/statistics/")
    plain.goto("/statistics/")

    for kind in ("regions", "months", "categories"):
        chart = page.locator(f".chart[data-chart={kind}] canvas")
        expect(chart.first).to_be_visible()
    expect(plain.locator(".chart").first).to_be_hidden()
    expect(plain.locator("main table").first).to_be_visible()


def test_phone_shows_every_page_whole_with_room_for_fingers(reader: Visit) -> None:
    page = reader.open(width=390)

    low = {}
    for address in PAGES:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(address)
        if "/embed/" not in address and (found := page.evaluate(_LOW)):
            low[address] = found
        page.set_viewport_size({"width": 320, "height": 640})
        assert fits(page), address

    assert low == {}


def test_home_page_is_small_and_complete_before_any_script(reader: Visit) -> None:
    page = reader.open(scripts=False)
    sizes: list[int] = []
    page.on("requestfinished", lambda r: sizes.append(r.sizes()["responseBodySize"]))

    page.goto("/", wait_until="networkidle")

    assert sum(sizes) <= 150 * 1024
    assert page.locator(".rolling-link").count() > 30
    expect(page.locator(".rolling-link").first).to_be_visible()
    expect(page.locator("#q")).to_be_visible()


def test_company_is_found_by_two_characters_on_a_phone(reader: Visit) -> None:
    page = reader.open(width=390)
    page.goto("/")

    page.fill("#q", "果山")
    page.press("#q", "Enter")

    link = page.locator(".record-link")
    expect(link).to_have_text("连云港花果山茶业有限公司")
    link.click()
    expect(page.locator("h1")).to_have_text("连云港花果山茶业有限公司")


def test_withdrawn_record_leaves_a_tombstone_that_the_log_leads_to(
    reader: Visit,
) -> None:
    page = reader.open()
    page.goto("/withdrawals/")

    with page.expect_navigation() as opened:
        page.locator("table.log tbody a").first.click()

    assert opened.value.status == 410
    expect(page.locator("main")).to_contain_text("行政决定被依法撤销")
    expect(page.locator("main")).not_to_contain_text("贸易公司")
    assert page.url.endswith(WITHDRAWN)


def test_feed_of_a_unit_tells_of_a_new_record_and_leads_to_it(
    register: Town, reader: Visit
) -> None:
    page = reader.open()
    page.goto("/units/11320700014310258G/")
    link = page.locator("main").get_by_role("link", name="订阅")
    address = link.get_attribute("href")
    before = page.evaluate(_READ_FEED, address)

    register.site.do(PUBLISH_ONE)
    told = page.evaluate(_READ_FEED, address)

    new = [entry for entry in told if entry not in before]
    assert [title for title, _ in new] == [
        "行政许可：连云港新浦园林有限公司 · 食品经营许可"
    ]
    page.goto(new[0][1])
    expect(page.locator("h1")).to_have_text("连云港新浦园林有限公司")


def test_printed_record_is_a_sheet_with_its_address_and_hash(reader: Visit) -> None:
    page = reader.open()
    page.goto(RECORD)

    page.emulate_media(media="print")

    expect(page.locator(".print-head")).to_contain_text(RECORD)
    expect(page.locator(".verify .hash").first).to_be_visible()
    for hidden in (".site-header", ".site-footer", ".print-button", ".crumbs"):
        expect(page.locator(hidden).first).to_be_hidden()
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert len(sheets) <= 2


def test_search_works_by_keyboard_alone(reader: Visit) -> None:
    page = reader.open()
    page.goto("/")

    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.goto("/")
    tab_to(page, "#q")
    page.keyboard.type("云台食品")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    tab_to(page, ".record-link")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("连云港云台食品有限公司")


def test_filters_are_set_and_taken_away_by_keyboard_alone(reader: Visit) -> None:
    page = reader.open()
    page.goto("/search?q=公司")

    tab_to(page, "#f-kind")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, ".filters-do .btn")
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=penalty**")
    expect(page.locator(".record-row-licence")).to_have_count(0)
    expect(page.locator(".record-row-penalty").first).to_be_visible()
    tab_to(page, ".chips-chosen a")
    page.keyboard.press("Enter")

    page.wait_for_url(lambda url: "kind=" not in url)
    expect(page.locator(".record-row-licence").first).to_be_visible()


@pytest.mark.parametrize(
    "address",
    ["/", "/search?q=公司&kind=licence", "/statistics/", "/people/", "/open/", MARKED],
)
def test_keyboard_shows_where_it_is_and_goes_through_the_whole_page(
    reader: Visit, address: str
) -> None:
    page = reader.open()
    page.goto(address)

    for _ in range(150):
        page.keyboard.press("Tab")
        assert page.evaluate(_IS_SEEN), page.evaluate(
            "document.activeElement.outerHTML.slice(0, 200)"
        )
        if page.evaluate("!!document.activeElement.closest('footer')"):
            return
    raise AssertionError("the keyboard does not reach the foot of the page")


def test_dark_and_larger_type_are_kept_without_scripts(reader: Visit) -> None:
    page = reader.open(scripts=False)
    page.goto("/lists/")
    light = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")

    page.click(".to-dark")
    page.click("button[name=type]")

    expect(page.locator("html")).to_have_class("type-large")
    dark = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert page.url.endswith("/lists/")
    assert dark != light
