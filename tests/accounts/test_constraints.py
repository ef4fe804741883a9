"""What the tables of units and of signing in refuse, whoever writes to them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from gongshi.accounts.models import FailedSignIn, SignIn
from tests.factories import AT, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "club"}, "unit_kind_known"),
        ({"level": "galaxy"}, "unit_level_known"),
        ({"kind": "entrusted"}, "unit_entrusted_by_its_superior"),
        ({"valid_until": date(1999, 12, 31)}, "unit_ends_after_it_begins"),
    ],
)
def test_unit_keeps(values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        UnitFactory.create(**values)


def test_unit_may_exist_for_one_day_and_be_entrusted_by_another() -> None:
    unit = UnitFactory.create(
        kind="entrusted", superior=UnitFactory.create(), valid_until=date(2000, 1, 1)
    )

    assert unit.superior is not None


def test_failed_sign_in_is_of_a_known_step() -> None:
    with pytest.raises(IntegrityError, match="failed_sign_in_step_known"):
        FailedSignIn.objects.create(
            username="li", address="10.0.0.8", step="third-factor", at=AT
        )


def _sign_in(**values: object) -> SignIn:
    defaults = {"session_key": "one", "address": "10.0.0.8", "at": AT}
    return SignIn.objects.create(
        user=UserFactory.create(), **({"last_used_at": AT} | defaults | values)
    )


def test_session_is_of_one_sign_in() -> None:
    _sign_in()

    with pytest.raises(IntegrityError, match=r"sign_in_session_once|session_key"):
        _sign_in()


def test_session_is_not_used_before_its_sign_in() -> None:
    with pytest.raises(IntegrityError, match="sign_in_used_after_it"):
        _sign_in(last_used_at=AT - timedelta(seconds=1))
