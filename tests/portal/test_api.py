"""The public interface: what the pages show of legal persons, for programs."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import jsonschema_rs
import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone, translation

from gongshi.domain.feed import Operation
from gongshi.portal.api.documentation import operations
from gongshi.portal.api.operations import document
from tests.portal.chain import apply_chained
from tests.portal.changes import AT, TODAY, change, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

_BASE = "/open/api/v1"
_CODE = "91320700MA1MBGC09C"
_UNIT: Mapping[str, Any] = {
    "code": "lyg-hbj",
    "name": "连云港市环境保护局",
    "short_name": "市环保局",
    "credit_code": "",
    "level": "city",
    "kind": "department",
    "region_code": "320700",
    "superior_code": "lyg-zf",
    "superior_name": "连云港市人民政府",
    "entrusted_by": "",
    "responsible": "",
    "site_name": "",
    "site_address": "",
    "decisions_since": "2015-07-01",
    "catalogue_version": 1,
    "items": [
        {
            "code": f"XK-{number}",
            "name": "审批",
            "kind": "licence",
            "basis": "法",
            "subjects": "",
            "is_public": True,
            "not_public_reason": "",
            "publish_days": 7,
            "display_years": 7,
            "from_date": "2015-07-01",
            "until_date": None,
        }
        for number in range(1, 4)
    ],
}


@pytest.fixture(autouse=True)
def _published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    apply_chained(
        change(1),
        change(2, kind="penalty", subject_name="连云港甲公司", credit_code=None),
        change(3, person="natural", credit_code=None, subject_name="欧阳**"),
        change(4, display_until="2016-02-29"),
        change(5),
        withdrawal(6, record=5),
        change(7, operation=Operation.UNIT, payload=dict(_UNIT)),
    )


def _get(path: str, status: int = 200, **headers: str) -> Any:  # noqa: ANN401 - JSON
    response = Client().get(_BASE + path, headers=headers)
    assert response.status_code == status, response.content
    return response.json()


def test_search_finds_what_the_page_finds() -> None:
    found = _get("/records?q=连云港")

    ids = [record["record_id"] for record in found["records"]]
    assert ids == [str(record_id(2)), str(record_id(1))]
    assert found["count"] == {"number": 2, "is_exact": True}


def test_search_is_narrowed_and_paged() -> None:
    first = _get("/records?q=连云港&limit=1")
    second = _get(f"/records?q=连云港&limit=1&after={first['next']}")

    assert [each["kind"] for each in first["records"]] == ["penalty"]
    assert [each["kind"] for each in second["records"]] == ["licence"]
    assert (second["next"], second["count"]) == (None, None)
    assert len(_get("/records?q=连云港&kind=penalty&from=2016-01-01")["records"]) == 1


def test_search_without_words_gives_the_rolling_list() -> None:
    assert len(_get("/records")["records"]) == 2


def test_record_is_given_as_published() -> None:
    record = _get(f"/records/{record_id(1)}")

    values = {each["code"]: each["value"] for each in record["fields"]}
    assert values["XK_WSH"] == record["decision_number"]
    assert record["sequence"] == 1
    assert record["address"] == f"http://testserver/records/{record_id(1)}/"


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [(3, 404, "not-found"), (4, 410, "display-ended"), (5, 410, "withdraw")],
)
def test_what_is_not_on_display_is_not_given(
    number: int, status: int, code: str
) -> None:
    body = _get(f"/records/{record_id(number)}", status)

    assert body["code"] == code
    assert "欧阳" not in json.dumps(body, ensure_ascii=False)


def test_record_that_never_was_is_not_found() -> None:
    assert _get(f"/records/{uuid4()}", 404)["code"] == "not-found"


def test_subject_is_given_with_its_records() -> None:
    subject = _get(f"/subjects/{_CODE.lower()}")

    assert subject["name"] == "连云港云台食品有限公司"
    assert (subject["licences"], subject["penalties"]) == (1, 0)
    assert len(subject["records"]) == 1
    assert _get("/subjects/000", 404)["code"] == "not-found"


def test_units_and_their_catalogues_are_given() -> None:
    (unit,) = _get("/units")["units"]
    first = _get("/catalogue?unit=lyg-hbj&limit=2")
    second = _get(f"/catalogue?unit=lyg-hbj&limit=2&after={first['next']}")

    assert _get("/units/lyg-hbj") == unit
    codes = [item["code"] for page in (first, second) for item in page["items"]]
    assert codes == ["XK-1", "XK-2", "XK-3"]
    assert second["next"] is None
    assert _get("/catalogue?kind=penalty")["items"] == []


def test_changes_are_the_chain() -> None:
    changes = _get("/changes?since=4&limit=2")

    assert [each["sequence"] for each in changes["changes"]] == [5, 6]
    assert changes["head"]["sequence"] == 7


@pytest.mark.parametrize(
    "path",
    [
        "/records?kind=x",
        "/records?from=2016-13-01",
        "/records?from=2016-03-02&until=2016-03-01",
        "/records?limit=0",
        "/records?limit=x",
        "/records?after=x",
        "/records?q=" + "x" * 101,
        "/records?q=%00",
        "/subjects/91320700MA1MBGC09C?after=x",
        "/catalogue?after=%00",
        "/changes?since=-1",
        "/changes?since=99999999999999999999",
        "/changes?limit=100000",
    ],
)
def test_senseless_question_is_refused_with_a_code_and_a_sentence(path: str) -> None:
    body = _get(path, 400)

    assert body["code"]
    assert body["message"]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/records?kinds=penalty", "kinds"),
        ("/units?q=食品", "q"),
        (f"/subjects/{_CODE}?limit=1&a=2", "a, limit"),
        (f"/records?{'x' * 90}=1", f"{'x' * 40}。"),
    ],
)
def test_misspelt_filter_is_refused_and_named(path: str, named: str) -> None:
    response = Client().get(_BASE + path)

    assert response.status_code == 400
    assert response.json()["code"] == "unknown-parameter"
    assert f"没有这样的参数：{named}" in response.json()["message"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_answer_holds_until_the_register_changes() -> None:
    client = Client()
    etag = client.get(f"{_BASE}/records").headers["ETag"]

    same = client.get(f"{_BASE}/records", headers={"If-None-Match": etag})

    assert same.status_code == 304
    assert same.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_of_other_sites_may_ask() -> None:
    client = Client()

    asked = client.options(f"{_BASE}/records", headers={"Origin": "https://a.example"})

    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    assert client.head(f"{_BASE}/records").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_interface_only_reads(method: str) -> None:
    response = getattr(Client(), method)(f"{_BASE}/records")

    assert response.status_code == 405


def test_address_that_asks_too_often_is_told_so(settings: LazySettings) -> None:
    settings.CALLS_PER_MINUTE = 2
    client = Client()

    answers = [client.get(f"{_BASE}/units") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == "too-many-requests"
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_document_is_openapi_3_1_and_its_examples_fit() -> None:
    schema = _get("/openapi.json")

    assert schema["openapi"].startswith("3.1")
    named = schema["components"]["schemas"]
    examples = {
        name: each["example"] for name, each in named.items() if "example" in each
    }
    assert len(examples) > 10
    for name, example in examples.items():
        resolved = {
            "$ref": f"#/components/schemas/{name}",
            "components": schema["components"],
        }
        jsonschema_rs.validate(resolved, example)


def test_page_documents_every_operation_without_foreign_files() -> None:
    page = Client().get("/open/api/").content.decode()

    assert {each.path for each in operations("")} == set(document()["paths"])
    for path in document()["paths"]:
        assert path in page
    assert "//cdn" not in page
    assert "<code>next</code>" in page
    assert "`" not in page.replace("</pre>", "<pre").split("<pre")[0]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_page_says_what_every_parameter_means(language: str) -> None:
    with translation.override(language):
        described = [each for one in operations("") for each in one.parameters]

    assert len(described) > 15
    assert [each.name for each in described if not each.description] == []


def test_answer_is_of_today_and_says_when() -> None:
    assert _get("/changes")["changes"][0]["at"].startswith(f"{AT:%Y-%m-%d}")
