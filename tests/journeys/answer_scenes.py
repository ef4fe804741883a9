"""Pages that only the answer to a form shows, as what they show is shown once."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from allauth.socialaccount.providers.openid_connect import views as openid
from django.http import HttpResponseRedirect
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import Role, Unit
from gongshi.records.sealing import seal_values
from tests.factories import MembershipFactory, RecordFactory
from tests.journeys.office_scenes import somebody

Answer = Callable[[Unit], tuple[str, Any]]


def _revealed(unit: Unit) -> tuple[str, Any]:
    key = uuid4()
    number = {"resident_id": "320703198001010015"}
    RecordFactory.create(
        id=key, unit=unit, sealed=seal_values(number, record_id=key.hex)
    )
    path = f"/office/records/{key}/reveal/"
    why = {"kind": "compare", "reason": "核对决定书扫描件"}
    return path, somebody(unit, Role.REVIEWER).post(path, why)


def _secret(unit: Unit) -> tuple[str, Any]:
    path = "/office/tokens/"
    wish = {
        "unit": unit.code, "name": "oa", "scope": "submit", "expires_on": f"{timezone.localdate() + timedelta(days=30)}",
    }  # fmt: skip
    return path, somebody(unit, Role.UNIT_ADMIN).post(path, wish)


def _one_time_password(unit: Unit) -> tuple[str, Any]:
    person = MembershipFactory.create(user__unit=unit, user__first_name="李海州").user
    path = f"/office/people/{person.pk}/password"
    return path, somebody(unit, Role.UNIT_ADMIN).post(path)


def _new_person(unit: Unit) -> tuple[str, Any]:
    path = "/office/people/new"
    values = {
        "username": "li.wei", "name": "李巍", "unit": unit.code, "role": "enterer",
    }  # fmt: skip
    return path, somebody(unit, Role.UNIT_ADMIN).post(path, values)


def _on_the_way(unit: Unit) -> tuple[str, Any]:
    path = "/office/sign-in/sso/login/"
    there = HttpResponseRedirect("https://sso.example/authorize?client_id=gongshi")
    with patch.object(openid, "login", return_value=there):
        return path, Client().post(path)


# Each with the mark by which the page is known.
ANSWERS: Mapping[str, tuple[str, Answer]] = {
    "revealed": ("320703198001010015", _revealed),
    "token-secret": ('id="token-secret"', _secret),
    "one-time-password": ('id="one-time-password"', _one_time_password),
    "new-person": ('id="one-time-password"', _new_person),
    "leave": ("data-leave", _on_the_way),
}
