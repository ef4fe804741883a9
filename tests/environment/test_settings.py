"""What a fresh start makes of the environment: a process of its own each time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SHOWN = "from django.conf import settings; print({})"
_OPTIONS = "settings.DATABASES[{!r}]['OPTIONS']"


def _run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GONGSHI_")}
    environment = {**kept, "DJANGO_SETTINGS_MODULE": "gongshi.settings", **variables}
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _shown(expression: str, **variables: str) -> str:
    done = _run("-c", _SHOWN.format(expression), **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_stores_and_their_folder_are_for_us_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    _shown("settings.MODE", GONGSHI_DATA_DIR=str(folder))

    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert modes == {
        "keys.env": 0o600,
        "portal.sqlite3": 0o600,
        "registry.sqlite3": 0o600,
    }


@pytest.mark.parametrize(("alias", "kept"), [("default", "FULL"), ("portal", "NORMAL")])
def test_registry_outlives_a_power_cut_and_the_portal_is_made_again(
    tmp_path: Path, alias: str, kept: str
) -> None:
    options = _shown(_OPTIONS.format(alias), GONGSHI_DATA_DIR=str(tmp_path))

    assert f"PRAGMA synchronous={kept};" in options


def test_portal_on_postgresql_compiles_no_queries(tmp_path: Path) -> None:
    address = "postgres://gongshi@localhost/gongshi_portal"

    options = _shown(
        _OPTIONS.format("portal"),
        GONGSHI_DATA_DIR=str(tmp_path),
        GONGSHI_PORTAL_DATABASE_URL=address,
    )

    assert options.strip() == "{'options': '-c jit=off'}"


def test_production_goes_by_https_alone_and_a_laptop_need_not(tmp_path: Path) -> None:
    expression = (
        "settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT,"
        " settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE,"
        " settings.LANGUAGE_COOKIE_SECURE"
    )
    laptop = {"GONGSHI_DATA_DIR": str(tmp_path)}
    made = _run("-m", "gongshi", "make_keys", **laptop).stdout.splitlines()
    keys = dict(line.split("=", 1) for line in made)
    production = {**laptop, **keys, "GONGSHI_MODE": "production"}

    assert _shown(expression, **production).split() == ["31536000", *["True"] * 4]
    assert _shown(
        "settings.SECURE_SSL_REDIRECT", **production, GONGSHI_SSL_REDIRECT="false"
    ).split() == ["False"]
    assert _shown(expression, **laptop).split() == ["0", *["False"] * 4]


def test_production_makes_keys_before_it_has_any(tmp_path: Path) -> None:
    made = _run(
        *("-m", "gongshi", "make_keys"),
        GONGSHI_MODE="production",
        GONGSHI_DATA_DIR=str(tmp_path / "data"),
    )

    names = [line.split("=")[0] for line in made.stdout.splitlines()]
    assert made.returncode == 0, made.stderr
    assert names == ["GONGSHI_SECRET_KEY", "GONGSHI_FIELD_KEYS", "GONGSHI_LOOKUP_KEY"]
    assert not (tmp_path / "data").exists()


def test_production_does_not_start_without_keys(tmp_path: Path) -> None:
    refused = _run(
        *("-m", "gongshi", "check"),
        GONGSHI_MODE="production",
        GONGSHI_DATA_DIR=str(tmp_path),
    )

    assert refused.returncode != 0
    assert "Make them once with 'gongshi make_keys'" in refused.stderr


@pytest.mark.parametrize(
    ("mode", "wanted", "expected"),
    [
        ("development", "", "False"),
        ("development", "yes", "True"),
        ("demo", "", "False"),
        ("demo", "yes", "False"),
    ],
)
def test_sites_are_fetched_only_where_wanted_and_never_by_a_demo(
    tmp_path: Path, mode: str, wanted: str, expected: str
) -> None:
    chosen = {"GONGSHI_LINK_CHECK": wanted} if wanted else {}

    shown = _shown(
        "settings.LINK_CHECK",
        GONGSHI_MODE=mode,
        GONGSHI_DATA_DIR=str(tmp_path),
        **chosen,
    )

    assert shown.strip() == expected
