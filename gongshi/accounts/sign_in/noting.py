"""Events of signing in and out in the audit trail, beside the sign-in itself."""

from datetime import datetime

from gongshi.accounts.models import User
from gongshi.accounts.sign_in.sessions import as_themselves
from gongshi.accounts.throttle import Attempt
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor

_NOBODY = Actor(username="unknown")


def note_failure(attempt: Attempt) -> None:
    """Note a failed try: by name where there is such a person.

    What else was typed as a name is not kept: it may be somebody's password.
    """
    user = User.objects.filter(username=attempt.username).first()
    by = (
        as_themselves(user, attempt.address)
        if user
        else Actor(username=_NOBODY.username, address=attempt.address)
    )
    record_event(
        at=attempt.at,
        by=by,
        action="accounts.fail_sign_in",
        target=Target(kind="user", key=by.username[:64]),
        details={"step": attempt.step.value},
    )


def note_unknown(address: str, *, step: str, at: datetime) -> None:
    """Note that somebody who has no account tried to come in."""
    record_event(
        at=at,
        by=Actor(username=_NOBODY.username, address=address),
        action="accounts.fail_sign_in",
        target=Target(kind="user", key=_NOBODY.username),
        details={"step": step},
    )


def note_sign_out(user: User, *, by: Actor, at: datetime) -> None:
    """Note that the person went."""
    target = Target(kind="user", key=user.username[:64])
    record_event(at=at, by=by, action="accounts.sign_out", target=target)
