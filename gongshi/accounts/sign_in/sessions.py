"""Who came in when and from where, and the sessions that began then."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from gongshi.accounts.models import SignIn, User
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor

# Of the session: when, as ISO text, and from where the person came before this time.
PREVIOUS_SIGN_IN = "previous_sign_in"
PREVIOUS_ADDRESS = "previous_address"
_KEPT = 50  # sign-ins of a person; all of them are in the audit trail


def as_themselves(user: User, address: str) -> Actor:
    """Return the person as the one who acts for nobody but themselves."""
    unit = user.unit.code if user.unit else ""
    return Actor(username=user.username, unit=unit, address=address)


def last_sign_in(user: User) -> SignIn | None:
    """Return the newest sign-in that was noted."""
    return SignIn.objects.filter(user=user).order_by("-at", "-id").first()


@transaction.atomic
def note_sign_in(
    user: User,
    session_key: str,
    *,
    by: Actor,
    browser: str,
    how: Sequence[str],
    at: datetime,
) -> SignIn:
    """Write down that the person came in, and by which means."""
    signed_in = SignIn.objects.create(
        user=user,
        session_key=session_key,
        address=by.address,
        browser=browser,
        at=at,
        last_used_at=at,
    )
    kept = SignIn.objects.filter(user=user).values_list("pk", flat=True)[:_KEPT]
    SignIn.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
    record_event(
        at=at,
        by=by,
        action="accounts.sign_in",
        target=Target(kind="user", key=user.username[:64]),
        details={"how": list(how), "browser": browser},
    )
    return signed_in


def open_sessions(user: User, at: datetime) -> Sequence[SignIn]:
    """Return the sign-ins of the person whose sessions live, the last used first."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    found = SignIn.objects.filter(user=user, session_key__in=alive)
    return list(found.order_by("-last_used_at", "-id"))


def note_use(session_key: str, at: datetime) -> None:
    """Note that the session was used; called once a minute at most."""
    SignIn.objects.filter(session_key=session_key, last_used_at__lt=at).update(
        last_used_at=at
    )


@transaction.atomic
def end_session(
    user: User, sign_in_id: int, *, but: str, by: Actor, at: datetime
) -> bool:
    """End one of the person's own sessions, not that of the key `but`.

    Returns whether there was such a one.
    """
    found = SignIn.objects.filter(user=user, pk=sign_in_id).exclude(session_key=but)
    ended = found.first()
    if ended is None or not end_sessions(user, only=Q(pk=sign_in_id), but=but):
        return False
    record_event(
        at=at,
        by=by,
        action="accounts.end_session",
        target=Target(kind="user", key=user.username[:64]),
        details={"browser": ended.browser, "address": ended.address},
    )
    return True


def follow_session(before: str, after: str) -> None:
    """Note that a session goes on under another key."""
    SignIn.objects.filter(session_key=before).update(session_key=after)


def end_sessions(user: User, *, but: str = "", only: Q | None = None) -> int:
    """End the sessions of the person, `but` one by its key; return how many ended."""
    found = SignIn.objects.filter(only or Q(), user=user).exclude(session_key=but)
    keys = list(found.values_list("session_key", flat=True))
    ended, _by_table = Session.objects.filter(session_key__in=keys).delete()
    return ended
