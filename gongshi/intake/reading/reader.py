"""The way in: opens a file of any kind and says what can be read of it."""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePath

import polars as pl

from gongshi.domain.findings import Severity
from gongshi.domain.standards import Form
from gongshi.intake.reading.headers import Candidate, forms_of, required_fields
from gongshi.intake.reading.kinds import FileKind, kind_of
from gongshi.intake.reading.limits import DEFAULT, MIB, Limits
from gongshi.intake.reading.problems import (
    MEBIBYTES,
    CannotRead,
    beyond,
    finding,
    together,
)
from gongshi.intake.reading.row_identity import (
    identity_position,
    with_identities_looked_at,
)
from gongshi.intake.reading.sheets import HeaderMatch, Reading, SheetPart
from gongshi.intake.reading.text_tables import TextTable
from gongshi.intake.reading.workbooks import Workbook

_LISTED_MISSING = 12


def read(
    path: Path, *, name: str, edition: str | None = None, limits: Limits = DEFAULT
) -> Reading:
    """Open a file and recognise its sheets.

    In: `name` is the sender's file name; of it only the stem is used, as the sheet
    of a CSV. `edition` admits only the forms of that edition. Never raises for what
    a file may hold: a file that cannot be used has a finding and no parts.
    """
    try:
        kind = _kind_within_limits(path, limits)
        if kind is None:
            return _nothing(finding("empty-file"))
        if kind is FileKind.CSV:
            stem = PurePath(name).stem or name
            table = TextTable(path, sheet=stem, edition=edition, limits=limits)
            return _read_text(table, edition)
        workbook = Workbook(path, kind, edition=edition, limits=limits)
        return _read_workbook(workbook, edition)
    except CannotRead as error:
        return _nothing(error.finding)


def _kind_within_limits(path: Path, limits: Limits) -> FileKind | None:
    size = path.stat().st_size
    if size == 0:
        return None
    _refuse_larger(size, max(limits.text_bytes, limits.workbook_bytes))
    kind = kind_of(path)
    is_text = kind is FileKind.CSV
    _refuse_larger(size, limits.text_bytes if is_text else limits.workbook_bytes)
    return kind


def _refuse_larger(size: int, limit: int) -> None:
    if size > limit:
        raise beyond(MEBIBYTES, -(-size // MIB), limit // MIB)


def _nothing(problems: pl.DataFrame) -> Reading:
    return Reading(problems=problems, parts=iter(()), count=lambda: 0)


def _read_text(table: TextTable, edition: str | None) -> Reading:
    if table.is_empty:
        table.close()
        return _nothing(finding("empty-file"))
    if table.candidate is None or not table.candidate.is_certain:
        table.close()
        return _nothing(_unknown_template(table.candidate, table.sheet, edition))
    match = table.candidate.match
    problems = [_column_problems(match, table.sheet)]
    count = partial(table.count, match)
    return _reading(problems, table.parts(match), count)


def _read_workbook(workbook: Workbook, edition: str | None) -> Reading:
    problems = [workbook.problems]
    if not workbook.sheets:
        empty = workbook.nearest is None and workbook.is_empty
        unknown = _unknown_template(workbook.nearest, workbook.nearest_sheet, edition)
        return _nothing(
            together([*problems, finding("empty-file") if empty else unknown])
        )
    problems += [_column_problems(sheet.match, sheet.name) for sheet in workbook.sheets]
    rows = sum(sheet.raw.height - sheet.match.header_row for sheet in workbook.sheets)
    return _reading(problems, workbook.parts(), lambda: rows)


def _reading(
    problems: list[pl.DataFrame],
    parts: Iterator[SheetPart],
    count: Callable[[], int],
) -> Reading:
    """Look at the first part, to know whether there is a record at all."""
    first = next(parts, None)
    if first is None:
        return _nothing(together([*problems, finding("empty-file")]))
    return Reading(
        problems=together(problems),
        parts=map(with_identities_looked_at, itertools.chain([first], parts)),
        count=count,
    )


def _unknown_template(
    candidate: Candidate | None, sheet: str | None, edition: str | None
) -> pl.DataFrame:
    """Return the finding that names the closest form and what it misses.

    Where no column is known at all, the first form (of the edition asked for) is as
    close as any other, and all of its required columns are missing.
    """
    form = candidate.match.form if candidate else _first_form(edition)
    missing = candidate.match.missing if candidate else form.names
    labels = [f.label for f in required_fields(form) if f.name in missing]
    more = "…" if len(labels) > _LISTED_MISSING else ""
    return finding(
        "unknown-template",
        sheet=sheet,
        value=form.key,
        expected="、".join(labels[:_LISTED_MISSING]) + more,
    )


def _first_form(edition: str | None) -> Form:
    return forms_of(edition)[0]


def _column_problems(match: HeaderMatch, sheet: str) -> pl.DataFrame:
    """Return what is wrong with the columns of a recognised sheet."""
    found = []
    for name in match.missing:
        field = match.form.by_name[name]
        found.append(
            finding("missing-column", field=field, sheet=sheet, value=field.label)
        )
    for code, columns in (
        ("unrecognised-column", match.unrecognised),
        ("repeated-column", match.repeated),
    ):
        for position, text in columns:
            if position == identity_position(match):
                continue
            found.append(
                finding(
                    code, Severity.WARNING, position=position, sheet=sheet, value=text
                )
            )
    return together(found)
