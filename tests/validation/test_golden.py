"""Whole files as departments send them, and what `gongshi validate` says of each.

A folder of tests/golden/ holds a file, the options, the report in Chinese and the
printed summary with the exit code. `GOLDEN=write pytest tests/validation/test_golden.py`
writes the latter two anew; the difference is then read before it is committed.
"""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

_FOLDER = Path(__file__).parents[1] / "golden"
_CASES = sorted(path.name for path in _FOLDER.iterdir() if path.is_dir())


def _check_or_write(kept: Path, content: str) -> None:
    if os.environ.get("GOLDEN") == "write":
        kept.write_text(content)
    assert content == kept.read_text()


@pytest.mark.parametrize("case", _CASES)
def test_report_and_summary_are_as_kept(case: str, tmp_path: Path) -> None:
    folder, report, printed = _FOLDER / case, tmp_path / "report.csv", StringIO()
    (file,) = folder.glob("input.*")
    options = (folder / "options.txt").read_text().split()

    with pytest.raises(SystemExit) as end:
        call_command(
            "validate", str(file), "--report", str(report), *options, stdout=printed
        )

    _check_or_write(folder / "report.csv", report.read_text())
    summary = f"{printed.getvalue()}exit {end.value.code}\n"
    _check_or_write(folder / "summary.txt", summary)
