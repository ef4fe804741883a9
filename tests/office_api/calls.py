"""How tests speak to the office API."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from gongshi.accounts.models import Unit
from gongshi.intake.actions_tokens import Wish, make_token
from gongshi.intake.models import TokenScope
from tests.factories import AT, BY, LICENCE

LATER = AT + timedelta(days=30)


def secret_of(
    unit: Unit, scope: TokenScope = TokenScope.SUBMIT, name: str = "oa"
) -> str:
    """Return the secret of a new token."""
    wish = Wish(name=name, scope=scope, expires_at=LATER)
    return make_token(wish, unit=unit, by=BY, at=AT).secret


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
