"""Reads records: what is held of a decision, and who is known by a code."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection

from gongshi.domain.lifecycle import State
from gongshi.domain.rules.cells import SOLE_TRADER_WITHOUT_CODE
from gongshi.portal.bulk import among
from gongshi.records.models import Record
from gongshi.records.preparation import Source
from gongshi.records.sealing import lookup_hash, unseal_values

HELD_SCHEMA = {
    "id": pl.String,
    "held_digest": pl.String,
    "held_state": pl.String,
    "held_unit": pl.Int64,
    "held_batch": pl.String,
    "held_sheet": pl.String,
    "held_row": pl.Int64,
    "held_item": pl.Int64,
    "held_decision_date": pl.Date,
    "held_publish_by": pl.Date,
}
_NAMES_SCHEMA = {"credit_code": pl.String, "known_name": pl.String}


def held(ids: pl.Series) -> pl.DataFrame:
    """Return the records held under these ids (String, 32 hexadecimal digits).

    Out: HELD_SCHEMA, one row per record that is there, batch as hexadecimal
    digits; also such records as another batch is still landing.
    """
    rows = _fetch(
        "SELECT id, digest, state, unit_id, batch_id, sheet, row_number,"
        " item_id, decision_date, publish_by FROM records_record WHERE",
        among(connection, "id", ids.to_list(), cast="uuid[]"),
    )
    plain = [
        (_hex(i), d, s, unit, _hex(b), sheet, row, item, _day(on), _day(until))
        for i, d, s, unit, b, sheet, row, item, on, until in rows
    ]
    return pl.DataFrame(plain, schema=HELD_SCHEMA, orient="row")


def held_status(ready: pl.DataFrame, source: Source) -> pl.Series:
    """Say what the registry holds of each identified row: equal, different or null.

    The hook `held` of `domain.rules.engine.Checker` is made of it. A row without
    number or subject names no decision and is null, as is a row that this very
    batch landed before it was interrupted.
    """
    named = (
        pl.col("decision_number").is_not_null() & pl.col("subject_name").is_not_null()
    )
    ours = ready.select("id", "digest", named.alias("named"))
    there = held(ours.filter("named").get_column("id")).filter(
        (pl.col("held_batch") != source.batch_id.hex)
        & (pl.col("held_state") != str(State.RECEIVED))
    )
    return (
        ours.join(there, on="id", how="left", maintain_order="left")
        .select(
            pl.when(pl.col("held_digest").is_null() | ~pl.col("named"))
            .then(None)
            .when(pl.col("held_digest") == pl.col("digest"))
            .then(pl.lit("equal"))
            .otherwise(pl.lit("different"))
            .alias("held")
        )
        .to_series()
    )


def known_names(codes: pl.Series) -> pl.DataFrame:
    """Return the name under which each credit code was recorded last.

    Out: `credit_code`, `known_name` (String), one row per code that is known.
    """
    wanted = codes.drop_nulls().unique()
    usable = wanted.filter(wanted != SOLE_TRADER_WITHOUT_CODE).to_list()
    rows = _fetch(
        "SELECT credit_code, subject_name, received_at FROM records_record"
        # Written out as the partial index has it: SQLite matches it by its very words.
        " WHERE state <> 'received' AND NOT (credit_code = '') AND",
        among(connection, "credit_code", usable, cast="text[]"),
    )
    latest: dict[str, tuple[Any, str]] = {}
    for code, name, received_at in rows:
        latest[code] = max(latest.get(code, (received_at, name)), (received_at, name))
    plain = [(code, name) for code, (_at, name) in latest.items()]
    return pl.DataFrame(plain, schema=_NAMES_SCHEMA, orient="row")


def by_identity(number: str) -> Sequence[Record]:
    """Return the settled records of the person with that identity number, newest first.

    Callers record an audit event: this is a read of personal data.
    """
    found = Record.objects.settled().filter(identity_hash=lookup_hash(number))
    return list(found.order_by("-decision_date", "id"))


def withheld_values(record: Record) -> dict[str, str]:
    """Return what is masked in the record's content, unmasked; raises `CannotUnseal`.

    Callers record an audit event with a reason.
    """
    if record.sealed is None:
        return {}
    return unseal_values(bytes(record.sealed), record_id=record.id.hex)


def _fetch(statement: str, where: tuple[str, str | list[str]]) -> list[tuple[Any, ...]]:
    condition, parameter = where
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} {condition}", [parameter])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _hex(value: UUID | str) -> str:
    return value.hex if isinstance(value, UUID) else value


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
