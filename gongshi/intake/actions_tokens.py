"""Makes, uses and revokes tokens; the secret itself is shown once and never kept."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from gongshi.accounts.models import Unit
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.wording import Changes
from gongshi.intake.models import ApiToken, TokenScope

LONGEST_LIFE = timedelta(days=2 * 366)
_MARK = "gst_"  # by which a secret is recognised where it should not be
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


class CannotMake(Exception):
    """The token cannot be made; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code  # bad-name | name-taken | bad-expiry


class CannotUse(Exception):
    """A call with this secret is not answered; `code` says why.

    `wait` is how many seconds until it is, where too many came in a minute.
    """

    def __init__(self, code: str, *, wait: int = 0) -> None:
        super().__init__(code)
        self.code = (
            code  # token-unknown | token-expired | token-revoked | too-many-calls
        )
        self.wait = wait


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What token somebody wants."""

    name: str
    scope: TokenScope
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Made:
    """A new token and its secret, which is nowhere else."""

    token: ApiToken
    secret: str


def make_token(wish: Wish, *, unit: Unit, by: Actor, at: datetime) -> Made:
    """Make a token of the unit.

    Raises:
        CannotMake: `bad-name`, `name-taken`, or `bad-expiry`: not in the future, or
            further away than two years.
    """
    if not _NAME.fullmatch(wish.name):
        raise CannotMake("bad-name")
    if not at < wish.expires_at <= at + LONGEST_LIFE:
        raise CannotMake("bad-expiry")
    secret = _MARK + secrets.token_urlsafe(32)
    token = ApiToken(
        unit_id=unit.pk,
        name=wish.name,
        secret_hash=_hash(secret),
        beginning=secret[:8],
        scope=wish.scope,
        made_by=by.username,
        made_at=at,
        expires_at=wish.expires_at,
    )
    try:
        with transaction.atomic():
            token.save(force_insert=True)
            changes: Changes = {
                "name": (None, wish.name),
                "scope": (None, wish.scope),
                "unit": (None, unit.code),
                "expires_at": (None, wish.expires_at),
            }
            _note(token, "intake.make_token", changes=changes, by=by, at=at)
    except IntegrityError as error:
        raise CannotMake("name-taken") from error
    return Made(token=token, secret=secret)


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Actor, at: datetime) -> bool:
    """End a token for good; say whether this call did it."""
    live = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True)
    if not live.update(revoked_at=at, revoked_by=by.username):
        return False
    changes = {"revoked_at": (None, at)}
    _note(token, "intake.revoke_token", {"name": token.name}, changes, by=by, at=at)
    return True


def use_token(secret: str, *, address: str, at: datetime) -> ApiToken:
    """Return the token of a call, counted; its first use is an event.

    Raises:
        CannotUse: `token-unknown`, `token-expired`, `token-revoked` or
            `too-many-calls`.
    """
    tokens = ApiToken.objects.select_related("unit", "unit__superior")
    token = tokens.filter(secret_hash=_hash(secret)).first()
    if token is None:
        raise CannotUse("token-unknown")
    if token.revoked_at is not None:
        raise CannotUse("token-revoked")
    if token.expires_at <= at:
        raise CannotUse("token-expired")
    _count(token, at)
    if token.last_used_at is None:
        _note_first_use(token, address=address, at=at)
    return token


def _count(token: ApiToken, at: datetime) -> None:
    """Count the call in its minute, whichever process answers it."""
    minute = int(at.timestamp()) // 60
    mine = ApiToken.objects.filter(pk=token.pk)
    if not mine.filter(minute=minute).update(calls=F("calls") + 1):
        mine.exclude(minute=minute).update(minute=minute, calls=1, last_used_at=at)
    calls = mine.values_list("calls", flat=True).get()
    if calls > settings.API_CALLS_PER_MINUTE:
        raise CannotUse("too-many-calls", wait=60 - int(at.timestamp()) % 60)


@transaction.atomic
def _note_first_use(token: ApiToken, *, address: str, at: datetime) -> None:
    by = Actor(
        username=token.username, role="token", unit=token.unit.code, address=address
    )
    _note(token, "intake.use_token_first", {"name": token.name}, by=by, at=at)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _note(
    token: ApiToken,
    action: str,
    details: dict[str, str] | None = None,
    changes: Changes | None = None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    record_event(
        at=at,
        by=by,
        action=action,
        target=Target(kind="token", key=str(token.pk)),
        details=details,
        changes=changes,
    )
