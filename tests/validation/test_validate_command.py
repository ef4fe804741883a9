"""`gongshi validate`: its calendar option."""

from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.office.desk import licence_file

# The seventh working day after 26 February 2016 was 8 March.
DECIDED = {"decision_date": "2016/02/26"}


def _validated(folder: Path, *options: str) -> str:
    file, said = folder / "a.csv", StringIO()
    file.write_bytes(licence_file(DECIDED))
    usual = ("--as-of", "2016-03-09", "--language", "en")
    with suppress(SystemExit):
        call_command("validate", str(file), *usual, *options, stdout=said)
    return said.getvalue()


def _calendar(folder: Path, content: str) -> str:
    file = folder / "calendar.csv"
    file.write_text(content)
    return str(file)


@pytest.mark.parametrize(("holiday", "is_late"), [("", True), ("2016-03-07", False)])
def test_calendar_file_extends_the_calendar(
    tmp_path: Path, holiday: str, is_late: bool
) -> None:
    rows = f"date,kind\n{holiday},holiday\n" if holiday else "date,kind\n"

    said = _validated(tmp_path, "--calendar", _calendar(tmp_path, rows))

    assert (" late " in said) is is_late


def test_bad_calendar_file_is_refused_with_its_line(tmp_path: Path) -> None:
    file = _calendar(tmp_path, "date,kind\n2016-03-07,frei\n")

    with pytest.raises(CommandError) as refused:
        _validated(tmp_path, "--calendar", file)

    assert refused.value.returncode == 2
    assert str(refused.value) == (
        f"{file}, line 2: write holiday or workday as the kind."
    )
