"""Derives a record's id, so that the same decision is the same record anywhere.

Legal persons: SHA-256 over what names the decision, equal at every node. Natural
persons: the same under a secret key, so that nobody can test a guessed name
against the public address of a masked record. Upper nodes take the id along with
the change instead of deriving it.
"""

import hashlib
from collections.abc import Iterable
from hmac import digest as keyed_digest

import polars as pl
from django.conf import settings

from gongshi.domain.search_text import normalise_expr
from gongshi.domain.standards import Person

NO_NUMBER = "空"  # what a prior licence without a decision number says
_BASE = ("authority", "decision_number", "subject_name")
_WITHOUT_NUMBER = ("item_name", "licence_content", "decision_date")
NAMING = (*_BASE, *_WITHOUT_NUMBER)  # the fields that can make it another decision
_SEPARATOR = "\x1f"


def record_ids(frame: pl.DataFrame, *, kind: str) -> pl.Series:
    """Return the ids of the frame's rows: String, 32 hexadecimal digits.

    In: `person` and, as String, `authority`, `decision_number`, `subject_name`,
    `decision_date` (ISO), and `item_name` and `licence_content` where the form
    has them; nulls count as empty.
    """
    base = frame.select(_named(frame, name).alias(name) for name in _BASE)
    parts = [pl.lit(kind), *map(pl.col, _BASE), *_told_apart(frame, base)]
    keys = base.select(pl.concat_str(parts, separator=_SEPARATOR)).to_series()
    is_natural = frame.get_column("person") == str(Person.NATURAL)
    ids = _derive(zip(keys.to_list(), is_natural.to_list(), strict=True))
    return pl.Series("id", ids, dtype=pl.String)


def _told_apart(frame: pl.DataFrame, base: pl.DataFrame) -> list[pl.Expr]:
    """Return what else names the decisions that have no number; empty for others."""
    numberless = base.get_column("decision_number").is_in([NO_NUMBER, ""])
    if not numberless.any():  # nearly always: long texts need not be normalised
        return [pl.lit("")] * len(_WITHOUT_NUMBER)
    more = frame.select(
        pl.when(numberless).then(_named(frame, name)).otherwise(pl.lit("")).alias(name)
        for name in _WITHOUT_NUMBER
    )
    return [pl.lit(column) for column in more.iter_columns()]


def _named(frame: pl.DataFrame, name: str) -> pl.Expr:
    if name not in frame.columns:
        return pl.lit("")
    return normalise_expr(pl.col(name).fill_null(""))


def _derive(keys: Iterable[tuple[str, bool]]) -> list[str]:
    secret = settings.LOOKUP_KEY
    return [
        _as_uuid(
            keyed_digest(secret, key.encode(), "sha256").hex()
            if is_natural
            else hashlib.sha256(key.encode()).hexdigest()
        )
        for key, is_natural in keys
    ]


def _as_uuid(digits: str) -> str:
    # RFC 9562 version 8: an id of the application's own making.
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:12]}8{digits[13:16]}{variant}{digits[17:32]}"
