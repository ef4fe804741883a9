"""The home page's moving list, on real processes and in a real browser."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.people import Visit, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

# Where the moving list stands after thirty frames have been drawn.
_AFTER_FRAMES = """() => new Promise(tell => {
  let frames = 30;
  const list = document.querySelector("#rolling-list");
  const next = () => (--frames ? requestAnimationFrame(next) : tell(list.scrollTop));
  next();
})"""
_PLACE = "document.querySelector('#rolling-list').scrollTop"
_IS_IN_WINDOW = """row => {
  const list = document.querySelector("#rolling-list").getBoundingClientRect();
  const here = row.getBoundingClientRect();
  return here.top < list.bottom && here.bottom > list.top;
}"""


def test_moving_list_is_paused_and_its_table_scrolled_by_keyboard(
    reader: Visit,
) -> None:
    page = reader.open()
    page.goto("/")

    tab_to(page, ".rolling-switch")
    page.keyboard.press("Enter")
    stood = page.evaluate(_PLACE)
    assert page.evaluate(_AFTER_FRAMES) == stood
    tab_to(page, "#rolling-list")
    page.keyboard.press("End")
    _scrolled_beyond(page, "#rolling-list", 500)

    page.goto("/statistics/")
    tab_to(page, ".table-window")


def _scrolled_beyond(page: Page, what: str, pixels: int) -> None:
    # Not `wait_for_function`: it looks again by eval, which the pages forbid.
    for _ in range(200):
        if page.evaluate(f"document.querySelector('{what}').scrollTop") > pixels:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{what} does not scroll")


def test_list_moves_pauses_and_stands_still_for_readers_who_want_that(
    reader: Visit,
) -> None:
    page = reader.open()
    page.goto("/")
    assert page.evaluate(_AFTER_FRAMES) > 0

    page.click(".rolling-switch")
    stood = page.evaluate(_PLACE)
    assert page.evaluate(_AFTER_FRAMES) == stood

    calm = reader.open()
    calm.emulate_media(reduced_motion="reduce")
    calm.goto("/")
    expect(calm.locator(".rolling-switch")).to_be_visible()
    assert calm.evaluate(_AFTER_FRAMES) == 0


def test_list_moves_on_to_the_oldest_record_and_then_begins_anew(
    reader: Visit,
) -> None:
    page = reader.open()
    page.clock.install()
    page.goto("/")
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    oldest = page.locator(".rolling-row", has_text="连云港第3贸易公司")
    newest = page.locator(".rolling-row", has_text="连云港第52贸易公司")
    expect(page.locator(".rolling-row")).to_have_count(40)
    expect(oldest).to_have_count(0)

    _moves_until_seen(page, oldest)
    assert not newest.evaluate(_IS_IN_WINDOW)
    _moves_until_seen(page, newest)

    expect(page.locator(".rolling-row")).to_have_count(40)
    assert loads == []


def test_list_goes_on_for_who_scrolls_it_but_moves_for_nobody_who_is_calm(
    reader: Visit,
) -> None:
    page = reader.open()
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")

    tab_to(page, "#rolling-list")
    page.keyboard.press("End")
    oldest = page.locator(".rolling-row", has_text="连云港第3贸易公司")
    expect(oldest).to_have_count(1)
    stood = _settled(page)

    assert page.evaluate(_AFTER_FRAMES) == stood


def _settled(page: Page) -> float:
    """Return where the list stands once the key's own scrolling has ended."""
    place, before = float(page.evaluate(_AFTER_FRAMES)), -1.0
    for _ in range(30):
        if place == before:
            return place
        place, before = float(page.evaluate(_AFTER_FRAMES)), place
    raise AssertionError("the list moves")


def test_list_keeps_no_more_than_two_hundred_rows_and_stays_where_it_is(
    reader: Visit,
) -> None:
    page = reader.open()
    numbers = iter(range(1, 100))
    page.route("**/?after=*", lambda route: route.fulfill(body=_part(next(numbers))))
    page.goto("/")
    page.click(".rolling-switch")
    page.focus("#rolling-list")

    for number in range(1, 9):
        page.keyboard.press("End")
        expect(page.get_by_text(f"第{number}部分第40家")).to_have_count(1)

    expect(page.locator(".rolling-row")).to_have_count(200)
    assert page.get_by_text("第7部分第40家").evaluate(_IS_IN_WINDOW)


def test_list_stands_at_its_end_and_asks_seldom_while_the_server_is_away(
    reader: Visit,
) -> None:
    page = reader.open()
    page.clock.install()
    page.route("**/?after=*", lambda route: route.fulfill(status=503))
    page.goto("/")

    for _ in range(20):
        page.clock.run_for(10_000)

    expect(page.locator(".rolling-row")).to_have_count(40)
    assert page.locator(".rolling-row").last.evaluate(_IS_IN_WINDOW)
    assert 1 <= len(reader.faults) <= 7
    assert {fault[:4] for fault in reader.faults} == {"503:"}
    reader.faults.clear()


def _part(number: int) -> str:
    rows = (f'<li class="rolling-row">第{number}部分第{n}家</li>' for n in range(1, 41))
    return f'<ol data-next="/?after={number}" class="rolling-rows">{"".join(rows)}</ol>'


def _moves_until_seen(page: Page, row: Locator) -> None:
    # What the page asks for comes in real time, whatever its clock says.
    for _ in range(300):
        page.clock.run_for(2_000)
        page.wait_for_timeout(50)
        if row.count() and row.evaluate(_IS_IN_WINDOW):
            return
    raise AssertionError("the list does not come there")
