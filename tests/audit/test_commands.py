"""`gongshi verify_audit` and `gongshi audit_head` as an operator runs them."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from gongshi.audit.heads import current_head
from tests.audit.trail import AT, write_trail
from tests.tampering import tamper

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def verify(*arguments: str) -> tuple[int, list[str]]:
    """Run the command; return its exit code and its lines."""
    out = StringIO()
    code: object = 0
    try:
        call_command("verify_audit", *arguments, stdout=out)
    except SystemExit as ended:
        code = ended.code
    assert isinstance(code, int)
    return code, out.getvalue().splitlines()


def test_command_finds_a_whole_trail_whole() -> None:
    write_trail(3)

    assert verify() == (0, ["3 条日志，0 个留存链头：完整"])


def test_command_tells_every_fault_with_its_place_and_kind() -> None:
    write_trail(6)
    tamper(
        "UPDATE audit_event SET address = '' WHERE sequence = 2",
        "DELETE FROM audit_event WHERE sequence IN (4, 5)",
    )

    code, lines = verify()

    assert code == 1
    assert [line.split("\t")[:2] for line in lines[:-1]] == [
        ["2", "edited"],
        ["4-5", "missing"],
    ]
    assert lines[-1].endswith("不完整")


def test_command_compares_with_the_kept_heads(tmp_path: Path) -> None:
    write_trail(3)
    heads = tmp_path / "heads.txt"
    heads.write_text(f"{current_head(AT)}\n")
    assert verify("--heads", str(heads))[0] == 0

    heads.write_text(f"2016-03-01 2 {'1' * 64}\n")

    code, lines = verify("--heads", str(heads))
    assert code == 1
    assert lines[0].startswith("2\tunlike-kept-head\t")


@pytest.mark.parametrize(
    "line",
    [
        b"2016-03-01 two",
        b"2016-02-30 3 " + b"0" * 64,
        b"2016-03-01 " + b"9" * 5000 + b" " + b"0" * 64,
        b"\xff\xfe",
    ],
)
def test_command_names_the_line_that_is_no_head(tmp_path: Path, line: bytes) -> None:
    write_trail(1)
    heads = tmp_path / "heads.txt"
    heads.write_bytes(f"{current_head(AT)}\n".encode() + line + b"\n")

    with pytest.raises(CommandError, match=r"第 2 行") as error:
        verify("--heads", str(heads))

    assert error.value.returncode == 2


def test_command_refuses_heads_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        verify("--heads", str(tmp_path / "heads.txt"))

    assert error.value.returncode == 2


def test_command_misses_the_file_of_heads_that_the_settings_name(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.AUDIT_HEADS_FILE = tmp_path / "heads.txt"
    assert verify() == (0, ["0 条日志，0 个留存链头：完整"])
    write_trail(1)

    with pytest.raises(CommandError) as error:
        verify()

    assert error.value.returncode == 2
    assert "heads.txt" in str(error.value)


@pytest.mark.parametrize("content", ["", "\n\n"])
@pytest.mark.parametrize("is_asked", [True, False])
def test_command_misses_the_heads_of_a_file_that_was_emptied(
    tmp_path: Path, settings: LazySettings, content: str, *, is_asked: bool
) -> None:
    heads = settings.AUDIT_HEADS_FILE = tmp_path / "heads.txt"
    heads.write_text(content)
    asked = ["--heads", str(heads)] if is_asked else []
    assert verify(*asked)[0] == 0
    write_trail(1)

    with pytest.raises(CommandError, match=r"heads\.txt") as error:
        verify(*asked)

    assert error.value.returncode == 2


def test_command_prints_the_present_head() -> None:
    write_trail(2)
    out = StringIO()

    call_command("audit_head", stdout=out)

    assert out.getvalue().split()[1:] == str(current_head(AT)).split()[1:]
