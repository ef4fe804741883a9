"""What the API says of itself, kept whole; and calls made from it at random."""

import json
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as examples
from pytest_django.fixtures import Settings
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection

from gongshi.intake.actions_tokens import Wish, make_token
from gongshi.intake.models import TokenScope
from gongshi.validation.api_pages import description
from gongshi.wsgi import application
from tests.factories import AT, BY, UnitFactory

IN_HEADERS = ParameterLocation.HEADER
HAN = re.compile(r"[\u4e00-\u9fff]")
GOLDEN = Path(__file__).parents[1] / "golden" / "openapi-office.json"


def test_description_is_as_kept() -> None:
    text = json.dumps(description("en"), ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(text)

    assert text == GOLDEN.read_text()


def test_description_has_an_example_of_everything_that_goes_in_and_out() -> None:
    document = description("en")

    schemas = document["components"]["schemas"]
    assert document["openapi"] == "3.1.0"
    for name in (
        "RecordIn",
        "BatchIn",
        "BatchOut",
        "TrialOut",
        "RecordOut",
        "RefusalOut",
    ):
        assert schemas[name]["examples"], name


def _words(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _words(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in ("summary", "description") and isinstance(value, str):
                yield value
            elif name not in ("examples", "responses"):
                yield from _words(value)


def test_description_is_chinese_throughout_and_english_on_request() -> None:
    chinese, english = description("zh-hans"), description("en")

    assert len(list(_words(chinese))) == len(list(_words(english))) > 20
    assert [text for text in _words(chinese) if not HAN.search(text)] == []
    assert [text for text in _words(english) if HAN.search(text)] == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_description_states_the_limits_themselves(
    language: str, settings: Settings
) -> None:
    settings.API_CALLS_PER_MINUTE = 77
    said = description(language)["info"]["description"]

    assert [limit for limit in ("10 MB", "5000", "77") if limit not in said] == []
    assert "docs/" not in said


@pytest.mark.django_db(databases=["default", "portal"])
def test_programs_read_the_description_in_chinese_by_default() -> None:
    plain = Client().get("/api/v1/openapi.json").json()

    operation = plain["paths"]["/api/v1/records"]["post"]
    assert operation["summary"] == "报送一条记录"


@pytest.mark.django_db(databases=["default", "portal"])
def test_page_of_the_api_loads_nothing_from_elsewhere() -> None:
    page = Client().get("/api/v1/docs").content.decode()

    assert "POST" in page
    assert "/api/v1/records" in page
    assert "//cdn" not in page


@pytest.fixture
def secret() -> str:
    """Return a token that hands in and is not counted."""
    wish = Wish(
        name="fuzz", scope=TokenScope.SUBMIT, expires_at=AT + timedelta(days=30)
    )
    return make_token(wish, unit=UnitFactory.create(), by=BY, at=AT).secret


@pytest.fixture
def _same_connection() -> Iterator[None]:
    # As Django's own client does: the test's transaction outlives a request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_refusal_of_an_address_that_is_no_text_is_as_described() -> None:
    refused = Client().post("/api/v1/records?a=%00")

    required = description("en")["components"]["schemas"]["RefusalOut"]["required"]
    assert refused.status_code == 400
    assert set(refused.json()) == set(required)


@pytest.mark.django_db(databases=["default", "portal"])
@pytest.mark.usefixtures("_same_connection")
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_api_keeps_what_its_description_promises(
    mode: GenerationMode,
    number: int,
    secret: str,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)
    settings.API_CALLS_PER_MINUTE = 1_000_000
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]

    @examples(max_examples=25, derandomize=True, deadline=None, database=None)
    @given(case=operations[number].as_strategy(generation_mode=mode))
    def calls(case: Any) -> None:  # noqa: ANN401 - the library's own, generic
        # Where the headers are what is wrong, the token is not put back.
        wrong = case.meta is not None and case.meta.is_negative_at(IN_HEADERS)
        token = {} if wrong else {"Authorization": f"Bearer {secret}"}
        response = case.call(headers=token)
        # Too many rows are refused by the status for that, which the check leaves out.
        is_refused = response.status_code == 413
        excluded = [negative_data_rejection] if is_refused else []
        case.validate_response(response, headers=token, excluded_checks=excluded)

    assert len(operations) == 4
    calls()
