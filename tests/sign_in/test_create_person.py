"""`gongshi create_person`: the first administrator of an installation."""

import logging
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gongshi.accounts.models import Role, User
from gongshi.accounts.sign_in.factors import has_second_factor
from gongshi.audit.models import Event
from tests.factories import UnitFactory
from tests.second_factor import give_factor
from tests.sign_in.conftest import fresh_browser, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def _create(*arguments: str) -> str:
    said = StringIO()
    call_command("create_person", *arguments, stdout=said)
    return said.getvalue()


def _password(said: str) -> str:
    found = re.search(r"one-time password: (\S+)", said)
    assert found is not None
    return found[1]


def test_first_administrator_signs_in_with_what_is_printed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    UnitFactory.create(code="lyg")

    password = _password(_create("admin", "--unit", "lyg", "--name", "欧阳海"))

    user = User.objects.get(username="admin")
    assert user.memberships.get().role == Role.SYSTEM_ADMIN
    assert user.first_name == "欧阳海"
    assert sign_in(fresh_browser(), "admin", password) == "/office/"
    assert password not in caplog.text
    assert password not in "".join(e.details for e in Event.objects.all())


def test_a_new_password_is_given_to_who_is_there() -> None:
    UnitFactory.create(code="lyg")
    first = _password(_create("admin", "--unit", "lyg"))

    second = _password(_create("admin", "--again"))

    assert sign_in(fresh_browser(), "admin", first) == ""
    assert sign_in(fresh_browser(), "admin", second) == "/office/"


def test_lost_factors_of_the_last_administrator_are_taken_away() -> None:
    UnitFactory.create(code="lyg")
    _create("admin", "--unit", "lyg")
    user = User.objects.get(username="admin")
    give_factor(user)

    _create("admin", "--again")
    assert has_second_factor(user)
    _create("admin", "--again", "--without-factors")
    assert not has_second_factor(user)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("li",), "At the top there are: lyg."),
        (("li", "--unit", "no"), "At the top there are: lyg."),
        (("l i", "--unit", "lyg"), "letters, digits"),
        (("l" * 151, "--unit", "lyg"), "at most 64 characters"),
        (("li", "--unit", "lyg", "--name", "李" * 151), "at most 60 characters"),
        (("li", "--unit", "lyg", "--name", "李\x00"), "all to be seen"),
        (("LI", "--unit", "lyg"), "is taken"),
        (("wang", "--again"), "nobody with the user name wang"),
    ],
)
def test_what_cannot_be_is_said(arguments: tuple[str, ...], sentence: str) -> None:
    UnitFactory.create(code="lyg")
    if sentence == "is taken":
        _create("li", "--unit", "lyg")

    with pytest.raises(CommandError, match=re.escape(sentence)):
        _create(*arguments)


def test_without_units_the_city_is_loaded_first() -> None:
    with pytest.raises(CommandError, match="load_city"):
        _create("admin")
