"""Pages about units, items, subjects, withdrawals and figures."""

import json
import re
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from gongshi.domain.feed import Operation
from gongshi.domain.person_key import person_key
from gongshi.portal.actions import apply_changes
from tests.portal.changes import change, payload, publish, record_id, withdrawal
from tests.portal.clock import stand_at
from tests.portal.told_units import ITEM, SECRET_ITEM, told_unit

pytestmark = pytest.mark.django_db(databases=["portal"])

_CODE = "91320700MA1MBGC09C"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, "2016-03-05 10:00:00")


def _page(address: str, status: int = 200) -> str:
    response = Client().get(address)
    assert response.status_code == status
    return response.content.decode()


def _publish_unit(sequence: int = 1, **values: object) -> None:
    apply_changes([told_unit(sequence, **values)])


def test_unit_page_says_who_answers_and_where_it_publishes() -> None:
    _publish_unit()

    page = _page("/units/lyg-syjj/")

    for text in (
        "连云港市食品药品监督管理局",
        "行政许可处",
        "连云港市人民政府",
        'href="http://syj.example.gov.cn/"',
        'href="/catalogue/lyg-syjj/"',
        'href="/regions/320700/"',
    ):
        assert text in page


def test_unit_without_a_site_publishes_on_its_page_here() -> None:
    _publish_unit(site_name="", site_address="")

    assert "<dt>公示网站</dt><dd>本页面</dd>" in _page("/units/lyg-syjj/")
    own_page = '<a href="/units/lyg-syjj/">信用网站上的单位页面</a>'
    assert own_page in _page("/catalogue/")


def test_unit_page_shows_post_phone_and_last_day_where_they_are_told() -> None:
    _publish_unit()
    before = _page("/units/lyg-syjj/")
    _publish_unit(
        2,
        responsible="李海州",
        responsible_post="法规处处长",
        responsible_phone="0518-8552 0000",
        exists_until="2018-12-31",
    )

    page = _page("/units/lyg-syjj/")

    assert "tel:" not in before
    for text in ("李海州", "法规处处长", 'href="tel:051885520000"', "0518-8552 0000"):
        assert text in page
    assert "2018" in page


def test_unit_that_only_its_records_tell_of_has_a_page() -> None:
    publish({"unit_code": "lyg-hbj", "unit_name": "连云港市环境保护局"})

    page = _page("/units/lyg-hbj/")

    assert "连云港市环境保护局" in page
    assert f"/records/{record_id(1)}/" in page


def test_unit_page_has_its_figures() -> None:
    publish({"unit_code": "a"}, {"unit_code": "a", "kind": "penalty"}, {})

    page = _page("/units/a/")

    assert re.findall(r'<dd class="big">(\d+)</dd>', page) == ["1", "1"]


def test_unknown_places_are_not_found() -> None:
    for address in ("/units/x/", "/catalogue/x/", "/items/x/", "/regions/999999/"):
        _page(address, status=404)
    _page("/kinds/decree/", status=404)
    _page("/subjects/123/", status=404)


def test_catalogue_lists_units_with_their_items_and_sites() -> None:
    _publish_unit()

    page = _page("/catalogue/")

    assert 'href="http://syj.example.gov.cn/"' in page
    assert 'href="/units/lyg-syjj/"' in page
    assert re.search(r'class="number">.*?</span> 2</td>', page)


def test_catalogue_of_a_unit_says_what_is_not_public_and_why() -> None:
    _publish_unit()

    page = _page("/catalogue/lyg-syjj/")

    assert "食品安全法" in page
    assert "涉及国家秘密" in page
    assert "食品经营许可" not in _page("/catalogue/lyg-syjj/?kind=penalty")


def test_item_whose_code_makes_no_address_is_shown_without_a_link() -> None:
    _publish_unit(items=[ITEM | {"code": "A\n1"}, SECRET_ITEM])
    apply_changes([change(2, unit_code="lyg-syjj", catalogue_item="A\n1")])

    page = _page("/catalogue/lyg-syjj/")

    assert "食品经营许可" in page
    assert f'href="/items/{SECRET_ITEM["code"]}/"' in page
    assert 'href="/items/A' not in _page(f"/records/{record_id(2)}/")


def test_item_page_shows_unit_basis_and_listed_records() -> None:
    _publish_unit()
    apply_changes([change(2, unit_code="lyg-syjj")])

    page = _page("/items/JS320700SY-XK-0001/")

    assert "食品安全法" in page
    assert 'href="/units/lyg-syjj/"' in page
    assert f"/records/{record_id(2)}/" in page


def test_subject_page_gathers_all_units_under_one_code() -> None:
    publish(
        {"unit_code": "a", "decision_date": "2015-08-01"},
        {"unit_code": "b", "decision_date": "2016-02-01", "kind": "penalty"},
        {"credit_code": "91320703MA1TE5T0XR", "subject_name": "连云港甲公司"},
    )

    page = _page(f"/subjects/{_CODE}/")

    places = [page.index(f"/records/{record_id(number)}/") for number in (2, 1)]
    assert places == sorted(places)
    assert f"/records/{record_id(3)}/" not in page
    assert re.findall(r'<th scope="row">(\d{4})</th>', page) == ["2016", "2015"]


def test_subject_page_pages_on_by_day_of_decision() -> None:
    days = [f"2016-01-{day:02}" for day in range(1, 26)]
    publish(*({"decision_date": day} for day in reversed(days)))

    first = _page(f"/subjects/{_CODE}/")
    following = re.search(r'rel="next" href="([^"]+)"', first)

    assert following is not None
    second = _page(following[1].replace("&amp;", "&"))
    shown = [re.findall(r"/records/[0-9a-f-]+/", text) for text in (first, second)]
    assert [len(set(found)) for found in shown] == [20, 5]
    assert not set(shown[0]) & set(shown[1])


def test_subject_page_is_written_in_any_case_or_width() -> None:
    publish({})

    assert "云台食品" in _page(f"/subjects/{_CODE.lower()}/")


def test_subject_page_leaves_natural_persons_out() -> None:
    publish({"person": "natural", "subject_name": "张*"})

    assert "张*" not in _page(f"/subjects/{_CODE}/", status=404)


def test_log_of_withdrawals_has_day_unit_and_reason_and_no_content() -> None:
    apply_changes([change(1, subject_name="连云港甲公司"), withdrawal(2, record=1)])

    page = _page("/withdrawals/")

    assert "行政决定被依法撤销" in page
    assert 'datetime="2016-03-01' in page
    assert f"/records/{record_id(1)}/" in page
    assert "连云港甲公司" not in page


def test_log_of_withdrawals_pages_on_and_keeps_to_a_unit() -> None:
    changes = [change(number) for number in range(1, 26)]
    gone = [withdrawal(25 + number, record=number) for number in range(1, 26)]
    apply_changes([*changes, *gone])

    first = _page("/withdrawals/?unit=11320700014310258G")
    following = re.search(r'rel="next" href="([^"]+)"', first)

    assert following is not None
    assert "unit=11320700014310258G" in following[1]
    second = _page(following[1].replace("&amp;", "&"))
    assert first.count("/records/") == 20
    assert second.count("/records/") == 5
    assert _page("/withdrawals/?unit=other").count("/records/") == 0


def test_early_end_has_its_own_words() -> None:
    body = payload()
    ended = {
        "reason": "信用修复",
        "kind": "penalty",
        "at": "2016-03-04T10:00:00+00:00",
        "unit_code": body["unit_code"],
        "unit_name": body["unit_name"],
    }
    apply_changes(
        [change(1), change(2, record=1, operation=Operation.END, payload=ended)]
    )

    page = _page(f"/records/{record_id(1)}/", status=410)

    assert "提前终止" in page
    assert "信用修复" in page


def test_statistics_say_the_same_in_tables_and_for_charts() -> None:
    publish(
        {"region_code": "320706", "category": "核准;登记"},
        {"region_code": "320706", "kind": "penalty", "category": "罚款"},
        {"category": "核准", "published_on": "2016-02-29"},
    )

    page = _page("/statistics/")

    data = re.search(r'id="chart-figures"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert data is not None
    charts = json.loads(data[1])
    assert charts["regions"] == [["海州区", 1, 1], ["连云港市", 1, 0]]
    assert charts["months"] == [["2016-02", 1, 0], ["2016-03", 1, 1]]
    assert charts["categories"] == {
        "licence": [["核准", 2], ["登记", 1]],
        "penalty": [["罚款", 1]],
    }
    for label, number in (("核准", 2), ("登记", 1), ("罚款", 1)):
        assert re.search(rf"{label}</th><td class=\"number\">{number}</td>", page)


def test_person_is_found_by_whole_name_and_whole_number_only() -> None:
    number = "连食药许〔2016〕1号"
    key = person_key("张三丰", number, key=settings.PERSON_SEARCH_KEY)
    publish({"person": "natural", "subject_name": "张*", "person_key": key})

    def found(name: str, given: str) -> bool:
        page = Client().post("/people/", {"name": name, "number": given})
        return f"/records/{record_id(1)}/" in page.content.decode()

    assert found("张三丰", number)
    assert found("张三丰", "连食药许(2016)1号")
    assert not found("张三", number)
    assert not found("张三丰", "连食药许〔2016〕1")
    assert not found("", number)
    assert not found("张三丰", "")


def test_person_is_not_found_by_an_address() -> None:
    page = Client().get("/people/?name=张三丰&number=1号").content.decode()

    assert "/records/" not in page


def test_choice_of_appearance_is_kept_and_leads_back() -> None:
    reader = Client()

    chosen = reader.post("/appearance/", {"theme": "dark", "next": "/lists/"})

    assert chosen["Location"] == "/lists/"
    page = reader.get("/").content.decode()
    assert 'content="dark"' in page
    assert re.search(r'dark\.css[^>]*media="screen"', page)


def test_light_is_chosen_against_a_dark_device() -> None:
    reader = Client()

    reader.post("/appearance/", {"theme": "light"})

    assert "dark.css" not in reader.get("/").content.decode()


def test_larger_type_is_chosen_and_taken_back() -> None:
    reader = Client()

    reader.post("/appearance/", {"type": "large"})
    large = reader.get("/").content.decode()
    reader.post("/appearance/", {"type": ""})
    standard = reader.get("/").content.decode()

    assert 'class="type-large"' in large
    assert "type-large" not in standard


def test_choice_that_nobody_offers_sets_no_cookie_and_leads_nowhere_else() -> None:
    chosen = Client().post(
        "/appearance/", {"theme": "purple", "next": "https://evil.example/"}
    )

    assert chosen["Location"] == "/"
    assert not chosen.cookies


def test_search_shows_its_filters_and_takes_one_away() -> None:
    _publish_unit()
    apply_changes([change(2, unit_code="lyg-syjj", decision_date="2016-02-25")])

    page = _page("/search?q=食品&unit=lyg-syjj&from=2016-02-01&after=")

    assert f"/records/{record_id(2)}/" in page
    assert '<option value="lyg-syjj" selected>' in page
    assert 'value="2016-02-01"' in page
    assert "?q=%E9%A3%9F%E5%93%81&amp;from=2016-02-01" in page
    assert f"/records/{record_id(2)}/" not in _page("/search?q=食品&unit=other")


def test_filters_alone_search_the_lists() -> None:
    publish({"region_code": "320706"}, {"region_code": "320723"})

    page = _page("/search?region=320706")

    assert f"/records/{record_id(1)}/" in page
    assert f"/records/{record_id(2)}/" not in page


def test_record_shows_the_link_that_anybody_can_check() -> None:
    told = change(1)
    apply_changes([told])

    page = _page(f"/records/{record_id(1)}/")

    assert told.hash in page
    assert date(2016, 3, 5).isoformat() in page  # on the printed sheet
    assert 'href="/about/#verify"' in page


def test_nothing_leads_to_items_without_a_page() -> None:
    publish(
        {"catalogue_item": "JS-GONE", "listed_until": "2016-03-04"},
        {"catalogue_item": "JS-LISTED"},
    )

    assert 'href="/items/JS-GONE/"' not in _page(f"/records/{record_id(1)}/")
    assert 'href="/items/JS-LISTED/"' in _page(f"/records/{record_id(2)}/")


def test_nothing_leads_to_units_without_a_page() -> None:
    _publish_unit(superior_code="lyg-later")
    apply_changes([withdrawal(2, record=9)])

    unit, tombstone = _page("/units/lyg-syjj/"), _page(f"/records/{record_id(9)}/", 410)
    _publish_unit(3, code="lyg-later", superior_code="")
    _publish_unit(4, code="11320700014310258G")

    for page, address in ((unit, "lyg-later"), (tombstone, "11320700014310258G")):
        assert f'href="/units/{address}/"' not in page
    assert 'href="/units/lyg-later/"' in _page("/units/lyg-syjj/")
    assert "/units/11320700014310258G/" in _page(f"/records/{record_id(9)}/", 410)
