"""Turns the raw cells of a sheet into parts: our column names, trimmed, row numbers."""

from collections.abc import Callable

import polars as pl

from gongshi.domain.findings import FINDING_SCHEMA, Severity, column_letter
from gongshi.domain.standards import IDENTIFIER_TYPES, Field, FieldType
from gongshi.intake.reading.problems import together
from gongshi.intake.reading.sheets import HeaderMatch

# Texts that spreadsheets show in place of a value that a formula failed to give.
FORMULA_ERRORS = (
    "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!",
)  # fmt: skip
# White space, and characters without a width, which come along from web pages: around
# a value they are no part of it, and a cell of nothing else is empty.
BLANK = "".join(
    chr(n) for n in range(0x3001) if chr(n).isspace() and not 0x1C <= n <= 0x1F
) + "".join(map(chr, (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)))
LOST_SCHEMA = {"row": pl.UInt32, "field": pl.String}
_NUMBERED = frozenset(
    {"certificate_number", "decision_number", "item_code"}
    | {"institution_number", "social_organisation_number"}
)
# 3.20703E+17: what is left when a long number was shown, not stored.
_SCIENTIFIC = r"^\d(?:\.\d+[eE]\+?|[eE]\+)\d{2}$"


def raw_name(position: int) -> str:
    """Return the name of the raw column at a 0-based position of the sheet."""
    return f"c{position}"


def holds_codes(field: Field) -> bool:
    """Whether digits of the field's text must never be lost."""
    if field.type is FieldType.REGION_CODE:
        return False
    return field.type in IDENTIFIER_TYPES or field.name in _NUMBERED


def tidy(raw: pl.DataFrame, match: HeaderMatch) -> pl.DataFrame:
    """Return the records of a raw frame as SheetPart.frame describes them.

    In: `row` UInt32 and String columns `c0`, `c1`, … by position in the sheet.
    """
    wanted = {field.name: raw_name(at) for field, at in match.recognised}
    wanted |= {f"extra.{at}": raw_name(at) for at, _ in match.unrecognised}
    present = set(raw.columns)
    cells = [
        pl.col(source).str.strip_chars(BLANK).replace("", None).alias(name)
        if source in present
        else pl.lit(None, dtype=pl.String).alias(name)
        for name, source in wanted.items()
    ]
    records = raw.filter(pl.col("row") > match.header_row).select("row", *cells)
    return records.filter(pl.any_horizontal(pl.col(list(wanted)).is_not_null()))


def without_midnight(frame: pl.DataFrame, match: HeaderMatch) -> pl.DataFrame:
    """Return date cells of a workbook as days: 2016-01-05, not … 00:00:00."""
    days = [f.name for f, _ in match.recognised if f.type is FieldType.DATE]
    return frame.with_columns(pl.col(days).str.strip_suffix(" 00:00:00"))


def take_formula_errors(
    frame: pl.DataFrame, match: HeaderMatch, *, sheet: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the frame with error texts made null, and one finding for each."""
    names = [field.name for field, _ in match.recognised]
    suspects = frame.select(pl.col(names).str.starts_with("#").any())
    found = []
    for field, position in match.recognised:
        if suspects.item(0, field.name):
            failed = pl.col(field.name).is_in(FORMULA_ERRORS)
            wrong = frame.filter(failed).select(
                "row", pl.col(field.name).alias("value")
            )
            found.append(
                _at_cells(wrong, "formula-error", field, position=position, sheet=sheet)
            )
            frame = frame.with_columns(
                pl.when(~failed).then(pl.col(field.name)).alias(field.name)
            )
    return frame, together(found)


def formula_errors_at(
    cells: pl.DataFrame, match: HeaderMatch, *, sheet: str
) -> pl.DataFrame:
    """Return a finding per cell (row UInt32, position UInt32) in a known column."""
    found = []
    for field, position in match.recognised:
        here = cells.filter(
            (pl.col("position") == position) & (pl.col("row") > match.header_row)
        )
        wrong = here.select("row", pl.lit(None, dtype=pl.String).alias("value"))
        found.append(
            _at_cells(wrong, "formula-error", field, position=position, sheet=sheet)
        )
    return together(found)


def extra_cells(
    raw: pl.DataFrame, spare: list[str], match: HeaderMatch, *, sheet: str
) -> pl.DataFrame:
    """Return a finding per record with cells beyond the header's width."""
    cells = pl.col(spare).str.strip_chars(BLANK).replace("", None)
    beyond = raw.filter(pl.col("row") > match.header_row).select(
        "row", pl.coalesce(cells).alias("value")
    )
    return _complete(beyond.drop_nulls("value"), code="extra-cells", sheet=sheet)


def in_scientific_notation(frame: pl.DataFrame, match: HeaderMatch) -> pl.DataFrame:
    """Return (row, field) of the codes that are written like 3.20703E+17."""
    return _codes_where(frame, match, lambda cell: cell.str.contains(_SCIENTIFIC))


def could_be_numbers(frame: pl.DataFrame, match: HeaderMatch) -> pl.DataFrame:
    """Return (row, field) of the long codes that a stored number would print so."""
    return _codes_where(frame, match, _is_printed_number)


def _is_printed_number(cell: pl.Expr) -> pl.Expr:
    """Whether the text is a whole number that a 64-bit float holds exactly."""
    number = pl.when(cell.str.contains(r"^[1-9]\d{15,36}$")).then(cell).cast(pl.Int128)
    return number.cast(pl.Float64).cast(pl.Int128, strict=False) == number


def _codes_where(
    frame: pl.DataFrame, match: HeaderMatch, test: Callable[[pl.Expr], pl.Expr]
) -> pl.DataFrame:
    found = [pl.DataFrame(schema=LOST_SCHEMA)]
    for field, _ in match.recognised:
        if holds_codes(field):
            rows = frame.filter(test(pl.col(field.name))).select(
                "row", pl.lit(field.name).alias("field")
            )
            found.append(rows)
    return pl.concat(found)


def _at_cells(
    wrong: pl.DataFrame, code: str, field: Field, *, position: int, sheet: str
) -> pl.DataFrame:
    placed = wrong.with_columns(
        column=pl.lit(column_letter(position)),
        field=pl.lit(field.code),
        label=pl.lit(field.label),
    )
    return _complete(placed, code=code, sheet=sheet)


def _complete(found: pl.DataFrame, *, code: str, sheet: str) -> pl.DataFrame:
    """Return (row, value, maybe a column) as errors in FINDING_SCHEMA."""
    named = found.with_columns(
        sheet=pl.lit(sheet), code=pl.lit(code), severity=pl.lit(str(Severity.ERROR))
    )
    absent = [name for name in FINDING_SCHEMA if name not in named.columns]
    return named.with_columns(
        pl.lit(None, dtype=FINDING_SCHEMA[name]).alias(name) for name in absent
    ).select(list(FINDING_SCHEMA))
