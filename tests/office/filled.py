"""A filled form of a licence: typed, checked, kept and handed in by a browser."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.test import Client

from gongshi.accounts.models import Unit
from gongshi.intake.models import Draft
from tests.factories import LICENCE

FORM = "/office/records/new/jiangsu-2016/licence/"


def typed(unit: Unit, /, **changes: str | None) -> dict[str, str]:
    """Return what the filled form sends, under a fresh id."""
    values: dict[str, str | None] = dict(LICENCE) | {
        "decision_date": "2016-02-26", "valid_until": "2019-02-25",
        "updated_date": None, "unit": unit.code, "draft": str(uuid4()),
    }  # fmt: skip
    return {name: v for name, v in (values | changes).items() if v is not None}


def post(browser: Client, data: Mapping[str, str], status: int = 302) -> str:
    """Send the form; return the page, or where it leads."""
    response = browser.post(FORM, {**data, "action": "hand-in"})
    assert response.status_code == status
    return response.headers.get("Location", "") or response.content.decode()


def check(browser: Client, data: Mapping[str, str]) -> str:
    """Return what is said of the form while it is typed."""
    response = browser.post(f"{FORM}check", data)
    assert response.status_code == 200
    return response.content.decode()


def save(browser: Client, data: Mapping[str, str]) -> Draft:
    """Save the form as it saves itself; return the draft."""
    assert browser.post(f"{FORM}draft", data).status_code == 200
    return Draft.objects.get(pk=UUID(data["draft"]))
