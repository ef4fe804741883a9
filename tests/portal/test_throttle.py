"""One address may ask only so often; others are served meanwhile."""

import pytest
from django.conf import LazySettings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from gongshi.addresses import network_of
from gongshi.portal.throttle import Buckets

pytestmark = pytest.mark.django_db(databases=["portal"])


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def limited(settings: LazySettings) -> LazySettings:
    """Return settings with three searches and three calls a minute."""
    settings.SEARCHES_PER_MINUTE = settings.CALLS_PER_MINUTE = 3
    settings.WEB_WORKERS = 1
    return settings


def _statuses(client: Client, path: str, number: int, **headers: str) -> list[int]:
    return [client.get(path, headers=headers).status_code for _ in range(number)]


@pytest.mark.parametrize("path", ["/search?q=食品", "/changes.ndjson", "/changes"])
def test_address_that_asks_too_often_is_told_when_to_ask_again(
    limited: LazySettings, path: str
) -> None:
    client = Client()

    statuses = _statuses(client, path, 4)
    refused = client.get(path)

    assert statuses == [200, 200, 200, 429]
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert refused.headers["Cache-Control"] == "no-store"


def test_search_for_a_person_has_a_limit_of_its_own(limited: LazySettings) -> None:
    limited.PERSON_SEARCHES_PER_MINUTE = 2
    client = Client()
    asked = {"name": "张三", "number": "连食药许〔2016〕1号"}

    statuses = [client.post("/people/", asked).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert _statuses(client, "/search?q=食品", 1) == [200]


def test_refusal_is_a_page_for_people_and_json_for_machines(
    limited: LazySettings,
) -> None:
    client = Client()
    _statuses(client, "/search?q=a", 3)
    _statuses(client, "/changes.ndjson", 3)

    page = client.get("/search?q=a")
    body = client.get("/changes.ndjson").json()

    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Retry-After"] in page.content.decode()
    assert 'class="feed-head"' in page.content.decode()
    assert body["code"] == "too-many-requests"


def test_home_and_records_are_never_refused(limited: LazySettings) -> None:
    assert set(_statuses(Client(), "/", 20)) == {200}


def test_htmx_is_led_to_the_whole_page(limited: LazySettings) -> None:
    client = Client()
    _statuses(client, "/search?q=a", 3)

    refused = client.get("/search?q=a", headers={"HX-Request": "true"})

    assert refused.headers["HX-Redirect"] == "/search?q=a"


def test_another_address_is_served(limited: LazySettings) -> None:
    limited.TRUSTED_PROXY = True
    client = Client()

    first = _statuses(client, "/search?q=a", 4, **{"X-Forwarded-For": "10.0.0.1"})
    other = _statuses(client, "/search?q=a", 1, **{"X-Forwarded-For": "10.0.0.2"})

    assert (first[-1], other) == (429, [200])


def test_made_up_address_does_not_help(limited: LazySettings) -> None:
    client = Client()

    statuses = [
        client.get(
            "/search?q=a", headers={"X-Forwarded-For": f"10.0.0.{number}"}
        ).status_code
        for number in range(4)
    ]

    assert statuses[-1] == 429


def test_all_addresses_of_one_ipv6_line_are_one(limited: LazySettings) -> None:
    limited.TRUSTED_PROXY = True
    client = Client()

    statuses = [
        _statuses(client, "/search?q=a", 1, **{"X-Forwarded-For": address})[0]
        for address in (
            *("2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::3"),
            *("2001:db8:1:2:a:b:c:d", "2001:db8:1:3::1"),
        )
    ]

    assert statuses == [200, 200, 200, 429, 200]


@pytest.mark.parametrize(
    ("address", "counted_by"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_address_is_counted_by_its_network(address: str, counted_by: str) -> None:
    assert network_of(address) == counted_by


def test_workers_share_out_the_limit(limited: LazySettings) -> None:
    limited.WEB_WORKERS = 3

    assert _statuses(Client(), "/search?q=a", 2) == [200, 429]


@given(
    per_minute=st.integers(1, 600),
    pauses=st.lists(st.floats(0, 30, allow_nan=False), max_size=60),
)
def test_no_window_lets_more_through_than_the_limit_and_one_burst(
    per_minute: int, pauses: list[float]
) -> None:
    clock = _Clock()
    buckets = Buckets(per_minute, clock=clock)
    served = 0

    for pause in pauses:
        clock.now += pause
        served += buckets.take("a") == 0

    assert served <= per_minute + clock.now * per_minute / 60 + 1e-6


@given(per_minute=st.integers(1, 600))
def test_waiting_as_long_as_told_is_enough(per_minute: int) -> None:
    clock = _Clock()
    buckets = Buckets(per_minute, clock=clock)
    while not (seconds := buckets.take("a")):
        pass

    clock.now += seconds

    assert buckets.take("a") == 0
