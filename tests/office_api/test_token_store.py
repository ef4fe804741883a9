"""Tokens as they are kept: made, first used, revoked, and held sound."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.audit.queries import changes_of
from gongshi.intake.actions_tokens import (
    CannotMake,
    Wish,
    make_token,
    revoke_token,
)
from gongshi.intake.models import ApiToken, TokenScope
from tests.factories import AT, BY
from tests.office_api.calls import LATER, call

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


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
    made, _, revoked = map(changes_of, events)
    assert made["scope"] == {"before": None, "after": token.scope}
    assert made["expires_at"]["after"] == token.expires_at.isoformat()
    assert revoked == {"revoked_at": {"before": None, "after": AT.isoformat()}}


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
