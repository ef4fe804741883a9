"""The public pages, asked as a reader's browser asks them.

Only the public store is allowed here: a page that asked the registry would fail.
"""

import re
from datetime import date, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongshi.domain.feed import Operation
from gongshi.portal.actions import apply_changes
from tests.portal.changes import TODAY, change, publish, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


@pytest.fixture
def reader() -> Client:
    """Return a browser that reads Chinese and has never signed in."""
    return Client()


_UNIT = "/units/11320700014310258G/"
_LISTS = ("/", "/lists/", "/kinds/licence/", "/regions/320700/", _UNIT)


def _address(number: int) -> str:
    return f"/records/{record_id(number)}/"


def _text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_home_lists_what_was_published(reader: Client) -> None:
    publish(
        {"subject_name": "连云港甲公司"}, {"kind": "penalty", "title": "超标排放案"}
    )

    page = _text(reader, "/")

    assert "连云港甲公司" in page
    assert "超标排放案" in page
    assert _address(1) in page


def test_home_tells_kinds_apart_in_words(reader: Client) -> None:
    publish({}, {"kind": "penalty"})

    page = _text(reader, "/")

    assert page.count('class="kind kind-licence"') == 1
    assert page.count('class="kind kind-penalty"') == 1
    badges = re.findall(r'class="kind kind-\w+"><svg.*?</svg>(\S+?)</span>', page)
    assert len(set(badges)) == 2


def test_list_of_one_kind_shows_that_kind_only(reader: Client) -> None:
    publish(
        {"subject_name": "连云港甲公司"}, {"kind": "penalty", "subject_name": "乙公司"}
    )

    for address in ("/kinds/penalty/", "/lists/?kind=penalty"):
        page = _text(reader, address)
        assert "乙公司" in page
        assert "连云港甲公司" not in page


@pytest.mark.parametrize(
    "address", ["/lists/", "/kinds/licence/", "/regions/320700/", _UNIT]
)
def test_lists_page_on(reader: Client, address: str) -> None:
    publish(*({"subject_name": f"第{number}公司"} for number in range(1, 31)))

    first = _text(reader, address)
    following = re.search(r'rel="next" href="([^"]+)"', first)

    assert following is not None
    second = _text(reader, following[1].replace("&amp;", "&"))
    assert "第11公司" in first
    assert "第10公司" in second
    assert "第11公司" not in second
    assert 'rel="next"' not in second


def test_empty_home_says_so(reader: Client) -> None:
    assert 'class="empty"' in _text(reader, "/")


def test_search_shows_matches_marked(reader: Client) -> None:
    publish({"subject_name": "连云港花果山茶业有限公司"}, {})

    page = _text(reader, "/search?q=花果山")

    assert "连云港<mark>花果山</mark>茶业有限公司" in page
    assert "连云港云台食品有限公司" not in page


def test_search_shows_where_the_content_matches(reader: Client) -> None:
    publish({"content": "经检验二氧化硫残留量不符合标准"})

    assert "经检验<mark>二氧化硫</mark>残留量" in _text(reader, "/search?q=二氧化硫")


def test_search_keeps_the_kind_and_pages_on(reader: Client) -> None:
    publish(*({"kind": "penalty"} for _ in range(25)))

    first = _text(reader, "/search?q=食品&kind=penalty")
    following = re.search(r'rel="next" href="([^"]+)"', first)

    assert following is not None
    assert "kind=penalty" in following[1]
    second = _text(reader, following[1].replace("&amp;", "&"))
    assert second.count('class="record-link"') == 5


def test_search_without_term_explains_itself(reader: Client) -> None:
    assert 'class="hints"' in _text(reader, "/search")
    assert 'class="hints"' in _text(reader, "/search?q=%20")


def test_search_that_finds_nothing_helps_on(reader: Client) -> None:
    publish({})

    assert 'class="hints"' in _text(reader, "/search?q=不存在")


def test_search_term_is_escaped(reader: Client) -> None:
    page = _text(reader, '/search?q="><script>alert(1)</script>')

    assert "<script>alert" not in page


def test_published_texts_are_escaped(reader: Client) -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    publish(
        {"subject_name": evil, "title": evil, "decision_number": evil, "content": evil}
    )

    for address in ("/", "/search?q=alert", _address(1)):
        assert "<img" not in _text(reader, address)


@pytest.mark.parametrize(
    "address",
    [
        "/lists/?kind=decree",
        "/?after=x",
        "/lists/?after=x",
        "/regions/320700/?kind=decree",
        "/withdrawals/?after=x",
        "/search?q=食品&after=x",
        "/search?q=食品&kind=decree",
        "/search?q=" + "长" * 101,
    ],
)
def test_senseless_request_is_answered_with_a_sentence(
    reader: Client, address: str
) -> None:
    page = _text(reader, address, status=400)

    assert 'class="notice"' in page


def test_address_with_a_nul_is_refused_with_a_sentence(reader: Client) -> None:
    page = _text(reader, "/search?q=a%00b", status=400)

    assert "请求无法处理" in page


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(q=st.text(max_size=130), kind=st.text(max_size=8), after=st.text(max_size=12))
def test_no_query_string_is_a_server_fault(
    reader: Client, q: str, kind: str, after: str
) -> None:
    query = {"q": q.encode("utf-8", "replace").decode(), "kind": kind, "after": after}

    for address in ("/", "/search", "/lists/", "/withdrawals/", _UNIT):
        assert reader.get(address, query).status_code in (200, 400, 404)


def test_record_shows_all_its_public_fields(reader: Client) -> None:
    publish({"display_until": "2023-03-01"})

    page = _text(reader, _address(1))

    for value in (
        "连云港云台食品有限公司",
        "连食药许〔2016〕1号",
        "预包装食品销售",
        "正常",
        "连云港市食品药品监督管理局",
        'datetime="2016-02-25"',
        'datetime="2016-03-01"',
        'datetime="2023-03-01"',
        f"http://testserver{_address(1)}",
    ):
        assert value in page


def test_record_shows_the_far_end_of_a_validity_as_long_term(reader: Client) -> None:
    publish({"fields": {"XK_JZQ": "2099-12-31"}, "display_until": None})

    page = _text(reader, _address(1))

    assert "许可截止期" in page
    assert "2099" not in page


def test_unknown_record_is_not_found(reader: Client) -> None:
    assert 'class="notice"' in _text(reader, _address(9), status=404)


def test_withdrawn_record_is_gone_from_every_page(reader: Client) -> None:
    apply_changes([change(1, subject_name="连云港甲公司")])
    assert "连云港甲公司" in _text(reader, "/")

    apply_changes([withdrawal(2, record=1, reason="行政复议决定撤销")])

    assert "连云港甲公司" not in _text(reader, "/")
    assert 'class="record-link"' not in _text(reader, "/search?q=甲公司")
    page = _text(reader, _address(1), status=410)
    assert "行政复议决定撤销" in page
    assert '<time datetime="2016-03-01T09:30:00+08:00">2016年3月1日' in page
    assert "连云港甲公司" not in page


def test_correction_shows_at_once(reader: Client) -> None:
    apply_changes([change(1, subject_name="旧名公司")])
    corrected = change(
        2, record=1, operation=Operation.CORRECT, subject_name="新名公司"
    )
    apply_changes([corrected])

    page = _text(reader, _address(1))

    assert "新名公司" in page
    assert "旧名公司" not in page


@pytest.mark.parametrize(("day", "status"), [(TODAY, 200), (date(2016, 2, 29), 410)])
def test_record_is_shown_to_the_last_day_of_its_period(
    reader: Client, day: date, status: int
) -> None:
    publish({"display_until": day.isoformat()})

    page = _text(reader, _address(1), status=status)

    assert ("连云港云台食品有限公司" in page) == (status == 200)


def test_record_is_query_only_after_ten_days(reader: Client) -> None:
    publish({"listed_until": (TODAY - timedelta(days=1)).isoformat()})

    for address in _LISTS:
        assert _address(1) not in _text(reader, address)
    assert _address(1) in _text(reader, "/search?q=食品")
    assert "连云港云台食品有限公司" in _text(reader, _address(1))


def test_natural_person_is_reached_by_address_only(reader: Client) -> None:
    publish({"person": "natural", "subject_name": "张*", "credit_code": None})

    response = reader.get(_address(1))

    assert "张*" in response.content.decode()
    assert response["X-Robots-Tag"].startswith("noindex")
    for address in _LISTS:
        assert "张*" not in _text(reader, address)
    assert 'class="record-link"' not in _text(reader, "/search?q=食品")


@pytest.mark.parametrize("address", ["/", "/search?q=食品", "/search", _address(1)])
def test_every_page_shows_the_head_of_the_feed(reader: Client, address: str) -> None:
    last = change(1)
    apply_changes([last])

    page = _text(reader, address)
    assert f"{last.hash[:12]}</a>" in page
    assert 'href="/changes"' in page


@pytest.mark.parametrize("address", ["/", "/search?q=食品", _address(1)])
def test_pages_have_no_inline_code_and_set_no_cookie(
    reader: Client, address: str
) -> None:
    publish({})

    response = reader.get(address)
    page = response.content.decode()

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!testserver)', page)
    assert not response.cookies


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/lists/", _UNIT, "/subjects/91320700MA1MBGC09C/"),
        *("/search?q=食", "/search?q=食品", "/search?q=食品&order=oldest"),
        "/search?q=食品&kind=licence&region=320700&level=city&category=核准&from=2016-01-01",
        *("/search?kind=licence", "/search?q=91320700MA1MBGC09C", "/search?q=没有"),
    ],
)
def test_number_of_queries_does_not_grow_with_the_records(
    reader: Client, address: str
) -> None:
    # More than a page, as what fits on one is not counted.
    apply_changes([change(number) for number in range(1, 25)])
    with CaptureQueriesContext(connections["portal"]) as few:
        reader.get(address)
    apply_changes([change(number) for number in range(25, 64)])

    with CaptureQueriesContext(connections["portal"]) as many:
        reader.get(address)

    # One more only where a search goes on from the newest rows to the index.
    assert _reads(many) <= _reads(few) + 1
    assert _reads(many) <= 12


def _reads(asked: CaptureQueriesContext) -> int:
    """Count the reads; PostgreSQL is also told how long a search may take."""
    reads = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    return len([sql for sql in reads if "set_config" not in sql])


@pytest.mark.parametrize("address", ["/lists/", "/search?q=食品"])
def test_htmx_gets_the_list_alone(reader: Client, address: str) -> None:
    publish({})

    response = reader.get(address, headers={"HX-Request": "true"})
    part = response.content.decode()

    assert part.strip().startswith("<section")
    assert "<html" not in part
    assert 'class="record-link"' in part
    assert "HX-Request" in response["Vary"]


def test_htmx_gets_the_whole_page_when_the_reader_goes_back(reader: Client) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    page = reader.get("/lists/", headers=headers).content.decode()

    assert "<html" in page


def test_reader_can_choose_english(reader: Client) -> None:
    chosen = reader.post("/language/", {"language": "en", "next": "/search"})

    assert chosen["Location"] == "/search"
    assert '<html lang="en">' in _text(reader, "/")
    assert "Published in the last 10 days" in _text(reader, "/")


def test_language_choice_leads_to_our_own_pages_only(reader: Client) -> None:
    chosen = reader.post("/language/", {"language": "en", "next": "//evil.example/"})

    assert "evil" not in chosen["Location"]


def test_pages_only_answer_to_reading(reader: Client) -> None:
    assert reader.post("/search", {"q": "食品"}).status_code == 405
