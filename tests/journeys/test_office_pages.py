"""Every page of the office, looked at: axe finds nothing, nothing is wider than a phone.

With GONGSHI_SCREENS=FOLDER each page is kept there as a PNG, to be looked at by people.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from gongshi.accounts.models import Role, Unit
from gongshi.accounts.permissions import roles_with
from tests.closing import end
from tests.factories import MembershipFactory, UnitFactory, UserFactory
from tests.journeys.account_scenes import SCENES as OF_ACCOUNTS
from tests.journeys.answer_scenes import ANSWERS
from tests.journeys.entry_scenes import ENTRY_SCENES
from tests.journeys.office_scenes import SCENES as OF_OFFICE
from tests.journeys.refused_scenes import REFUSALS
from tests.journeys.studio import Fetched, Studio
from tests.matrix.addresses import addresses
from tests.matrix.routes import ROUTES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "portal"]),
    pytest.mark.allow_hosts(["127.0.0.1"]),
]

SCENES = {**OF_OFFICE, **OF_ACCOUNTS}
_OFFICE = {a.name for a in addresses() if a.route.startswith(("office/", "help/"))}
_SCENES = {**SCENES, **ENTRY_SCENES}
_VISITED = sorted(
    name
    for name in _OFFICE & ROUTES.keys()
    if ROUTES[name].door in ("guarded", "signed-in", "entrance", "public")
)
# Files, a part of a page, and ways to somewhere else: to confirming who one is first,
# behind which the scenes look, or to the workbook of a batch that has none.
_NO_PAGES = {
    "account_reauthenticate",
    "audit:export",
    "catalogue:export-csv",
    "catalogue:export-xlsx",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "openid_connect_callback",
    "validation:power-list-blank",
    "validation:power-list-workbook",
    "validation:subjects",
    "validation:template",
    "validation:template-natural",
    "validation:to-correct",
    "validation:workbook",
}


@pytest.fixture
def unit() -> Unit:
    """Return a department below the city's government."""
    city = UnitFactory.create(name="连云港市人民政府", short_name="市政府")
    return UnitFactory.create(
        code="lyg-hbj", name="连云港市环境保护局", short_name="市环保局", superior=city
    )


@pytest.fixture
def studio(browser: Browser) -> Iterator[Studio]:
    """Return a window to look at pages in; at the end it may not have complained."""
    studio = Studio(browser)
    yield studio
    studio.close()
    assert studio.complaints == []


def reader(name: str, unit: Unit) -> Client:
    """Return the browser of somebody who may read the address; everybody, if open."""
    client = Client()
    entry = ROUTES[name]
    if entry.door in ("entrance", "public"):
        return client
    user = UserFactory.create(unit=unit, first_name="李", last_name="")
    roles = roles_with(entry.permission("GET")) if entry.door == "guarded" else [*Role]
    for role in roles:
        MembershipFactory.create(user=user, unit=unit, role=role)
    client.force_login(user)
    return client


def examine(studio: Studio, client: Client, path: str, name: str) -> list[str]:
    """Look at a page in every way; return what is wrong with it."""
    response = client.get(path)
    if not _is_page(response):
        end(response)
        # What takes forms only says so; its answers have scenes of their own.
        return [] if response.status_code == 405 or name in _NO_PAGES else ["no page"]
    assert isinstance(response, HttpResponse)
    return looked_at(studio, path, response, name)


def looked_at(
    studio: Studio, path: str, response: HttpResponse, name: str
) -> list[str]:
    """Look at an answer in every way; return what is wrong with it.

    Whatever its status was, the browser is told of none: it would complain of it.
    """
    fetched = Fetched(status=200, headers=dict(response.headers), body=response.content)
    studio.show(path, fetched)
    wrong = []
    for look in studio.looks():
        wrong += [f"{look} {found}" for found in studio.violations()]
        folder = os.environ.get("GONGSHI_SCREENS")
        if folder:
            place = re.sub(r"[^a-z0-9]+", "-", name)
            studio.keep(Path(folder) / f"{place}-{look}.png")
    return wrong


def _is_page(response: HttpResponseBase) -> bool:
    """Tell a whole page from a file, a part of a page and the way to somewhere else."""
    is_text = response["Content-Type"].startswith("text/html")
    return (
        response.status_code == 200
        and is_text
        and isinstance(response, HttpResponse)
        and response.content.lstrip().lower().startswith(b"<!doctype html>")
    )


@pytest.mark.parametrize("name", _VISITED)
def test_page_of_the_office_is_good_for_everybody(
    name: str, unit: Unit, studio: Studio
) -> None:
    path = reverse(name, kwargs=dict(ROUTES[name].arguments(unit)))

    assert examine(studio, reader(name, unit), path, name) == []


@pytest.mark.parametrize("scene", _SCENES)
def test_page_full_of_things_is_good_for_everybody(
    scene: str, unit: Unit, studio: Studio
) -> None:
    client, path = _SCENES[scene](unit)

    assert client.get(path).status_code == 200
    assert examine(studio, client, path, f"scene-{scene}") == []


@pytest.mark.parametrize("refusal", REFUSALS)
def test_page_that_refuses_is_good_for_everybody(
    refusal: str, unit: Unit, studio: Studio
) -> None:
    status, scene = REFUSALS[refusal]
    path, response = scene(unit)

    assert response.status_code == status
    assert looked_at(studio, path, response, f"refused-{refusal}") == []


@pytest.mark.parametrize("answer", ANSWERS)
def test_page_that_answers_a_form_is_good_for_everybody(
    answer: str, unit: Unit, studio: Studio
) -> None:
    mark, scene = ANSWERS[answer]
    path, response = scene(unit)

    assert _is_page(response)
    assert mark in response.content.decode()
    assert looked_at(studio, path, response, f"answer-{answer}") == []
