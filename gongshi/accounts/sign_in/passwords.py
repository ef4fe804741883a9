"""One-time passwords that an administrator gives, and the person's own after them."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from gongshi.accounts.models import User
from gongshi.accounts.sign_in.sessions import end_sessions
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor

ONE_TIME_HOLDS = timedelta(days=7)
# Without letters and digits that are taken for each other on paper or by telephone.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _IN_GROUP = 4, 4  # 31 to the power of 16: 79 bits


@transaction.atomic
def give_one_time_password(user: User, *, by: Actor, at: datetime) -> str:
    """Give the person a new password, which is returned and kept nowhere else.

    It opens the page on which the person chooses another one, for seven days. All
    sessions of the person end.
    """
    password = "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP))
        for _ in range(_GROUPS)
    )
    user.set_password(password)
    user.one_time_until = at + ONE_TIME_HOLDS
    user.save(update_fields=["password", "one_time_until"])
    end_sessions(user)
    _record("accounts.give_password", user, by=by, at=at)
    return password


@transaction.atomic
def choose_password(user: User, password: str, *, by: Actor, at: datetime) -> None:
    """Let the person's own password, which was checked before, hold from now on."""
    user.set_password(password)
    user.one_time_until = None
    user.save(update_fields=["password", "one_time_until"])
    _record("accounts.change_password", user, by=by, at=at)


def _record(action: str, user: User, *, by: Actor, at: datetime) -> None:
    target = Target(kind="user", key=user.username[:64])
    record_event(at=at, by=by, action=action, target=target)
