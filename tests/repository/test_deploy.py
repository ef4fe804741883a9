"""What lies in deploy/ fits the commands, the settings and the databases that we test."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.db import connection, connections

BASE = Path(settings.BASE_DIR)
DEPLOY = BASE / "deploy"
_COMMAND = re.compile(
    r"(?:bin/)?gongshi[\" ,]+(\w+)((?:[\" ,]+--[\w-]+(?:[\" ,]+[\w.]+)?)*)"
)


def _texts() -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(DEPLOY.iterdir())}


def _started() -> list[tuple[str, str, list[str]]]:
    """Return every command that a unit, the image or the compose file runs."""
    found = []
    for name, text in _texts().items():
        for line in text.splitlines():
            if not re.search(r"ExecStart=|CMD|command:", line):
                continue
            for command, options in _COMMAND.findall(line):
                found.append((name, command, re.findall(r"[\w.-]+", options)))
    return found


def _command(name: str) -> BaseCommand:
    command = load_command_class(get_commands()[name], name)
    assert isinstance(command, BaseCommand)
    return command


def test_all_three_processes_are_there() -> None:
    files = {name for name, _, _ in _started()}

    assert {"gongshi-web.service", "gongshi-worker.service"} <= files
    assert {"gongshi-portal.service", "compose.yaml", "Containerfile"} <= files
    assert {command for _, command, _ in _started()} == {"serve", "worker", "migrate"}


@pytest.mark.parametrize(
    ("file", "command", "options"),
    [pytest.param(*each, id=f"{each[0]}-{n}") for n, each in enumerate(_started())],
)
def test_process_starts_with_options_that_it_has(
    file: str, command: str, options: list[str]
) -> None:
    parser = _command(command).create_parser("gongshi", command)

    parser.parse_args(options)


def test_settings_of_deploy_are_documented() -> None:
    operations = (BASE / "docs" / "operations.md").read_text()

    named = {
        variable
        for text in _texts().values()
        for variable in re.findall(r"GONGSHI_[A-Z_]+", text)
    }

    assert {"GONGSHI_ROLE", "GONGSHI_PORTAL_DATABASE_URL"} <= named
    assert {name for name in named if f"`{name}`" not in operations} == set()


def test_portal_is_given_no_secret_of_the_registry() -> None:
    text = (DEPLOY / "gongshi-portal.service").read_text()
    compose = (DEPLOY / "compose.yaml").read_text()
    portal = compose[
        compose.index("  portal:") : compose.index("networks:\n  registry")
    ]

    for part in (text, portal):
        assert "GONGSHI_ROLE" in part
        for secret in (
            "SECRET_KEY",
            "FIELD_KEYS",
            "LOOKUP_KEY",
            "GONGSHI_DATABASE_URL",
        ):
            assert secret not in part
    assert "registry.env" not in portal
    assert "networks: [public]" in portal


def test_compose_runs_the_postgresql_that_is_documented() -> None:
    versions = re.findall(
        r"image: postgres:(\d+)", (DEPLOY / "compose.yaml").read_text()
    )
    (documented,) = re.findall(
        r"tested on version (\d+)", (BASE / "docs" / "operations.md").read_text()
    )

    assert set(versions) == {documented}


@pytest.mark.postgresql
@pytest.mark.django_db(databases=["default", "portal"])
def test_compose_runs_the_postgresql_that_tests_run_on() -> None:
    (version,) = set(
        re.findall(r"image: postgres:(\d+)", (DEPLOY / "compose.yaml").read_text())
    )

    connection.ensure_connection()

    for alias in ("default", "portal"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            assert int(cursor.fetchone()[0]) // 10_000 == int(version)


@pytest.mark.parametrize(
    "name",
    [
        *("data", ".git", ".venv", ".uv", "deploy/registry.env", "deploy/portal.env"),
        *("deploy/database_password.txt", "keys.env", "portal.sqlite3", "a/b/x.key"),
        *("portal.sqlite3-wal", "portal.pem", ".env.local"),
    ],
)
def test_image_is_given_nothing_secret_of_the_checkout(name: str) -> None:
    lines = (BASE / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]

    assert not [pattern for pattern in patterns if pattern.startswith("!")]
    assert any(
        fnmatch(name, pattern) or fnmatch(f"./{name}", pattern.replace("**/", "*/"))
        for pattern in patterns
    )


def test_what_compose_reads_is_kept_out_of_the_image() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    ignored = (BASE / ".dockerignore").read_text().splitlines()

    assert set(re.findall(r"env_file: (\S+)", text)) == {"registry.env", "portal.env"}
    assert "**/*.env" in ignored
    for file in re.findall(r"file: (\S+\.txt)", text):
        assert f"**/{file}" in ignored


def test_proxy_example_is_understood_by_the_nginx_of_the_image() -> None:
    """Debian 12 has 1.22, which does not know `http2 on`."""
    directives = [
        line.strip()
        for line in (DEPLOY / "nginx.conf").read_text().splitlines()
        if not line.strip().startswith("#")
    ]

    assert "http2 on;" not in directives
    assert directives.count("listen 443 ssl http2;") == 2
    assert "underscores_in_headers off;" in directives


def test_proxy_example_names_the_port_of_every_worker() -> None:
    assert _upstream("office") == _ports("web") == [8000]
    assert _upstream("portal") == _ports("portal")
    assert len(_ports("portal")) == 4


def test_proxy_example_gives_each_request_to_the_least_busy_worker() -> None:
    (portal,) = re.findall(
        r"upstream gongshi_portal {(.*?)}", (DEPLOY / "nginx.conf").read_text(), re.S
    )

    # Without a zone, each process of nginx would know of its own requests only.
    assert "least_conn;" in portal
    assert re.search(r"zone gongshi_portal \d+k;", portal)


def _upstream(name: str) -> list[int]:
    text = (DEPLOY / "nginx.conf").read_text()
    (inner,) = re.findall(rf"upstream gongshi_{name} {{(.*?)}}", text, re.S)
    return [int(port) for port in re.findall(r"server 127\.0\.0\.1:(\d+);", inner)]


def _ports(unit: str) -> list[int]:
    """Return the ports that the unit's server listens on."""
    text = (DEPLOY / f"gongshi-{unit}.service").read_text()
    first, workers = (
        int(re.findall(rf"{option} (\d+)", text)[0])
        for option in ("--port", "--workers")
    )
    return [*range(first, first + (workers if "--separate-ports" in text else 1))]
