"""A command that lacks its database says so in a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_UNREACHABLE = "postgres://gongshi:password-1@127.0.0.1:1/registry"


def _run(folder: Path, *arguments: str, **environment: str) -> str:
    """Run a command that must fail, over stores that are not there yet."""
    inherited = {k: v for k, v in os.environ.items() if not k.endswith("DATABASE_URL")}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "gongshi", *arguments],
        env={**inherited, "GONGSHI_DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.files
@pytest.mark.parametrize(
    "command", [["rebuild_portal"], ["verify_audit"], ["load_city", "lianyungang"]]
)
def test_command_without_tables_says_how_to_make_them(
    command: list[str], tmp_path: Path
) -> None:
    said = _run(tmp_path, *command)

    assert "The database 'default' lacks tables or columns." in said
    assert "gongshi migrate --database portal" in said


def test_command_without_database_says_that_it_cannot_be_asked(tmp_path: Path) -> None:
    said = _run(tmp_path, "verify_audit", GONGSHI_DATABASE_URL=_UNREACHABLE)

    assert "The database 'default' cannot be asked." in said
    assert "password-1" not in said
