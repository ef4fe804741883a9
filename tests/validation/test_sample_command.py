"""`gongshi sample`: the files that it writes, and what it refuses."""

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from django.core.management import CommandError, call_command

from gongshi.domain.rules import Context
from gongshi.domain.standards import Kind, form
from gongshi.domain.working_days import default_calendar
from gongshi.intake.reading import read
from gongshi.validation.checking import Receipt, check_file

UNTIL = date(2016, 9, 20)


def sampled(out: Path, *options: str, rows: int = 300) -> Path:
    call_command(
        "sample",
        str(rows),
        *("--kind", "penalty", "--out", str(out), "--until", UNTIL.isoformat()),
        *options,
    )
    return out
