"""Reads the environment strictly: a wrong or missing value stops the start."""

import base64
import binascii
import gc
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import digest
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from gongshi.domain.calendar_file import CannotReadCalendar, read_calendar
from gongshi.domain.working_days import Calendar, default_calendar

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_NICENESS = 10
_GENERATED = ("GONGSHI_SECRET_KEY", "GONGSHI_FIELD_KEYS", "GONGSHI_LOOKUP_KEY")


def text(name: str, default: str) -> str:
    """Return the variable's text, or the default where it is not set."""
    return os.environ.get(name, default)


def choice(name: str, choices: tuple[str, ...]) -> str:
    """Return the variable, which must be one of the choices (first: default)."""
    value = os.environ.get(name, choices[0])
    if value not in choices:
        raise ImproperlyConfigured(
            f"{name}={value!r}: use one of {', '.join(choices)}."
        )
    return value


def boolean(name: str, *, default: bool) -> bool:
    """Return the variable as true or false."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: use 'true' or 'false'.")


def number(name: str, default: int) -> int:
    """Return the variable as a whole number of at least 1."""
    value = os.environ.get(name, str(default))
    if not value.isdigit() or int(value) < 1:
        raise ImproperlyConfigured(f"{name}={value!r}: use a whole number, 1 or more.")
    return int(value)


def words(name: str, default: str) -> list[str]:
    """Return the variable's comma-separated parts."""
    return [
        part.strip()
        for part in os.environ.get(name, default).split(",")
        if part.strip()
    ]


def file_path(name: str) -> Path | None:
    """Return the variable as a file's path, None where it is not set.

    Raises:
        ImproperlyConfigured: the folder is not there; the file itself may come later.
    """
    value = os.environ.get(name)
    if not value:
        return None
    path = Path(value).resolve()
    if not path.parent.is_dir():
        raise ImproperlyConfigured(f"{name}={value}: there is no folder {path.parent}.")
    return path


def calendar(name: str) -> Calendar:
    """Return the known working days, with the rows of the file that is named, if any.

    Raises:
        ImproperlyConfigured: the file cannot be used; says the line and why.
    """
    path = os.environ.get(name)
    if not path:
        return default_calendar()
    try:
        return read_calendar(Path(path), default_calendar())
    except CannotReadCalendar as error:
        raise ImproperlyConfigured(f"{name}={path}: {error}") from error


def private_folder(path: Path) -> Path:
    """Return the folder, made if it is missing, for this process's user only."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def existing_file(name: str, path: Path) -> Path:
    """Return the path of the SQLite store that others fill and we only read.

    Raises:
        ImproperlyConfigured: it is not there. Made here, it would stay empty.
    """
    if not path.is_file():
        raise ImproperlyConfigured(
            f"{name}: there is no file {path}. A portal apart from the registry reads"
            " the store that the registry fills; it makes none itself."
        )
    return path


def private_file(path: Path) -> None:
    """Make an empty file for this process's user only, where there is none.

    SQLite takes it for an empty store, and gives the files that it makes beside it
    the same permissions.
    """
    if path.name != ":memory:" and path.parent.is_dir() and not path.exists():
        path.touch(mode=0o600)


def secrets_for(*, production: bool, folder: Path) -> Mapping[str, str]:
    """Return the three secrets: from the environment, always so in production.

    On a laptop they are made once and kept beside the stores, readable by the
    owner only, so that a second start can still read what the first one sealed.

    Raises:
        ImproperlyConfigured: in production, naming each secret that is missing.
    """
    found = {name: os.environ[name] for name in _GENERATED if os.environ.get(name)}
    missing = [name for name in _GENERATED if name not in found]
    if not missing:
        return found
    if production:
        raise ImproperlyConfigured(
            f"Not set: {', '.join(missing)}. Make them once with 'gongshi make_keys',"
            " keep them safe and pass them in the environment."
        )
    return _kept_secrets(folder / "keys.env") | found


@dataclass(frozen=True, kw_only=True)
class SingleSignOn:
    """A government's OpenID provider and how it knows us; `name` is on the button.

    `username_claim` holds the user name here; `second_factor` says that the provider
    asks for one itself, so that we need not.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    username_claim: str
    second_factor: bool

    @property
    def providers(self) -> dict[str, object]:
        """The same as django-allauth wants it."""
        return {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "SCOPE": ["openid", "profile"],
                "APPS": [
                    {
                        "provider_id": "sso",
                        "name": self.name,
                        "client_id": self.client_id,
                        "secret": self.client_secret,
                        "settings": {"server_url": self.issuer},
                    }
                ],
            }
        }


def single_sign_on(*, production: bool) -> SingleSignOn | None:
    """Return the OpenID provider of GONGSHI_OIDC_…; none where no issuer is named.

    Raises:
        ImproperlyConfigured: a part is missing, or production would ask without TLS.
    """
    issuer = os.environ.get("GONGSHI_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    needed = ("GONGSHI_OIDC_CLIENT_ID", "GONGSHI_OIDC_CLIENT_SECRET")
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(
            f"GONGSHI_OIDC_ISSUER is set, but not {', '.join(missing)}."
        )
    if production and not issuer.startswith("https://"):
        raise ImproperlyConfigured(
            f"GONGSHI_OIDC_ISSUER={issuer!r}: in production it begins with https://."
        )
    return SingleSignOn(
        name=text("GONGSHI_OIDC_NAME", "政务统一身份认证"),
        issuer=issuer,
        client_id=os.environ[needed[0]],
        client_secret=os.environ[needed[1]],
        username_claim=text("GONGSHI_OIDC_USERNAME_CLAIM", "preferred_username"),
        second_factor=boolean("GONGSHI_OIDC_SECOND_FACTOR", default=False),
    )


def field_keys(value: str) -> tuple[tuple[str, bytes], ...]:
    """Parse `id:base64,id:base64`; each key has 32 bytes, the first one seals.

    Raises:
        ImproperlyConfigured: a key is malformed, has no id, or one that another has:
            what was sealed with it would open with one of the two only.
    """
    keys: dict[str, bytes] = {}
    for place, part in enumerate(value.split(","), start=1):
        key_id, _, encoded = part.strip().partition(":")
        if not _KEY_ID.fullmatch(key_id):
            raise ImproperlyConfigured(
                f"GONGSHI_FIELD_KEYS: key {place} has no id. Write it as id:base64, the"
                " id being 1 to 40 letters, digits, '-' or '_'."
            )
        if key_id in keys:
            raise ImproperlyConfigured(
                f"GONGSHI_FIELD_KEYS: two keys have the id {key_id}. Give the new one"
                " an id that was never used; 'gongshi make_keys' prints such a key."
            )
        keys[key_id] = _key_bytes("GONGSHI_FIELD_KEYS", encoded)
    return tuple(keys.items())


def lookup_key(value: str) -> bytes:
    """Parse the 32 bytes of the key behind the lookup hashes."""
    return _key_bytes("GONGSHI_LOOKUP_KEY", value)


def person_search_key(name: str, *, lookup_key: bytes) -> bytes:
    """Return the key behind the search for natural persons; empty: it is off.

    A portal in a zone of its own is given it under this name; where the registry runs
    it follows from the registry's own key and need not be set.
    """
    value = os.environ.get(name)
    if value:
        return _key_bytes(name, value)
    return digest(lookup_key, b"person search", "sha256") if lookup_key else b""


def passing_secret() -> str:
    """Return a secret that lives as long as the process; for a portal apart."""
    return secrets.token_urlsafe(50)


def new_secrets() -> dict[str, str]:
    """Return three fresh secrets as environment variables."""
    return {
        "GONGSHI_SECRET_KEY": secrets.token_urlsafe(50),
        "GONGSHI_FIELD_KEYS": f"{_new_key_id()}:{_new_key()}",
        "GONGSHI_LOOKUP_KEY": _new_key(),
    }


def _new_key_id() -> str:
    # By chance, so that a key made years later cannot have the id of an old one.
    return f"k{secrets.token_hex(4)}"


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _key_bytes(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        # The value itself is a secret and is not repeated here.
        raise ImproperlyConfigured(f"{name}: each key is 32 bytes in base64.")
    return key


def _kept_secrets(path: Path) -> dict[str, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as kept:
            kept.writelines(
                f"{name}={value}\n" for name, value in new_secrets().items()
            )
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def relax_garbage_collection(objects: int = 200_000) -> None:
    """Look for unused cycles less often: after so many new objects, not after 700.

    Rows make none, but every few hundred of them would start a search through all
    that is loaded: a quarter of the time that publishing takes, a tenth of what a
    page takes.
    """
    gc.freeze()
    gc.set_threshold(objects, 50, 50)


def give_way() -> None:
    """Let this process work only with what those who answer people leave over.

    A tenth of their share where both want the same processor.
    """
    present = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, max(present, _NICENESS))
