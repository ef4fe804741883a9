"""Whatever stands in an address, the answer is a page or a clear no, never a fault."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from gongshi.portal.api.operations import document
from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

_NOT_PUBLIC = ("office/", "api/v1/", "help/", "healthz", "readyz", "admin/")
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
_BASE = "/open/api/v1"
_PHASES = [Phase.explicit, Phase.generate]
_FINE = {200, 204, 206, 301, 302, 304, 400, 404, 405, 410, 416, 429}
_NAMES = (
    *("q", "kind", "region", "unit", "level", "item", "category", "from", "until"),
    *("order", "after", "before", "since", "limit", "size", "theme", "accent", "type"),
    *("title", "name", "number", "next", "x"),
)
_ODD = st.sampled_from(
    [
        *("", "0", "-1", "1e9", "9" * 30, "٣", "²", "s.1", "e.9", "20160301.5"),
        *("99999999.1", "2016-02-30", "0001-01-01", "9999-12-31", "licence", "penalty"),
        *("320700", "%", "_", "\\", "'", '"', "\x00", "\ud800", "'; DROP TABLE x; --"),
        *(
            "../../etc/passwd",
            "＜script＞",
            "<script>",
            "((((",
            "*",
            "AND",
            "NEAR(",
            '"a',
        ),
        *(
            "食",
            "连云港",
            "有限公司",
            "𠮷",
            "\u202e",
            "\ufeff",
            "e\u0301",
            "\n",
            "a" * 3000,
        ),
    ]
)
_VALUES = _ODD | st.text(max_size=40) | st.integers().map(str)


def _routes(patterns: list[URLPattern | URLResolver], above: str = "") -> Iterator[str]:
    for pattern in patterns:
        place = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, place)
        elif not place.startswith(_NOT_PUBLIC):
            yield place


ROUTES = sorted(set(_routes(get_resolver().url_patterns)))


@pytest.fixture(autouse=True)
def _published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    apply_chained(
        change(1),
        change(2, kind="penalty"),
        change(3, person="natural", credit_code=None),
        withdrawal(4, record=2),
    )


@pytest.fixture
def _one_transaction() -> Iterator[None]:
    """Keep requests from closing the test's own connection, as the test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@st.composite
def _addresses(draw: st.DrawFn, route: str) -> str:
    def filled(match: re.Match[str]) -> str:
        converter, _name = match.groups()
        if converter == "uuid":
            return draw(st.sampled_from([str(record_id(n)) for n in range(1, 6)]))
        if converter == "int":
            return str(draw(st.integers(0, 10**25)))
        return _quoted(draw(_VALUES)) or "x"

    path = _PLACE.sub(filled, route)
    pairs = draw(st.lists(st.tuples(st.sampled_from(_NAMES), _VALUES), max_size=4))
    query = urlencode(pairs, errors="surrogatepass", encoding="utf-8")
    return f"/{path}?{query}" if query else f"/{path}"


def test_there_are_routes_of_every_part() -> None:
    parts = (
        "search",
        "records/",
        "open/",
        "open/api/v1/",
        "feeds/",
        "embed/",
        "units/",
    )

    assert len(ROUTES) > 30
    assert [part for part in parts if not any(r.startswith(part) for r in ROUTES)] == []


@pytest.mark.parametrize("route", ROUTES)
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=_PHASES,
)
@given(data=st.data())
def test_address_of_anything_is_answered(route: str, data: st.DataObject) -> None:
    address = data.draw(_addresses(route))
    client = Client(raise_request_exception=False)

    response = client.get(address)
    b"".join(response)

    assert response.status_code in _FINE, address


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=_VALUES, number=_VALUES)
def test_person_of_any_name_is_looked_up(name: str, number: str) -> None:
    form = {
        key: value.encode("utf-8", "replace").decode()
        for key, value in (("name", name), ("number", number))
    }

    response = Client(raise_request_exception=False).post("/people/", form)

    assert response.status_code in {200, 400}


# Whatever stands there can be the code of a unit.
_WITHOUT_WRONG = {f"{_BASE}/units", f"{_BASE}/units/{{code}}"}


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        pytest.param(path, mode, id=f"{path}-{mode.value}")
        for path in document()["paths"]
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or path not in _WITHOUT_WRONG
    ],
)
@pytest.mark.usefixtures("_one_transaction")
def test_interface_keeps_to_its_document(path: str, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_wsgi(f"{_BASE}/openapi.json", WSGIHandler())
    cases = described[path]["GET"].as_strategy(generation_mode=mode)

    @settings(max_examples=15, suppress_health_check=list(HealthCheck), phases=_PHASES)
    @given(case=cases)
    def keeps(case: Case[Any]) -> None:
        # A cursor or a period can be well formed and yet make no sense: that is 400.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    keeps()
