"""Turns checked rows into what the table of records stores, many at a time.

Everything here is a whole-column operation, save the keyed hashes and the
sealing, which no frame can do.
"""

from dataclasses import dataclass
from datetime import datetime
from hmac import digest as keyed_digest
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
from django.conf import settings

from gongshi.accounts.models import Unit
from gongshi.domain.deadlines import publish_deadlines
from gongshi.domain.privacy import mask_identity, mask_text
from gongshi.domain.rules.subject_rules import is_natural, own_identity
from gongshi.domain.standards import Field, FieldType, FilledBy, Form, Person
from gongshi.records.identity import record_ids
from gongshi.records.sealing import lookup_hash, seal_values

SHANGHAI = ZoneInfo("Asia/Shanghai")
# When a row was collected says nothing of the decision: sending the same file a
# day later changes this date alone, and must change no digest.
_NOT_DIGESTED = ("updated_date",)
_PLAIN_TEXTS = ("decision_number",)  # a number of the authority's own making
_NAME, _PAIR = "\x1f", "\x1e"  # between name and value, between two of them
_NULL_MEMBER = r'"[^"\\]+":null,?'


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where rows come from: form, unit, batch and sheet, by whom, received when."""

    form: Form
    unit: Unit
    batch_id: UUID
    sheet: str
    entered_by: str
    at: datetime


def identified(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Return the rows in canonical form with `id` and `digest`.

    In: the prepared frame of the rules (`rules.cells`): `row` UInt32, per field
    a String, `f.date` (Date) and `f.number` (Float64, 万元); optionally
    `withheld` (String: why the row is never public) and `extra.*` (String).
    Out: `row`, `person`, `not_public_reason`, one String per field (dates ISO,
    null where empty; columns that the platform fills itself are filled) and per
    extra column, `id` (32 hexadecimal digits) and `digest` (64).
    """
    form = source.form
    natural, legal = str(Person.NATURAL), str(Person.LEGAL)
    withheld = pl.col("withheld") if "withheld" in rows.columns else pl.lit(None)
    extras = _extras(rows)
    plain = rows.select(
        pl.col("row"),
        pl.when(is_natural(form))
        .then(pl.lit(natural))
        .otherwise(pl.lit(legal))
        .alias("person"),
        withheld.cast(pl.String).fill_null("").alias("not_public_reason"),
        *(_canonical(field, rows, source).alias(field.name) for field in form.fields),
        *extras,
    )
    return plain.with_columns(
        record_ids(plain, kind=str(form.kind)),
        _digests(plain, [*form.names, *extras]),
    )


def sealed(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Return identified rows with `content`, `sealed`, `identity_hash`, `publish_by`.

    Every identity number, and every text that holds personal data, is masked in
    `content` (String, JSON) and kept whole in `sealed` (Binary, null: nothing to
    withhold). `identity_hash` (String) is of the subject's own number, or of the
    representative's. `publish_by` (Date) is null where a year's holidays are unknown.
    """
    masked = rows.with_columns(
        *(mask_identity(pl.col(name)) for name in _identities(source.form)),
        *(mask_text(pl.col(name)) for name in _texts(rows, source.form)),
    )
    withheld = rows.select(
        "id",
        *_identities(source.form),
        *(
            pl.when(pl.col(name) != masked.get_column(name)).then(pl.col(name))
            for name in _texts(rows, source.form)
        ),
    )
    return rows.with_columns(
        _json(masked, source.form),
        _seal_all(withheld),
        _identity_hashes(rows, source.form),
        _deadlines(rows),
    )


def _deadlines(rows: pl.DataFrame) -> pl.Series:
    days = rows.select(pl.col("decision_date").str.to_date("%Y-%m-%d"))
    known = publish_deadlines(settings.CALENDAR)
    joined = days.join(known, on="decision_date", how="left", maintain_order="left")
    return joined.get_column("deadline").alias("publish_by")


def _json(rows: pl.DataFrame, form: Form) -> pl.Series:
    values = [*form.names, *_extras(rows)]
    texts = pl.struct(values).struct.json_encode()
    texts = texts.str.replace_all(_NULL_MEMBER, "").str.replace(r",\}$", "}")
    return rows.select(texts.alias("content")).to_series()


def _canonical(field: Field, rows: pl.DataFrame, source: Source) -> pl.Expr:
    value = pl.col(field.name)
    if field.type is FieldType.DATE and f"{field.name}.date" in rows.columns:
        value = pl.col(f"{field.name}.date").dt.to_string("iso")
    elif field.type is FieldType.AMOUNT and f"{field.name}.number" in rows.columns:
        value = _plain_amount(pl.col(f"{field.name}.number"))
    if field.filled_by is FilledBy.UNIT:
        return value.fill_null(_of_unit(field, source.unit))
    if field.filled_by is FilledBy.RECEIPT:
        return value.fill_null(source.at.astimezone(SHANGHAI).date().isoformat())
    return value.cast(pl.String)


def _of_unit(field: Field, unit: Unit) -> str:
    values = {
        "region_code": unit.region_code,
        "source_unit": unit.name,
        "source_unit_code": unit.credit_code,
        "authority": unit.name,
        "authority_code": unit.credit_code,
    }
    return values.get(field.name, "")


def _plain_amount(number: pl.Expr) -> pl.Expr:
    digits = number.round(6).cast(pl.Decimal(20, 6)).cast(pl.String)
    return digits.str.strip_chars_end("0").str.strip_suffix(".")


def _digests(rows: pl.DataFrame, names: list[str]) -> pl.Series:
    pairs = [
        pl.concat_str([pl.lit(f"{name}{_NAME}"), pl.col(name)])
        for name in sorted(names)
        if name not in _NOT_DIGESTED
    ]
    texts = rows.select(pl.concat_str(pairs, separator=_PAIR, ignore_nulls=True))
    secret = settings.LOOKUP_KEY
    digests = [
        keyed_digest(secret, text.encode(), "sha256").hex()
        for text in texts.to_series()
    ]
    return pl.Series("digest", digests, dtype=pl.String)


def _identities(form: Form) -> list[str]:
    return [field.name for field in form.of_type(FieldType.RESIDENT_ID)]


def _texts(rows: pl.DataFrame, form: Form) -> list[str]:
    # A sole trader's taxpayer number is built on the owner's identity number.
    fields = form.of_type(FieldType.TEXT, FieldType.TAXPAYER_NUMBER)
    texts = [field.name for field in fields if field.name not in _PLAIN_TEXTS]
    return texts + _extras(rows)


def _extras(rows: pl.DataFrame) -> list[str]:
    return [name for name in rows.columns if name.startswith("extra.")]


def _seal_all(withheld: pl.DataFrame) -> pl.Series:
    names = [
        column.name
        for column in withheld.drop("id").iter_columns()
        if column.null_count() < withheld.height
    ]
    rows = withheld.select("id", *names).iter_rows()
    kept = (
        (
            record_id,
            {n: v for n, v in zip(names, values, strict=True) if v is not None},
        )
        for record_id, *values in rows
    )
    blobs = [
        seal_values(values, record_id=record_id) if values else None
        for record_id, values in kept
    ]
    return pl.Series("sealed", blobs, dtype=pl.Binary)


def _identity_hashes(rows: pl.DataFrame, form: Form) -> pl.Series:
    own = own_identity(form)
    names = [own] if own else []
    names += (
        ["legal_representative_id"] if form.field("legal_representative_id") else []
    )
    if not names:
        return pl.Series("identity_hash", [None] * rows.height, dtype=pl.String)
    numbers = rows.select(pl.coalesce(names)).to_series()
    hashes = [lookup_hash(number) if number else None for number in numbers]
    return pl.Series("identity_hash", hashes, dtype=pl.String)
