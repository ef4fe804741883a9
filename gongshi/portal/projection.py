"""Turns changes of the feed into rows of the public store, many at a time."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

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
    "region_code",
    "authority",
    "decision_number",
    "decision_number_key",
    "decision_date",
    "subject_name",
    "credit_code",
    "title",
    "status",
    "detail",
    "search_text",
    "published_on",
    "listed_until",
    "display_until",
    "updated_at",
)
# The fields whose text is searched besides what every record has.
_CONTENT = ("licence_content", "violation_type", "facts", "penalty_result")
_SEARCHED = ("subject_name", "title", *_CONTENT, "decision_number", "credit_code")
# One encoder for all rows: json.dumps would make a new one for each.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def rows_of(changes: Sequence[PublicChange]) -> list[tuple[Any, ...]]:
    """Return one row of `published_record` per change, in `COLUMNS` order.

    A natural person's row gets no search text and no listing: it is reachable
    by its permanent address only.
    """
    searched = _searched(changes)
    return [
        _row(change, key or "", text or "")
        for change, (key, text) in zip(changes, searched.iter_rows(), strict=True)
    ]


def _row(change: PublicChange, key: str, text: str) -> tuple[Any, ...]:
    payload = change.payload
    is_natural = payload["person"] == Person.NATURAL
    return (
        change.record_id,
        change.sequence,
        payload["kind"],
        payload["edition"],
        payload["person"],
        payload["unit_code"],
        payload["unit_name"],
        payload["region_code"] or "",
        payload["authority"] or "",
        payload["decision_number"] or "",
        key,
        payload["decision_date"],
        payload["subject_name"] or "",
        payload["credit_code"] or "",
        payload["title"] or "",
        payload["status"] or "",
        _detail(payload["fields"]),
        "" if is_natural else text,
        payload["published_on"],
        None if is_natural else payload["listed_until"],
        payload["display_until"],
        change.at,
    )


def _detail(fields: Sequence[Mapping[str, str]]) -> str:
    return _json(
        [
            (field["code"], field["label"], field["value"])
            for field in fields
            if field["value"]
        ]
    )


def _searched(changes: Sequence[PublicChange]) -> pl.DataFrame:
    """Return the key of the decision number and the search text of each change."""
    frame = pl.DataFrame(
        [_texts(change.payload) for change in changes],
        schema=dict.fromkeys(_SEARCHED, pl.String),
        orient="row",
    )
    parts = frame.select(search_text.normalise_expr(pl.col(_SEARCHED))).with_columns(
        pl.when(pl.all() != "").then(pl.all())
    )
    return parts.select(
        pl.col("decision_number"),
        pl.concat_str(_SEARCHED, separator="\n", ignore_nulls=True).alias("text"),
    )


def _texts(payload: Mapping[str, Any]) -> tuple[str | None, ...]:
    names = _names_by_code(payload["edition"], payload["kind"])
    content = {
        names[field["code"]]: field["value"]
        for field in payload["fields"]
        if field["code"] in names
    }
    return (
        payload["subject_name"],
        payload["title"],
        *(content.get(name) for name in _CONTENT),
        payload["decision_number"],
        payload["credit_code"],
    )


@cache
def _names_by_code(edition: str, kind: str) -> Mapping[str, str]:
    return {
        field.code: field.name
        for form in standards.forms()
        if (form.edition, form.kind) == (edition, kind)
        for field in form.fields
        if field.name in _CONTENT
    }
