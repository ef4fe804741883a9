"""Turns changes of the feed into rows of the public store, many at a time."""

from collections.abc import Sequence
from functools import cache

import polars as pl

from gongshi.domain import search_text, standards
from gongshi.domain.feed import PublicChange
from gongshi.portal.models import Person

COLUMNS = (
    "record_id",
    "position",
    "kind",
    "edition",
    "person",
    "unit_code",
    "unit_name",
    "unit_level",
    "superior_code",
    "entrusted_name",
    "region_code",
    "authority",
    "decision_number",
    "decision_number_key",
    "decision_date",
    "subject_name",
    "credit_code",
    "title",
    "status",
    "catalogue_item",
    "category",
    "detail",
    "search_text",
    "person_key",
    "version",
    "published_on",
    "listed_until",
    "display_until",
    "corrected_on",
    "disputed_on",
    "updated_at",
)
# The fields whose text is searched besides what every record has.
_CONTENT = ("licence_content", "violation_type", "facts", "penalty_result")
_NEVER_NULL = (
    "superior_code",
    "entrusted_name",
    "catalogue_item",
    "category",
    "person_key",
    "region_code",
    "authority",
    "decision_number",
    "decision_number_key",
    "subject_name",
    "credit_code",
    "title",
    "status",
    "search_text",
)
_TAKEN = (
    "kind",
    "edition",
    "person",
    "unit_code",
    "unit_name",
    "unit_level",
    "superior_code",
    "entrusted_name",
    "region_code",
    "authority",
    "catalogue_item",
    "category",
    "person_key",
    "corrected_on",
    "disputed_on",
    "decision_number",
    "decision_date",
    "subject_name",
    "credit_code",
    "title",
    "status",
    "published_on",
    "listed_until",
    "display_until",
)
_FIELDS, _AFTER_FIELDS = '"fields":', ',"kind":'


def rows_of(changes: Sequence[PublicChange]) -> pl.DataFrame:
    """Return one row of `published_record` per change, with `COLUMNS`.

    `position` and `version` are Int64, `updated_at` is Datetime in UTC, all others
    are String. A natural person's row gets no search text and no listing: it is
    reachable by its permanent address only.
    """
    payloads = pl.Series([change.payload for change in changes], dtype=pl.String)
    values = payloads.str.json_decode(_members()).struct.unnest()
    is_natural = pl.col("person") == Person.NATURAL.value
    return (
        values.with_columns(
            *_of_changes(changes),
            *_searched(values).get_columns(),
        )
        .with_columns(
            pl.when(~is_natural).then(pl.col("search_text")).alias("search_text"),
            pl.when(~is_natural).then(pl.col("listed_until")).alias("listed_until"),
        )
        .with_columns(pl.col(_NEVER_NULL).fill_null(""))
        .select(COLUMNS)
    )


def _of_changes(changes: Sequence[PublicChange]) -> list[pl.Series]:
    ids = [change.record_id.hex for change in changes]
    details = [_detail(change.payload) for change in changes]
    positions = [change.sequence for change in changes]
    moments = [change.at for change in changes]
    return [
        pl.Series("record_id", ids, dtype=pl.String),
        pl.Series("position", positions, dtype=pl.Int64),
        pl.Series("detail", details, dtype=pl.String),
        pl.Series("updated_at", moments, dtype=pl.Datetime("us", "UTC")),
    ]


def _detail(payload: str) -> str:
    # Canonical JSON has its members in alphabetical order, and within a value every
    # quotation mark has a backslash before it: what stands between is the fields.
    start = payload.index(_FIELDS) + len(_FIELDS)
    return payload[start : payload.index(_AFTER_FIELDS, start)]


def _searched(values: pl.DataFrame) -> pl.DataFrame:
    """Return `decision_number_key` and `search_text` of each change (String)."""
    content = [
        pl.coalesce(pl.col("fields").struct.field(code) for code in codes).alias(name)
        for name, codes in _content_codes().items()
    ]
    texts = values.select(
        "subject_name", "title", *content, "decision_number", "credit_code"
    )
    parts = texts.select(search_text.normalise_expr(pl.all())).with_columns(
        pl.when(pl.all() != "").then(pl.all())
    )
    return parts.select(
        pl.col("decision_number").alias("decision_number_key"),
        pl.concat_str(
            pl.all(), separator=search_text.SEPARATOR, ignore_nulls=True
        ).alias("search_text"),
    )


@cache
def _members() -> pl.Struct:
    """Return what is read of a payload; whatever else it has is passed over."""
    codes = [code for codes in _content_codes().values() for code in codes]
    fields = pl.Struct(dict.fromkeys(codes, pl.String))
    taken = dict.fromkeys(_TAKEN, pl.String)
    return pl.Struct({**taken, "version": pl.Int64, "fields": fields})


@cache
def _content_codes() -> dict[str, list[str]]:
    """Return the official codes of the searched fields in all editions."""
    codes: dict[str, set[str]] = {name: set() for name in _CONTENT}
    for form in standards.forms():
        for field in form.fields:
            if field.name in codes:
                codes[field.name].add(field.code)
    return {name: sorted(found) for name, found in codes.items()}
