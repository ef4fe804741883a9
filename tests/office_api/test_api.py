"""The office API: tokens, handing in, receipts, findings, limits, refusals."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from gongshi.accounts.models import Unit
from gongshi.intake.actions_tokens import (
    revoke_token,
)
from gongshi.intake.models import ApiToken, Batch, BatchSource, TokenScope
from gongshi.records.models import Record
from gongshi.validation.report import JsonReport
from gongshi.validation.storage import stored_findings
from tests.factories import AT, BY, UnitFactory
from tests.office.desk import WRONG_CODE, check, checked_batch, licence_file, queued
from tests.office_api.calls import answer, batch_body, call, record_body, secret_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def test_good_record_lands_at_once(secret: str, unit: Unit) -> None:
    status, given = call(secret, "records", record_body())

    record = Record.objects.get()
    assert (status, given["state"], given["counts"]["good"]) == (201, "checked", 1)
    assert given["records"] == [{"row": 2, "id": str(record.pk), "state": "checked"}]
    assert record.entered_by == "token:oa"
    assert Batch.objects.get().source == BatchSource.API


def test_wrong_record_comes_back_with_its_findings(secret: str) -> None:
    status, given = call(secret, "records", record_body(**WRONG_CODE))

    assert (status, given["counts"]["bad"], given["records"]) == (201, 1, [])
    assert [f["code"] for f in given["findings"]] == ["credit-code"]
    assert given["findings"][0]["message"].startswith("行政相对人代码_1")


def test_findings_are_those_of_the_files_report(
    secret: str, unit: Unit, tmp_path: Path
) -> None:
    changes: list[dict[str, str | None]] = [WRONG_CODE, {"authority": None}]
    by_file = checked_batch(UnitFactory.create(), licence_file(*changes))
    with JsonReport(tmp_path / "report.json", lambda text: text) as report:
        for part in stored_findings(by_file):
            report.add(part, None)
    wanted = json.loads((tmp_path / "report.json").read_text())
    _status, given = call(secret, "batches?dry_run=true", batch_body(*changes))

    def told(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**line, "sheet": "", "message": ""} for line in lines]

    assert list(given["findings"][0]) == list(wanted[0])
    assert told(given["findings"]) == told(wanted)


def test_batch_is_received_then_checked(secret: str) -> None:
    status, given = call(secret, "batches", batch_body({}, WRONG_CODE))
    key = given["receipt"]["id"]
    waiting = (status, given["state"], given["counts"], queued())

    check(Batch.objects.get(pk=key))

    _status, after = call(secret, f"batches/{key}")
    assert waiting == (202, "received", {}, ["check_batch"])
    assert (after["state"], after["counts"]["bad"]) == ("checked", 1)
    assert [line["row"] for line in after["records"]] == [2]
    assert after["receipt"] == given["receipt"]


@pytest.mark.parametrize("path", ["records", "batches"])
def test_dry_run_keeps_nothing(secret: str, path: str) -> None:
    body = record_body() if path == "records" else batch_body({})

    status, given = call(secret, f"{path}?dry_run=true", body)

    assert (status, given["counts"]["good"], given["findings"]) == (200, 1, [])
    assert not Batch.objects.exists()
    assert not Record.objects.exists()


def test_same_key_brings_the_same_receipt(secret: str) -> None:
    first = call(secret, "records", record_body(), **{"Idempotency-Key": "a"})
    second = call(secret, "records", record_body(), **{"Idempotency-Key": "a"})

    assert (first[0], second[0]) == (201, 200)
    assert second[1] == first[1]
    assert Batch.objects.count() == 1


def test_same_key_with_other_content_is_a_conflict(secret: str) -> None:
    call(secret, "records", record_body(), **{"Idempotency-Key": "a"})

    status, given = call(
        secret, "records", record_body(remarks="另"), **{"Idempotency-Key": "a"}
    )

    assert (status, given["code"]) == (409, "key-reused")


def test_keys_of_two_units_are_two_keys(secret: str) -> None:
    other = secret_of(UnitFactory.create())

    for each in (secret, other):
        call(each, "records", record_body(), **{"Idempotency-Key": "a"})

    assert Batch.objects.count() == 2


def test_late_record_tells_what_must_be_confirmed(secret: str) -> None:
    _status, given = call(secret, "records", record_body(decision_date="2016/01/05"))

    assert given["to_confirm"] == {"late": 1}


def test_token_reads_of_its_own_unit_and_those_below_only(
    secret: str, unit: Unit
) -> None:
    call(secret, "records", record_body())
    batch, record = Batch.objects.get(), Record.objects.get()
    sibling = secret_of(UnitFactory.create())
    superior = UnitFactory.create()
    Unit.objects.filter(pk=unit.pk).update(superior=superior)
    paths = (f"batches/{batch.pk}", f"records/{record.pk}", f"batches/{uuid4()}")

    def statuses(token: str) -> list[int]:
        return [call(token, path)[0] for path in paths]

    assert statuses(secret) == [200, 200, 404]
    assert statuses(sibling) == [404, 404, 404]
    assert statuses(secret_of(superior)) == [200, 200, 404]


def test_record_is_read_with_its_identity_numbers_masked(secret: str) -> None:
    call(secret, "records", record_body())

    _status, given = call(secret, f"records/{Record.objects.get().pk}")

    assert given["content"]["resident_id"].endswith("*")
    assert given["decision_date"] == "2016-02-26"


def test_reading_token_hands_nothing_in(unit: Unit) -> None:
    token = secret_of(unit, TokenScope.READ)

    assert call(token, "records", record_body())[1]["code"] == "scope-missing"
    assert call(token, f"batches/{uuid4()}")[0] == 404


def test_call_without_a_good_token_is_told_why(secret: str, unit: Unit) -> None:
    revoked = secret_of(unit, name="old")
    revoke_token(ApiToken.objects.get(name="old"), by=BY, at=AT)
    expired = secret_of(unit, name="past")
    ApiToken.objects.filter(name="past").update(
        made_at=AT - timedelta(days=9), expires_at=AT
    )

    told = [
        call(token, "records", record_body())
        for token in ("", "gst_x", revoked, expired)
    ]

    assert [(status, given["code"]) for status, given in told] == [
        (401, "token-missing"),
        (401, "token-unknown"),
        (401, "token-revoked"),
        (401, "token-expired"),
    ]
    assert answer("", "records", {}).headers["WWW-Authenticate"].startswith("Bearer")


def test_calls_of_a_token_are_limited_by_the_minute(
    secret: str, unit: Unit, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_CALLS_PER_MINUTE = 2
    paths = [f"batches/{uuid4()}"] * 3
    statuses = [call(secret, path)[0] for path in paths]
    refused = answer(secret, paths[0])
    other = call(secret_of(unit, name="other"), paths[0])[0]
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(minutes=1))

    assert statuses == [404, 404, 429]
    assert refused.headers["Retry-After"] == "60"
    assert "2" in json.loads(refused.content)["message"]
    assert other == 404
    assert call(secret, paths[0])[0] == 404


def test_call_that_is_too_large_is_told_the_limit(
    secret: str, settings: Settings
) -> None:
    settings.API_LIMIT_BYTES = 1024

    status, given = call(secret, "records", record_body(remarks="长" * 999))

    assert (status, given["code"]) == (413, "too-large")


@pytest.mark.parametrize("path", ["records", "batches"])
def test_call_that_does_not_say_its_length_is_told_so(secret: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {secret}", "Transfer-Encoding": "chunked"}

    refused = Client().generic("POST", f"/api/v1/{path}", headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (411, "length-missing")
    assert "Content-Length" in refused.json()["message"]


def test_batch_with_too_many_rows_is_told_the_limit(secret: str) -> None:
    body = batch_body({}) | {"rows": [{"XK_WSH": "1"}] * 5001}

    status, given = call(secret, "batches", body)

    assert (status, given["code"]) == (413, "too-many-rows")
    assert "5000" in given["message"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad-request"),
        (record_body() | {"extra": 1}, "bad-request"),
        (record_body() | {"form": "jiangsu-1999/licence/any"}, "bad-request"),
        (record_body() | {"record": {"XK_WSH": "\x00"}}, "bad-request"),
        (record_body() | {"record": {"XK_WSH": "\ud800"}}, "bad-request"),
        (batch_body(), "bad-request"),
    ],
)
def test_call_of_another_form_is_told_where(
    secret: str, body: object, code: str
) -> None:
    status, given = call(secret, "records", body)

    assert (status, given["code"]) == (422, code)


def test_misspelt_dry_run_hands_nothing_in(secret: str) -> None:
    status, given = call(secret, "records?dryrun=true", record_body())

    assert (status, given["code"]) == (422, "bad-request")
    assert [fault["place"] for fault in given["details"]] == ["query.dryrun"]
    assert not Batch.objects.exists()


def test_dry_run_that_is_taken_back_hands_nothing_in(secret: str) -> None:
    status, given = call(secret, "records?dry_run=true&dry_run=false", record_body())

    assert (status, given["code"]) == (422, "bad-request")
    assert [fault["place"] for fault in given["details"]] == ["query.dry_run"]
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"), [("2016/2月许可", "2016／2月许可"), ("许可\\二月", "许可＼二月")]
)
def test_name_of_a_batch_is_not_taken_for_a_path(
    secret: str, given: str, kept: str
) -> None:
    _status, answered = call(secret, "batches", batch_body({}) | {"name": given})

    assert answered["name"] == kept


@pytest.mark.parametrize("name", [".", " ", "\u200b"])
def test_name_that_cannot_be_read_is_refused_and_named(secret: str, name: str) -> None:
    status, given = call(secret, "batches", batch_body({}) | {"name": name})

    assert status == 422
    assert given["details"] == [
        {
            "place": "body.body.name",
            "problem": "名称中没有可辨认的文字，请另行填写。",
        }
    ]


def faulty(**record: object) -> dict[str, Any]:
    """Return a call whose record holds a fault."""
    return {"form": "jiangsu-2016/licence/any", "record": record}


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        record_body() | {"extra": 1},
        record_body() | {"form": "jiangsu-1999/licence/any"},
        record_body() | {"record": []},
        faulty(),
        faulty(XK_WSH=1),
        faulty(XK_WSH="\x00"),
        faulty(XK_WSH="\ud800"),
        faulty(XK_WSH="长" * 20_001),
        faulty(**{str(number): "1" for number in range(121)}),
    ],
)
@pytest.mark.parametrize("query", ["", "?dry_run=maybe"])
def test_every_fault_is_told_in_chinese(secret: str, body: object, query: str) -> None:
    _status, given = call(secret, f"records{query}", body)

    assert given["details"]
    for fault in given["details"]:
        assert re.search(r"[\u4e00-\u9fff]", fault["problem"])
        assert "%(" not in fault["problem"]


@pytest.mark.parametrize("skip", ["-1", "x", "99999999"])
def test_faulty_parameter_is_told_in_chinese(secret: str, skip: str) -> None:
    _status, given = call(secret, f"batches/{uuid4()}?skip={skip}")

    (fault,) = given["details"]
    assert fault["place"] == "query.skip"
    assert re.search(r"[\u4e00-\u9fff]", fault["problem"])


def test_refusal_never_repeats_the_value(secret: str) -> None:
    body = record_body() | {"record": {"resident_id": "320703198001010015\x00"}}

    _status, given = call(secret, "records", body)

    assert "320703198001010015" not in json.dumps(given)
    assert given["details"][0]["place"].endswith("resident_id")


def test_body_that_is_no_json_is_told_so(secret: str) -> None:
    response = Client().post(
        "/api/v1/records", b"{", content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip

    assert (response.status_code, response.json()["code"]) == (400, "bad-json")


def test_other_addresses_and_methods_answer_in_the_same_form(secret: str) -> None:
    nothing = Client().get("/api/v1/nothing/here")
    method = Client().delete("/api/v1/records")

    assert (nothing.status_code, nothing.json()["code"]) == (404, "not-found")
    assert (method.status_code, method.json()["code"]) == (405, "method-not-allowed")
    assert "POST" in method.headers["Allow"]
