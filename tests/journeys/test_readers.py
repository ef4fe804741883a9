"""What readers do on the public pages, on real processes: phone, keyboard, paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.axe import complaints, complaints_of, fits
from tests.journeys.people import Visit
from tests.journeys.town import Town
from tests.pipeline.site import Site
from tests.portal.changes import record_id

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

_PUBLISH = """
from datetime import timedelta
from django.utils import timezone
from gongshi.domain.feed import Operation
from gongshi.portal.actions import apply_changes
from tests.portal.changes import change, withdrawal
from tests.portal.told_units import told_unit
today = timezone.localdate()
days = {
    "published_on": today.isoformat(),
    "decision_date": today.isoformat(),
    "listed_until": (today + timedelta(days=9)).isoformat(),
    "display_until": None,
}
names = ["连云港花果山茶业有限公司", "连云港云台食品有限公司"]
changes = [
    change(n, subject_name=names[n % 2] if n < 3 else f"连云港第{n}贸易公司",
           kind="penalty" if n % 3 == 0 else "licence", **days)
    for n in range(1, 41)
]
changes.append(change(41, record=4, operation=Operation.MARK, **days,
                      disputed_on=today.isoformat(), corrected_on=today.isoformat()))
changes.append(withdrawal(42, record=5))
over = dict(days, display_until=(today - timedelta(days=1)).isoformat())
changes.append(change(43, **over))
changes.append(change(44, person="natural", credit_code=None, subject_name="欧阳**",
                      **dict(days, listed_until=None)))
changes.append(told_unit(45, code="11320700014310258G"))
changes.append(told_unit(46, code="lyg-silent", name="连云港市档案局", items=[]))
apply_changes(changes)
"""
_PUBLISH_ONE = """
from django.utils import timezone
from gongshi.portal.actions import apply_changes
from tests.portal.changes import change
today = timezone.localdate().isoformat()
apply_changes([change(47, subject_name="连云港新浦园林有限公司", published_on=today,
                      decision_date=today, listed_until=today, display_until=None)])
"""
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
# Where the moving list stands after thirty frames have been drawn.
_AFTER_FRAMES = """() => new Promise(tell => {
  let frames = 30;
  const list = document.querySelector("#rolling-list");
  const next = () => (--frames ? requestAnimationFrame(next) : tell(list.scrollTop));
  next();
})"""
_RECORD, _MARKED, _WITHDRAWN, _OVER, _PERSON = (
    f"/records/{record_id(n)}/" for n in (1, 4, 5, 43, 44)
)
_PAGES = (
    "/",
    "/lists/",
    "/kinds/penalty/",
    "/regions/320700/",
    "/units/",
    "/units/11320700014310258G/",
    "/units/lyg-silent/",
    "/catalogue/",
    "/catalogue/11320700014310258G/",
    "/regions/320706/",
    "/items/JS320700SY-XK-0001/",
    "/subjects/91320700MA1MBGC09C/",
    "/search",
    "/subjects/91320703MA1TE5T0XR/",
    "/search?q=公司&kind=licence",
    "/search?q=没有这样的公司",
    "/search?kind=penalty",
    "/search?kind=no",
    "/people/",
    "/statistics/",
    "/about/",
    "/withdrawals/",
    "/changes",
    "/changes?before=20",
    "/open/",
    "/open/api/",
    "/embed/units/11320700014310258G/",
    "/embed/units/11320700014310258G/?theme=dark&accent=red&type=large",
    _RECORD,
    _MARKED,
    _WITHDRAWN,
    _OVER,
    _PERSON,
    "/nothing/",
)
# One page with each of the things that pages are made of.
_MANY_SIDED = (
    *("/", "/search?q=公司&kind=licence", "/units/11320700014310258G/", "/people/"),
    *("/catalogue/11320700014310258G/", "/statistics/", "/withdrawals/", "/changes"),
    *("/open/", "/open/api/", _MARKED, _WITHDRAWN, "/search?kind=no"),
)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return a running portal with forty records, one disputed, one withdrawn."""
    with Site(tmp_path_factory.mktemp("register")) as site:
        site.do(_PUBLISH)
        site.run("make_open_data")
        yield Town(site)


@pytest.fixture
def reader(register: Town, browser: Browser) -> Iterator[Visit]:
    """Return a way to open windows; at the end none may have met a fault."""
    visit = Visit(browser, register.address)
    yield visit
    visit.close()
    assert visit.faults == []


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_public_page(
    reader: Visit, width: int, scheme: str
) -> None:
    page = reader.open(width=width)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    assert complaints_of(page, _PAGES) == {}


@pytest.mark.parametrize("choice", ["button[name=type]", "button[name=language]"])
def test_axe_finds_nothing_in_larger_type_and_in_english(
    reader: Visit, choice: str
) -> None:
    page = reader.open(width=390)
    page.goto("/about/")
    with page.expect_navigation():
        page.click(choice)

    assert complaints_of(page, _MANY_SIDED) == {}


def test_axe_finds_nothing_on_the_set_of_a_month(reader: Visit) -> None:
    page = reader.open(width=390)
    page.goto("/open/")
    with page.expect_navigation():
        page.click("a[href*='/sets/monthly/']")

    expect(page.locator(".open-downloads a").first).to_be_visible()
    assert complaints(page) == []
    assert fits(page)


def test_phone_shows_every_page_whole_with_room_for_fingers(reader: Visit) -> None:
    page = reader.open(width=390)

    low = {}
    for address in _PAGES:
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
    assert page.url.endswith(_WITHDRAWN)


def test_feed_of_a_unit_tells_of_a_new_record_and_leads_to_it(
    register: Town, reader: Visit
) -> None:
    page = reader.open()
    page.goto("/units/11320700014310258G/")
    link = page.locator("main").get_by_role("link", name="订阅")
    address = link.get_attribute("href")
    before = page.evaluate(_READ_FEED, address)

    register.site.do(_PUBLISH_ONE)
    told = page.evaluate(_READ_FEED, address)

    new = [entry for entry in told if entry not in before]
    assert [title for title, _ in new] == [
        "行政许可：连云港新浦园林有限公司 · 食品经营许可"
    ]
    page.goto(new[0][1])
    expect(page.locator("h1")).to_have_text("连云港新浦园林有限公司")


def test_printed_record_is_a_sheet_with_its_address_and_hash(reader: Visit) -> None:
    page = reader.open()
    page.goto(_RECORD)

    page.emulate_media(media="print")

    expect(page.locator(".print-head")).to_contain_text(_RECORD)
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
    _tab_to(page, "#q")
    page.keyboard.type("云台食品")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    _tab_to(page, ".record-link")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("连云港云台食品有限公司")


def test_filters_are_set_and_taken_away_by_keyboard_alone(reader: Visit) -> None:
    page = reader.open()
    page.goto("/search?q=公司")

    _tab_to(page, "#f-kind")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    _tab_to(page, ".filters-do .btn")
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=penalty**")
    expect(page.locator(".record-row-licence")).to_have_count(0)
    expect(page.locator(".record-row-penalty").first).to_be_visible()
    _tab_to(page, ".chips-chosen a")
    page.keyboard.press("Enter")

    page.wait_for_url(lambda url: "kind=" not in url)
    expect(page.locator(".record-row-licence").first).to_be_visible()


def test_moving_list_is_paused_and_its_table_scrolled_by_keyboard(
    reader: Visit,
) -> None:
    page = reader.open()
    page.goto("/")

    _tab_to(page, ".rolling-switch")
    page.keyboard.press("Enter")
    stood = page.evaluate("document.querySelector('#rolling-list').scrollTop")
    assert page.evaluate(_AFTER_FRAMES) == stood
    _tab_to(page, "#rolling-list")
    page.keyboard.press("End")
    _scrolled_beyond(page, "#rolling-list", 500)

    page.goto("/statistics/")
    _tab_to(page, ".table-window")


def _scrolled_beyond(page: Page, what: str, pixels: int) -> None:
    # Not `wait_for_function`: it looks again by eval, which the pages forbid.
    for _ in range(200):
        if page.evaluate(f"document.querySelector('{what}').scrollTop") > pixels:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{what} does not scroll")


@pytest.mark.parametrize(
    "address",
    ["/", "/search?q=公司&kind=licence", "/statistics/", "/people/", "/open/", _MARKED],
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


def test_list_moves_pauses_and_stands_still_for_readers_who_want_that(
    reader: Visit,
) -> None:
    page = reader.open()
    page.goto("/")
    assert page.evaluate(_AFTER_FRAMES) > 0

    page.click(".rolling-switch")
    stood = page.evaluate("document.querySelector('#rolling-list').scrollTop")
    assert page.evaluate(_AFTER_FRAMES) == stood

    calm = reader.open()
    calm.emulate_media(reduced_motion="reduce")
    calm.goto("/")
    expect(calm.locator(".rolling-switch")).to_be_visible()
    assert calm.evaluate(_AFTER_FRAMES) == 0


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


def _tab_to(page: Page, target: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("t => document.activeElement.matches(t)", target):
            return
    raise AssertionError(f"the keyboard does not reach {target}")
