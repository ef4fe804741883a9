"""Builds public payloads from records: masked, dated, in canonical JSON.

Whole columns at a time, for records of one form and one kind of person. Nothing
reaches a payload that the form does not call public or masked; personal data
inside texts is masked once more here, whatever the record's content says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl
from django.conf import settings

from gongshi.accounts.models import Unit
from gongshi.domain import deadlines
from gongshi.domain.person_key import person_key
from gongshi.domain.privacy import mask_identity, mask_person_name, mask_text
from gongshi.domain.standards import (
    Field,
    FieldType,
    Form,
    Kind,
    Person,
    Publicity,
    code_list,
)

_OF_LEGAL_PERSONS = frozenset(
    {
        "credit_code",
        "organisation_code",
        "registration_number",
        "taxpayer_number",
        "institution_number",
        "social_organisation_number",
        "legal_representative",
    }
)
_NAMES = ("subject_name", "legal_representative")
_UNMASKED_TEXTS = ("decision_number",)  # a number of the authority's own making
_TITLES = ("item_name", "violation_type", "document_name", "certificate_name")
_CATEGORIES = ("licence_category", "penalty_category", "penalty_category_2")
_LONGEST_TITLE = 200
_STATUS_CODES = {
    ("status-2016", "revoked"): "1",
    ("status-2016", "disputed"): "2",
    ("status-2016", "other"): "3",
    ("status-2018", "revoked"): "2",
}
_SOLE_TRADER = "92"  # how a sole trader's credit code begins


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What a chunk of records has in common.

    `unit` made the decisions; what an entrusted body decides is published under its
    superior. `published_on` is the first day of publication (Shanghai), whatever was
    corrected or disputed since.
    """

    unit: Unit
    form: Form
    person: Person
    published_on: date
    version: int = 1
    corrected_on: date | None = None
    disputed_on: date | None = None
    display_years: int | None = None  # of the catalogue's item, where law differs
    mark: str = ""  # of `domain.lifecycle.Mark`: changes the stated status

    @property
    def answering(self) -> Unit:
        """The unit that answers for the records."""
        superior = self.unit.superior if self.unit.is_entrusted else None
        return superior or self.unit


# Official codes are in capitals, our own names are not: only fields without a value
# fall out. Inside a value every quotation mark has a backslash before it.
_WITHOUT_VALUE = r'"[A-Z0-9_]+":null,?'
_LAST_COMMA = r',\},"kind":'


def payloads(contents: pl.Series, publication: Publication) -> list[str]:
    """Return the payload (canonical JSON) of each record's `content` (String, JSON)."""
    values = _values(contents, publication)
    public = sorted(
        (field for field in publication.form.fields if _is_shown(field, publication)),
        key=lambda field: field.code,
    )
    masked = _masked(values, public, publication)
    fields = pl.struct(pl.col(field.name).alias(field.code) for field in public)
    members = _head(values, masked, publication).with_columns(
        masked.select(fields.alias("fields")).to_series()
    )
    whole = pl.struct(sorted(members.columns)).struct.json_encode()
    texts = members.select(
        whole.str.replace_all(_WITHOUT_VALUE, "").str.replace(_LAST_COMMA, '},"kind":')
    )
    return texts.to_series().to_list()


def _values(contents: pl.Series, publication: Publication) -> pl.DataFrame:
    members = pl.Struct(dict.fromkeys(publication.form.names, pl.String))
    values = contents.str.json_decode(members).struct.unnest()
    code = _status_code(publication)
    return values.with_columns(pl.lit(code).alias("status")) if code else values


def _status_code(publication: Publication) -> str | None:
    """Return the code of the status that a change of state brought, if it has one."""
    field = publication.form.field("status")
    if field is None or field.code_list is None:
        return None
    wanted = "disputed" if publication.disputed_on else publication.mark
    return _STATUS_CODES.get((field.code_list, wanted))


def _is_shown(field: Field, publication: Publication) -> bool:
    if publication.person is Person.NATURAL and field.name in _OF_LEGAL_PERSONS:
        return False
    return field.publicity is not Publicity.INTERNAL


def _masked(
    values: pl.DataFrame, public: Iterable[Field], publication: Publication
) -> pl.DataFrame:
    shown = values.select(
        _shown(field, publication).alias(field.name) for field in public
    )
    if publication.person is not Person.NATURAL:
        return shown
    # A natural person's name also stands in titles and texts.
    texts = [
        field.name
        for field in public
        if field.type is FieldType.TEXT and field.name not in _UNMASKED_TEXTS
    ]
    names = values.get_column("subject_name").to_list()
    hidden = shown.get_column("subject_name").to_list()
    return shown.with_columns(
        pl.Series(
            name,
            [
                text.replace(person, mask) if text and person and mask else text
                for text, person, mask in zip(
                    shown.get_column(name).to_list(), names, hidden, strict=True
                )
            ],
            dtype=pl.String,
        )
        for name in texts
        if name != "subject_name"
    )


def _shown(field: Field, publication: Publication) -> pl.Expr:
    value = pl.col(field.name)
    if field.name == "subject_name" and publication.person is Person.NATURAL:
        return mask_person_name(value)
    if field.name == "legal_representative" and publication.form.field("credit_code"):
        is_trader = pl.col("credit_code").str.starts_with(_SOLE_TRADER)
        kept = value if field.publicity is Publicity.PUBLIC else mask_person_name(value)
        return pl.when(is_trader).then(mask_person_name(value)).otherwise(kept)
    if field.publicity is Publicity.MASKED:
        return mask_person_name(value) if field.name in _NAMES else mask_identity(value)
    if field.type is FieldType.TEXT and field.name not in _UNMASKED_TEXTS:
        return mask_text(value)
    return _labelled(value, field)


def _labelled(value: pl.Expr, field: Field) -> pl.Expr:
    if field.code_list is None:
        return value
    labels = {entry.code: entry.label for entry in code_list(field.code_list)}
    if field.type is FieldType.CHOICES:
        parts = value.str.split(";").list.eval(pl.element().replace(labels))
        return parts.list.join(";")
    return value.replace(labels)


def _head(
    values: pl.DataFrame, masked: pl.DataFrame, publication: Publication
) -> pl.DataFrame:
    on, unit, form = publication.published_on, publication.answering, publication.form
    acting = publication.unit
    return masked.select(
        _public(masked, "authority"),
        _public(masked, "item_code").alias("catalogue_item"),
        _category(masked).alias("category"),
        _day(publication.corrected_on).alias("corrected_on"),
        _public(masked, "credit_code"),
        _public(masked, "decision_date"),
        _public(masked, "decision_number"),
        _display_until(values, publication),
        _day(publication.disputed_on).alias("disputed_on"),
        pl.lit(form.edition).alias("edition"),
        pl.lit("" if acting is unit else acting.name).alias("entrusted_name"),
        pl.lit(str(form.kind)).alias("kind"),
        pl.lit(deadlines.listed_until(on).isoformat()).alias("listed_until"),
        pl.lit(str(publication.person)).alias("person"),
        _person_keys(values, publication),
        pl.lit(on.isoformat()).alias("published_on"),
        _region(masked, unit),
        _public(masked, "status"),
        _public(masked, "subject_name"),
        pl.lit(unit.superior.code if unit.superior else "").alias("superior_code"),
        _title(masked).alias("title"),
        pl.lit(unit.code).alias("unit_code"),
        pl.lit(unit.level).alias("unit_level"),
        pl.lit(unit.name).alias("unit_name"),
        pl.lit(publication.version).alias("version"),
    )


def _day(day: date | None) -> pl.Expr:
    return pl.lit(day.isoformat() if day else None, dtype=pl.String)


def _category(masked: pl.DataFrame) -> pl.Expr:
    names = [name for name in _CATEGORIES if name in masked.columns]
    if not names:
        return pl.lit(None, dtype=pl.String)
    joined = pl.concat_str(names, separator=";", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _person_keys(values: pl.DataFrame, publication: Publication) -> pl.Series:
    if publication.person is not Person.NATURAL:
        return pl.Series("person_key", [None], dtype=pl.String).new_from_index(
            0, values.height
        )
    keys = [
        person_key(name, number, key=settings.PERSON_SEARCH_KEY)
        if name and number
        else None
        for name, number in values.select("subject_name", "decision_number").iter_rows()
    ]
    return pl.Series("person_key", keys, dtype=pl.String)


def _public(masked: pl.DataFrame, name: str) -> pl.Expr:
    if name in masked.columns:
        return pl.col(name)
    return pl.lit(None, dtype=pl.String).alias(name)


def _region(masked: pl.DataFrame, unit: Unit) -> pl.Expr:
    # The national edition has no column for the region: it is the unit's.
    stated = _public(masked, "region_code")
    return pl.coalesce(stated, pl.lit(unit.region_code)).alias("region_code")


def _title(masked: pl.DataFrame) -> pl.Expr:
    title = pl.coalesce(
        *(pl.col(name) for name in _TITLES if name in masked.columns), pl.lit("")
    )
    cut = title.str.slice(0, _LONGEST_TITLE - 1) + "…"
    return pl.when(title.str.len_chars() > _LONGEST_TITLE).then(cut).otherwise(title)


def _display_until(values: pl.DataFrame, publication: Publication) -> pl.Series:
    # A penalty's 公示截止期 comes before its 有效期; a licence states its validity.
    stated = [
        name for name in ("display_until", "valid_until") if name in values.columns
    ]
    ends = values.select(
        pl.coalesce(*stated, pl.lit(None, dtype=pl.String))
    ).to_series()
    decided = values.get_column("decision_date")
    if not _has_ceilings():
        decided = pl.Series([None], dtype=pl.String).new_from_index(0, values.height)
    days = [
        _display_end(publication, end or _own_end(publication), decision)
        for end, decision in zip(ends, decided, strict=True)
    ]
    return pl.Series("display_until", days, dtype=pl.String)


@cache
def _has_ceilings() -> bool:
    rows = deadlines.default_policies().rows
    return any(
        row.is_active and row.duty is deadlines.Duty.DISPLAY_CEILING for row in rows
    )


def _own_end(publication: Publication) -> str | None:
    years = publication.display_years
    if years is None:
        return None
    return deadlines.years_after(publication.published_on, years).isoformat()


def _display_end(
    publication: Publication, stated: str | None, decided: str | None
) -> str | None:
    return _display_end_of(
        publication.published_on, publication.form.kind, stated, decided
    )


@cache
def _display_end_of(
    published_on: date, kind: Kind, stated: str | None, decided: str | None
) -> str | None:
    end = deadlines.display_until(
        published_on,
        date.fromisoformat(stated) if stated else None,
        kind=kind,
        decision_date=date.fromisoformat(decided) if decided else None,
    )
    return end.isoformat() if end else None
