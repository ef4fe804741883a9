"""Every address × every role × own, lower, sibling and superior unit."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from gongshi.accounts.models import Role, Unit
from gongshi.accounts.permissions import roles_with
from tests.closing import end
from tests.factories import MembershipFactory, UnitFactory, UserFactory
from tests.matrix.addresses import addresses
from tests.matrix.entries import Entry
from tests.matrix.routes import ROUTES

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

METHODS = ("GET", "POST")
CLOSED = (401, 403, 404)
NOT_ALLOWED = 405  # a view that does not know the method tells nothing by it
SERVER_ERROR = 500
ALL = {address.name: address for address in addresses()}


@dataclass(frozen=True, kw_only=True)
class _Places:
    """A unit and those around it; a role in `own` reaches `own` and `below`."""

    own: Unit
    below: Unit
    sibling: Unit
    superior: Unit

    def each(self) -> Iterator[tuple[str, Unit, bool]]:
        """Yield name, unit and whether a role in `own` holds there."""
        yield "own", self.own, True
        yield "below", self.below, True
        yield "sibling", self.sibling, False
        yield "superior", self.superior, False


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    # A failure's own sentence is not to drown in a thousand refusals.
    caplog.set_level(logging.CRITICAL, "django.request")


@pytest.fixture
def places() -> _Places:
    """Return a unit, one below it, one beside it and one above it."""
    superior = UnitFactory.create()
    own = UnitFactory.create(superior=superior)
    return _Places(
        own=own,
        below=UnitFactory.create(superior=own),
        sibling=UnitFactory.create(superior=superior),
        superior=superior,
    )


def _named(*doors: str) -> list[str]:
    return [name for name in ROUTES if ROUTES[name].door in doors and name in ALL]


def test_every_address_has_its_entry() -> None:
    missing = [
        f"{address.route}\n      {address.suggestion}"
        for name, address in ALL.items()
        if name not in ROUTES
    ]

    assert not missing, (
        "These addresses are not in tests/matrix/routes.py. Decide who may use each"
        " and add its line to ROUTES:\n  - " + "\n  - ".join(missing)
    )


def test_every_entry_has_its_address() -> None:
    gone = sorted(set(ROUTES) - set(ALL))

    assert not gone, f"Take these out of ROUTES in tests/matrix/routes.py: {gone}"


@pytest.mark.parametrize("name", sorted(ROUTES.keys() & ALL.keys()))
def test_view_asks_for_the_permission_of_its_entry(name: str) -> None:
    entry, address = ROUTES[name], ALL[name]

    wanted = str(entry.get) if entry.get else ""

    assert address.permission == wanted, (
        f"{address.route}: the view has @requires({address.permission or 'nothing'}),"
        f" its entry in tests/matrix/routes.py says {wanted or entry.door}."
    )


@pytest.mark.parametrize("name", _named("guarded"))
def test_guarded_address_opens_where_the_matrix_says(
    name: str, places: _Places
) -> None:
    entry = ROUTES[name]
    wrong, answered = [], False

    for role in Role:
        client = _client(role, places.own)
        for place, unit, holds in places.each():
            for method in METHODS:
                has_role = role in roles_with(entry.permission(method))
                is_allowed = has_role and (holds or entry.sample is None)
                status = _ask(client, method, entry, name, unit)
                answered |= is_allowed and status not in (*CLOSED, NOT_ALLOWED)
                if not _agrees(status, is_allowed=is_allowed):
                    wrong.append(_sentence(method, name, role, place, status))

    assert wrong == []
    assert answered, f"{name}: nobody was ever let in; does its sample fit?"


@pytest.mark.parametrize("name", _named("guarded", "own", "signed-in"))
@pytest.mark.parametrize("method", METHODS)
def test_address_of_the_office_sends_strangers_to_sign_in(
    name: str, method: str, places: _Places
) -> None:
    path = _path(ROUTES[name], name, places.own)

    response = Client().generic(method, path)

    if name == "account_logout":  # who is out already is just sent on
        assert response.status_code in (302, NOT_ALLOWED)
    else:
        assert response.status_code == 302, response.status_code
        assert response.headers["Location"].startswith(settings.LOGIN_URL)


@pytest.mark.parametrize("name", _named("signed-in"))
def test_own_address_opens_without_any_role(name: str, places: _Places) -> None:
    client = Client()
    client.force_login(UserFactory.create(unit=places.own))

    statuses = {_ask(client, m, ROUTES[name], name, places.own) for m in METHODS}

    assert not statuses & {401, 403, 404}, statuses


@pytest.mark.parametrize("name", _named("own"))
def test_what_is_anothers_is_not_there_for_any_role(name: str, places: _Places) -> None:
    for role in Role:
        client = _client(role, places.own)
        for method in METHODS:
            status = _ask(client, method, ROUTES[name], name, places.own)

            assert status in (403, 404, NOT_ALLOWED), (role, method)


@pytest.mark.parametrize("name", _named("entrance"))
def test_entrance_answers_strangers_and_knows_no_unit(
    name: str, places: _Places
) -> None:
    for method in METHODS:
        path = _path(ROUTES[name], name, places.own)
        response = Client().generic(method, path)

        assert response.status_code < SERVER_ERROR
        assert places.own.name.encode() not in response.content


@pytest.mark.parametrize("name", _named("public"))
def test_public_address_needs_and_opens_no_session(name: str, places: _Places) -> None:
    for method in METHODS:
        response = Client().generic(method, _path(ROUTES[name], name, places.own))

        assert response.status_code not in (401, 403)
        assert not response.headers.get("Location", "").startswith(settings.LOGIN_URL)
        assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert not Session.objects.exists()


def test_address_of_the_api_opens_by_a_token_of_the_unit_only(places: _Places) -> None:
    wrong = [fault for name in _named("token") for fault in _token_faults(name, places)]

    assert wrong == []


def _token_faults(name: str, places: _Places) -> Iterator[str]:
    entry = ROUTES[name]
    assert entry.token is not None
    headers = entry.token(places.own)
    for role in Role:
        client = _client(role, places.own)
        for method in METHODS:
            if _ask(client, method, entry, name, places.own) not in (401, NOT_ALLOWED):
                yield f"{method} {name} opened by a session of {role}"
    for place, unit, holds in places.each():
        for method in METHODS:
            status = _ask(Client(), method, entry, name, unit, headers)
            is_allowed = holds or entry.sample is None
            if not _agrees(status, is_allowed=is_allowed):
                yield _sentence(method, name, "token", place, status)


def _client(role: Role, unit: Unit) -> Client:
    client = Client(raise_request_exception=True)
    user = UserFactory.create(unit=unit)
    MembershipFactory.create(user=user, unit=unit, role=role)
    client.force_login(user)
    return client


def _path(entry: Entry, name: str, unit: Unit) -> str:
    try:
        return reverse(name, kwargs=dict(entry.arguments(unit)))
    except NoReverseMatch as error:
        raise AssertionError(
            f"{name}: give its arguments in tests/matrix/routes.py, such as"
            f" sample=…; it takes {ALL[name].arguments}."
        ) from error


def _ask(
    client: Client,
    method: str,
    entry: Entry,
    name: str,
    unit: Unit,
    headers: Mapping[str, str] | None = None,
) -> int:
    """Return the status, 401 for the way to the sign-in page; undo what it wrote."""
    with transaction.atomic(), transaction.atomic("portal"):
        path = _path(entry, name, unit)
        response = client.generic(method, path, headers=headers)
        end(response)
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="portal")
    location = response.headers.get("Location", "")
    return 401 if location.startswith(settings.LOGIN_URL) else response.status_code


def _agrees(status: int, *, is_allowed: bool) -> bool:
    if status == NOT_ALLOWED:
        return True
    return status < SERVER_ERROR and (status not in CLOSED) == is_allowed


def _sentence(method: str, name: str, role: str, place: str, status: int) -> str:
    return f"{method} {name} as {role}, object of {place} unit: {status}"
