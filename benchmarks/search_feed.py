"""The change feed of a whole city's years, invented: what the big stores are filled with.

Names, decisions and units are those of `gongshi sample`; records come in the order of
their decision days, licences and penalties mixed, as a city publishes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import polars as pl

from gongshi.domain import standards
from gongshi.domain.feed import Operation, PublicChange, canonical, unit_id
from gongshi.domain.sample import Department, Order, departments, sample_blocks
from gongshi.domain.working_days import default_calendar

SINCE, UNTIL = date(2019, 12, 1), date(2026, 11, 27)

_AT = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
_FORMS = ("jiangsu-2016/licence/any", "jiangsu-2016/penalty/any")
_CITY = "320700"
_LONG_TERM = "2099-12-31"
_DISPLAY_YEARS = "7y"
_LISTED = "9d"
_STATED = 20  # one in so many records states when its display ends, often long ago
_SPREAD = 0x9E3779B97F4A7C15F39CC0605CEDC835  # makes ids that lie far apart
_NULL = pl.lit(None, dtype=pl.String)
_TITLES = ("item_name", "violation_type")
_CATEGORIES = ("licence_category", "penalty_category", "penalty_category_2")
_ENDS = ("display_until", "valid_until")
_HIDDEN = frozenset({standards.Publicity.INTERNAL, standards.Publicity.MASKED})


def units() -> Sequence[Mapping[str, Any]]:
    """Return the city's units as the feed tells of them."""
    return [_unit(department) for department in departments()]


def changes(records: int, *, at_once: int) -> Iterator[list[PublicChange]]:
    """Yield the feed in blocks: the units, then so many published records.

    The same number gives the same feed.
    """
    told = [
        _change(number, unit_id(unit["code"]), canonical(unit), Operation.UNIT)
        for number, unit in enumerate(units(), 1)
    ]
    yield told
    number = len(told)
    for payloads in _payloads(records):
        for start in range(0, len(payloads), at_once):
            block = payloads[start : start + at_once]
            yield [
                _change(at, record_id(at), text, Operation.PUBLISH)
                for at, text in enumerate(block, number + 1)
            ]
            number += len(block)


def record_id(number: int) -> UUID:
    """Return the id of the record that the change with that number publishes."""
    return UUID(int=number * _SPREAD % 2**128)


def _change(number: int, of: UUID, payload: str, operation: Operation) -> PublicChange:
    return PublicChange(
        sequence=number,
        record_id=of,
        operation=operation,
        at=_AT,
        payload=payload,
        hash=sha256(b"%d" % number).hexdigest(),
    )


def _payloads(records: int) -> Iterator[list[str]]:
    """Yield payloads block by block, each sorted by decision day."""
    calendar, half = default_calendar(), records // 2
    orders = [
        Order(
            form=standards.form_by_key(key),
            rows=rows,
            seed=1,
            since=SINCE,
            until=UNTIL,
            natural_share=0.0,
        )
        for key, rows in zip(_FORMS, (records - half, half), strict=True)
    ]
    licences, penalties = (sample_blocks(order, calendar=calendar) for order in orders)
    for licence, penalty in zip(licences, penalties, strict=True):
        both = pl.concat(
            _members(sample.frame, order.form)
            for sample, order in zip((licence, penalty), orders, strict=True)
        )
        yield both.sort("decision_date", maintain_order=True)["payload"].to_list()


def _members(frame: pl.DataFrame, form: standards.Form) -> pl.DataFrame:
    """Return `payload` (canonical JSON) and `decision_date` (text) of each record."""
    values = frame.rename({field.label: field.name for field in form.fields})
    days = [field.name for field in form.fields if field.type.value == "date"]
    values = values.with_columns(pl.col(days).str.replace_all("/", "-"))
    public = sorted(
        (field for field in form.fields if field.publicity not in _HIDDEN),
        key=lambda field: field.code,
    )
    fields = pl.struct(
        pl.col(field.name).fill_null("").alias(field.code) for field in public
    )
    head = _head(form, set(values.columns))
    members = values.select(**head).with_columns(
        values.select(fields.alias("fields")).to_series()
    )
    whole = pl.struct(sorted(members.columns)).struct.json_encode().alias("payload")
    return members.select(whole, "decision_date")


def _head(form: standards.Form, names: set[str]) -> dict[str, pl.Expr]:
    def of(name: str) -> pl.Expr:
        return pl.col(name) if name in names else _NULL

    unit = pl.col("authority").replace_strict(_by_authority(), return_dtype=pl.String)
    day = pl.col("decision_date").str.to_date("%Y-%m-%d")
    # Nearly all of them are to be found: that is what a search is slow with.
    usual = day.dt.offset_by(_DISPLAY_YEARS).dt.strftime("%Y-%m-%d")
    stated = pl.coalesce(*(of(name) for name in _ENDS), usual)
    end = pl.when(pl.int_range(pl.len()) % _STATED == 0).then(stated).otherwise(usual)
    categories = [name for name in _CATEGORIES if name in names]
    return {
        "authority": pl.col("authority"),
        "catalogue_item": of("item_code"),
        "category": pl.concat_str(categories, separator=";", ignore_nulls=True),
        "corrected_on": _NULL,
        "credit_code": pl.col("credit_code"),
        "decision_date": pl.col("decision_date"),
        "decision_number": pl.col("decision_number"),
        "display_until": pl.when(end < _LONG_TERM).then(end),
        "disputed_on": _NULL,
        "edition": pl.lit(form.edition),
        "entrusted_name": pl.lit(""),
        "kind": pl.lit(str(form.kind)),
        "listed_until": day.dt.offset_by(_LISTED).dt.strftime("%Y-%m-%d"),
        "person": pl.lit("legal"),
        "person_key": _NULL,
        "published_on": pl.col("decision_date"),
        "region_code": pl.col("region_code"),
        "status": pl.lit("正常"),
        "subject_name": pl.col("subject_name"),
        "superior_code": pl.lit(""),
        "title": pl.coalesce(*(of(name) for name in _TITLES)),
        "unit_code": unit,
        "unit_level": pl.when(pl.col("region_code") == _CITY)
        .then(pl.lit("city"))
        .otherwise(pl.lit("county")),
        "unit_name": pl.col("authority"),
        "version": pl.lit(1),
    }


def _code(department: Department) -> str:
    return f"{department.key}-{department.region}"


@cache
def _by_authority() -> dict[str, str]:
    return {
        name: _code(department)
        for department in departments()
        for name in (department.name_2019, department.name)
    }


def _unit(department: Department) -> dict[str, Any]:
    is_city = department.region == _CITY
    return {
        "code": _code(department), "name": department.name_2019, "short_name": "",
        "credit_code": department.credit_code_2019, "level": "city" if is_city else "county",
        "kind": "department", "region_code": department.region, "superior_code": "",
        "superior_name": "", "entrusted_by": "", "responsible": "", "site_name": "",
        "site_address": "", "decisions_since": "2015-07-01", "catalogue_version": None,
        "items": [],
    }  # fmt: skip
