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
from gongshi.catalogue.queries import bind_items
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
ITEM_NOT_PUBLIC = "item-not-public"  # the catalogue keeps its item from the public
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
    """Return identified rows with `content`, `sealed` and `identity_hash` added.

    Every identity number, and every text that holds personal data, is masked in
    `content` (String, JSON) and kept whole in `sealed` (Binary, null: nothing to
    withhold). `identity_hash` (String) is of the subject's own number, or of the
    representative's.
    """
    masked = rows.with_columns(
        *(mask_identity(pl.col(name)) for name in identity_columns(source.form)),
        *(mask_text(pl.col(name)) for name in text_columns(rows, source.form)),
    )
    withheld = rows.select(
        "id",
        *identity_columns(source.form),
        *(
            pl.when(pl.col(name) != masked.get_column(name)).then(pl.col(name))
            for name in text_columns(rows, source.form)
        ),
    )
    return rows.with_columns(
        _json(masked, source.form),
        _seal_all(withheld),
        _identity_hashes(rows, source.form),
    )


def bound(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Return identified rows bound to the catalogue as of the day of each decision.

    Adds `item_id` (Int64, null: the catalogue in force has no such item) and
    `publish_by` (Date, null where a year's holidays are unknown), by the item's own
    days if it has any. What the catalogue keeps from the public gets that as its
    reason, unless it has another.
    """
    days = pl.col("decision_date").str.to_date("%Y-%m-%d")
    named = rows.select(
        *(_or_null(rows, name) for name in ("item_code", "item_name")), days
    )
    items = bind_items(named, source.unit, source.form.kind)
    hidden = items.get_column("is_public").eq_missing(other=False)
    reason = pl.col("not_public_reason")
    return rows.with_columns(
        items.get_column("item_id"),
        deadlines(items),
        pl.when(hidden & (reason == ""))
        .then(pl.lit(ITEM_NOT_PUBLIC))
        .otherwise(reason)
        .alias("not_public_reason"),
    )


def _or_null(rows: pl.DataFrame, name: str) -> pl.Expr:
    column = pl.col(name) if name in rows.columns else pl.lit(None)
    return column.cast(pl.String).alias(name)


def deadlines(items: pl.DataFrame) -> pl.Series:
    """Return by when each row is to be published (`publish_by`, null: unknown).

    In: `decision_date` and `publish_working_days`, as `bind_items` returns them.
    """
    own = items.get_column("publish_working_days")
    ends = _deadlines_in(items, None)
    for days in own.drop_nulls().unique().to_list():
        ends = ends.zip_with(
            (own != days).fill_null(value=True), _deadlines_in(items, days)
        )
    return ends


def _deadlines_in(items: pl.DataFrame, working_days: int | None) -> pl.Series:
    known = publish_deadlines(settings.CALENDAR, working_days=working_days)
    wanted = items.select("decision_date")
    joined = wanted.join(known, on="decision_date", how="left", maintain_order="left")
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


def identity_columns(form: Form) -> list[str]:
    """Return the fields that hold nothing but identity numbers."""
    return [field.name for field in form.of_type(FieldType.RESIDENT_ID)]


def text_columns(rows: pl.DataFrame, form: Form) -> list[str]:
    """Return the fields and the extra columns whose texts may hold personal data."""
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
