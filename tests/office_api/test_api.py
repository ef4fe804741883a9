"""The office API: tokens, handing in, receipts, findings, limits, refusals."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.intake.actions_tokens import (
    CannotMake,
    Wish,
    make_token,
    revoke_token,
)
from gongshi.intake.models import ApiToken, Batch, BatchSource, TokenScope
from gongshi.records.models import Record
from gongshi.validation.report import JsonReport
from gongshi.validation.storage import stored_findings
from tests.factories import AT, BY, LICENCE, UnitFactory
from tests.office.desk import WRONG_CODE, check, checked_batch, licence_file, queued

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LATER = AT + timedelta(days=30)


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def unit() -> Unit:
    """Return a unit."""
    return UnitFactory.create()


def secret_of(
    unit: Unit, scope: TokenScope = TokenScope.SUBMIT, name: str = "oa"
) -> str:
    """Return the secret of a new token."""
    wish = Wish(name=name, scope=scope, expires_at=LATER)
    return make_token(wish, unit=unit, by=BY, at=AT).secret


@pytest.fixture
def secret(unit: Unit) -> str:
    """Return a token that may hand in."""
    return secret_of(unit)


def call(
    secret: str, path: str, body: object = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    """Call the API; return status and answer."""
    response = answer(secret, path, body, **headers)
    return response.status_code, json.loads(response.content)


def answer(secret: str, path: str, body: object = None, **headers: str) -> HttpResponse:
    """Call the API."""
    client, address = Client(), f"/api/v1/{path}"
    if secret:
        headers["Authorization"] = f"Bearer {secret}"
    if body is None:
        return client.get(address, headers=headers)  # type: ignore[return-value]
    return client.post(  # type: ignore[return-value]
        address, json.dumps(body), content_type="application/json", headers=headers
    )


def record_body(**changes: str | None) -> dict[str, Any]:
    """Return a call that hands in one licence."""
    row = {name: text for name, text in (dict(LICENCE) | changes).items() if text}
    return {"form": "jiangsu-2016/licence/any", "record": row}


def batch_body(*changes: Mapping[str, str | None]) -> dict[str, Any]:
    """Return a call that hands in licences."""
    rows = [
        record_body(**{"decision_number": f"连环审〔2016〕{n}号"} | dict(change))[
            "record"
        ]
        for n, change in enumerate(changes, start=12)
    ]
    return {"form": "jiangsu-2016/licence/any", "name": "月报", "rows": rows}


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


def test_token_reads_its_own_units_batches_and_records_only(
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
    assert statuses(secret_of(superior)) == [404, 404, 404]


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


def test_secret_is_kept_as_its_hash_only(secret: str) -> None:
    kept = ApiToken.objects.values().get()

    assert secret not in json.dumps(kept, default=str)
    assert len(secret) > 43


def test_token_is_an_event_when_made_first_used_and_revoked(
    secret: str, unit: Unit
) -> None:
    for _ in range(2):
        call(secret, f"batches/{uuid4()}")
    token = ApiToken.objects.get()
    assert [revoke_token(token, by=BY, at=AT) for _ in range(2)] == [True, False]

    events = Event.objects.in_order().filter(target_kind="token")
    assert [(event.action, event.username) for event in events] == [
        ("intake.make_token", "li"),
        ("intake.use_token_first", "token:oa"),
        ("intake.revoke_token", "li"),
    ]


def test_last_use_is_kept(secret: str) -> None:
    call(secret, f"batches/{uuid4()}")

    assert ApiToken.objects.get().last_used_at == AT


@pytest.mark.parametrize(
    ("name", "expires", "code"),
    [
        ("Ein Name", LATER, "bad-name"),
        ("oa", LATER, "name-taken"),
        ("neu", AT, "bad-expiry"),
        ("neu", AT + timedelta(days=800), "bad-expiry"),
    ],
)
def test_token_without_sense_is_refused(
    secret: str, unit: Unit, name: str, expires: datetime, code: str
) -> None:
    wish = Wish(name=name, scope=TokenScope.READ, expires_at=expires)

    with pytest.raises(CannotMake) as error:
        make_token(wish, unit=unit, by=BY, at=AT)

    assert error.value.code == code


def _token(unit: Unit, **changes: object) -> ApiToken:
    values: dict[str, Any] = {
        "unit": unit, "name": "x", "secret_hash": "0" * 64, "beginning": "gst_",
        "scope": "read", "made_by": "li", "made_at": AT, "expires_at": LATER,
    }  # fmt: skip
    return ApiToken(**values | changes)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("token_has_a_name", {"name": ""}),
        ("token_scope_known", {"scope": "all"}),
        ("token_expires_later", {"expires_at": AT}),
        ("token_revoked_by_somebody", {"revoked_at": AT}),
        ("token_name_unique_in_unit|UNIQUE", {"name": "oa"}),
    ],
)
def test_database_keeps_tokens_sound(
    secret: str, unit: Unit, constraint: str, changes: dict[str, Any]
) -> None:
    with transaction.atomic(), pytest.raises(IntegrityError, match=constraint):
        _token(unit, **changes).save()


def test_secret_belongs_to_one_token(unit: Unit) -> None:
    _token(unit).save()

    with (
        transaction.atomic(),
        pytest.raises(IntegrityError, match=r"token_secret_unique|UNIQUE"),
    ):
        _token(unit, name="y").save()
