"""Turns cells as received into the prepared frame that all rules read."""

from collections.abc import Iterable
from functools import cache

import polars as pl

from gongshi.domain import identifiers
from gongshi.domain.rules.cells import NO_NUMBER, PLACEHOLDERS
from gongshi.domain.rules.values import (
    normalise_choices,
    normalise_decision_number,
    normalise_identifier,
    parse_amounts,
    parse_dates,
    spread,
)
from gongshi.domain.standards import IDENTIFIER_TYPES, Field, FieldType, Form, code_list

_LONGEST_PLACEHOLDER = max(len(text.encode()) for text in PLACEHOLDERS)
_IDENTIFIERS = {
    FieldType.CREDIT_CODE: identifiers.CREDIT_CODE,
    FieldType.ORGANISATION_CODE: identifiers.ORGANISATION_CODE,
    FieldType.REGISTRATION_NUMBER: identifiers.REGISTRATION_NUMBER,
    FieldType.TAXPAYER_NUMBER: identifiers.TAXPAYER_NUMBER,
    FieldType.RESIDENT_ID: identifiers.RESIDENT_ID,
    FieldType.REGION_CODE: identifiers.REGION_CODE,
}
_VALUES = {
    FieldType.DATE: ("date", pl.Date()),
    FieldType.AMOUNT: ("number", pl.Float64()),
    **dict.fromkeys(_IDENTIFIERS, ("ok", pl.Boolean())),
}
_FEW = 1000  # rows for which choosing among them would cost more than it saves
_CHOICES = (FieldType.CHOICE, FieldType.CHOICES)


def identifier_of(field: Field) -> identifiers.Identifier:
    """Return the identifier that a field of an identifier type holds."""
    return _IDENTIFIERS[field.type]


def prepare(
    frame: pl.DataFrame, form: Form, lost: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the frame with the columns that `cells` describes, per field.

    In: `row` (UInt32) and a String column per field that the sender gave, stripped,
    null where empty; `lost` (row UInt32, field String) names cells that were
    numbers with lost digits. Fields that the sender left out become null columns.
    """
    texts = _with_texts(_with_every_field(frame, form, lost), form)
    return texts.with_columns(_values(texts, form))


def _with_every_field(
    frame: pl.DataFrame, form: Form, lost: pl.DataFrame | None
) -> pl.DataFrame:
    """Add null columns for what was left out, and `f.raw` and `f.lost` for all."""
    absent = pl.lit(None, dtype=pl.String)
    sent = {name: pl.col(name) for name in form.names if name in frame.columns}
    return frame.with_columns(
        *(absent.alias(name) for name in form.names if name not in sent),
        *(sent.get(name, absent).alias(f"{name}.raw") for name in form.names),
        *_lost(form, lost),
    )


def _lost(form: Form, lost: pl.DataFrame | None) -> Iterable[pl.Expr]:
    rows_by_field: dict[str, pl.Series] = {}
    if lost is not None and lost.height:
        rows_by_field = {
            str(name): part.get_column("row")
            for (name,), part in lost.partition_by("field", as_dict=True).items()
        }
    for name in form.names:
        held = pl.lit(value=False)
        if name in rows_by_field:
            held = pl.col("row").is_in(rows_by_field[name].implode())
        yield held.alias(f"{name}.lost")


def _with_texts(frame: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Bring the texts that are not canonical into canonical form.

    Most cells of most files need nothing: one cheap look at all of them, and the
    work is done for the few.
    """
    looks = frame.select(_looks(form))
    untidy = [field for field in form.fields if looks.get_column(field.name).any()]
    if frame.height < _FEW:
        return frame.with_columns(
            _canonical(field, form).alias(field.name) for field in untidy
        )
    return frame.with_columns(
        _tidied(frame, looks.get_column(field.name).fill_null(value=False), field, form)
        for field in untidy
    )


def _tidied(
    frame: pl.DataFrame, untidy: pl.Series, field: Field, form: Form
) -> pl.Expr:
    names = [field.name, f"{field.name}.lost"]
    few = frame.select(pl.col(names).gather(untidy.arg_true()))
    tidy = few.select(_canonical(field, form)).to_series()
    changed = pl.when(pl.lit(untidy)).then(pl.lit(spread(tidy, untidy)))
    return changed.otherwise(pl.col(field.name)).alias(field.name)


@cache
def _looks(form: Form) -> tuple[pl.Expr, ...]:
    return tuple(_looks_untidy(field).alias(field.name) for field in form.fields)


def _looks_untidy(field: Field) -> pl.Expr:
    cell = pl.col(field.name)
    short = cell.str.len_bytes() <= _LONGEST_PLACEHOLDER
    untidy = pl.col(f"{field.name}.lost") | (short & cell.is_in(PLACEHOLDERS))
    if field.type in IDENTIFIER_TYPES:
        return untidy | cell.str.contains(r"[^0-9A-Z]")
    if field.type in _CHOICES:
        codes = [entry.code for entry in code_list(str(field.code_list))]
        return untidy | ~cell.is_in(codes)
    if field.name == "decision_number":
        return untidy | cell.str.contains(r"[\s【\[［(（］]|^空$")
    return untidy


def _canonical(field: Field, form: Form) -> pl.Expr:
    cell = pl.col(field.name)
    silent = cell.is_in(PLACEHOLDERS)
    if field.name == "decision_number" and may_lack_number(form):
        silent = silent & (cell != NO_NUMBER)
    said = pl.when(~silent & ~pl.col(f"{field.name}.lost")).then(cell)
    if field.type in IDENTIFIER_TYPES:
        plain = normalise_identifier(said)
        return (
            plain.str.to_uppercase() if field.type is FieldType.RESIDENT_ID else plain
        )
    if field.type in _CHOICES:
        several = field.type is FieldType.CHOICES
        return normalise_choices(said, code_list(str(field.code_list)), several=several)
    return normalise_decision_number(said) if field.name == "decision_number" else said


def may_lack_number(form: Form) -> bool:
    """Whether the form's decision number may say 空 (prior licence, jiangsu-2016)."""
    return form.edition == "jiangsu-2016" and form.kind == "licence"


def _values(frame: pl.DataFrame, form: Form) -> Iterable[pl.Expr]:
    for field in form.fields:
        kind = _VALUES.get(field.type)
        if kind is None:
            continue
        suffix, dtype = kind
        if frame.get_column(field.name).null_count() == frame.height:
            value = pl.lit(None, dtype=dtype)  # nothing to read, as in most columns
        elif field.type is FieldType.DATE:
            value = parse_dates(pl.col(field.name))
        elif field.type is FieldType.AMOUNT:
            value = parse_amounts(pl.col(field.name))
        else:
            value = identifier_of(field).is_valid(pl.col(field.name))
        yield value.alias(f"{field.name}.{suffix}")
