"""The tables of a set: one per edition and kind, with what every column means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from gongshi.domain import standards

# What stands beside the official fields: name, Chinese title, type, meaning.
_OWN = (
    ("record_id", "记录标识", "string", "永久标识；网页为 /records/标识/"),
    ("version", "版本", "integer", "自 1 起，每次更正加 1"),
    ("unit_code", "公示单位代码", "string", "本平台的单位代码"),
    ("unit_name", "公示单位", "string", ""),
    ("unit_level", "公示单位层级", "string", "province、city、county"),
    ("entrusted_name", "受委托单位", "string", "受公示单位委托作出决定的单位"),
    ("region_code", "区域代码", "string", "行政区划代码"),
    ("catalogue_item", "目录事项代码", "string", "双公示目录中的事项"),
    ("category", "类别", "string", "多个类别以分号隔开"),
    ("title", "事项", "string", ""),
    ("published_on", "公示日期", "date", ""),
    ("display_until", "公示截止日期", "date", "空：长期"),
    ("corrected_on", "更正日期", "date", "空：未更正"),
    ("disputed_on", "异议标注日期", "date", "空：无异议"),
)
_PUBLISHERS = {"jiangsu": "江苏", "national": "国家"}
_TYPES = {
    standards.FieldType.DATE: "date",
    standards.FieldType.AMOUNT: "number",
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column as the data package describes it; `type` is of Table Schema."""

    name: str
    title: str
    type: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """What legal persons' records of one edition and kind are written into."""

    edition: str
    kind: standards.Kind
    own: tuple[Column, ...]
    official: tuple[Column, ...]

    def __hash__(self) -> int:
        return hash((self.edition, self.kind))

    @property
    def name(self) -> str:
        """The name of its files, such as `licence-jiangsu-2016`."""
        return f"{self.kind}-{self.edition}"

    @property
    def title(self) -> str:
        """What the table holds, in Chinese."""
        kinds = {standards.Kind.LICENCE: "行政许可", standards.Kind.PENALTY: "行政处罚"}
        publisher, _, year = self.edition.rpartition("-")
        name = _PUBLISHERS.get(publisher, publisher)
        return f"{kinds[self.kind]}（{name} {year} 年版）"

    @property
    def columns(self) -> Sequence[Column]:
        """All columns in order."""
        return (*self.own, *self.official)

    def frame(self, payloads: pl.DataFrame) -> pl.DataFrame:
        """Return the columns as text, from `record_id` and `payload` (String)."""
        fields = pl.Struct({column.name: pl.String() for column in self.official})
        names = [column.name for column in self.own if column.name != "record_id"]
        members = {name: _member_type(name) for name in names}
        values = payloads.get_column("payload").str.json_decode(
            pl.Struct({**members, "fields": fields})
        )
        wide = pl.DataFrame([payloads.get_column("record_id"), values.alias("values")])
        return (
            wide.unnest("values")
            .unnest("fields")
            .select(pl.col(column.name).cast(pl.String) for column in self.columns)
        )

    def typed(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return the text columns in the types that the data package promises."""
        return frame.select(_typed(column) for column in self.columns)


@cache
def tables() -> tuple[Table, ...]:
    """Return the tables of all editions and kinds, also those without records yet."""
    found = []
    for edition in standards.editions():
        for kind in standards.Kind:
            try:
                form = standards.form(edition, kind)
            except standards.CannotFindForm:
                continue
            found.append(_table(form))
    return tuple(found)


def table_of(edition: str, kind: str) -> Table:
    """Return the table of the edition and kind."""
    return _by_name()[f"{kind}-{edition}"]


@cache
def _by_name() -> Mapping[str, Table]:
    return {table.name: table for table in tables()}


def _table(form: standards.Form) -> Table:
    own = tuple(
        Column(name=name, title=title, type=kind, description=description)
        for name, title, kind, description in _OWN
    )
    official = tuple(
        Column(
            name=field.code,
            title=field.label,
            type=_column_type(field),
            description=field.note,
        )
        for field in form.fields
        if field.publicity is not standards.Publicity.INTERNAL
    )
    return Table(edition=form.edition, kind=form.kind, own=own, official=official)


def _column_type(field: standards.Field) -> str:
    if field.publicity is standards.Publicity.MASKED:
        return "string"
    return _TYPES.get(field.type, "string")


def _member_type(name: str) -> pl.DataType:
    return pl.Int64() if name == "version" else pl.String()


def _typed(column: Column) -> pl.Expr:
    # A value that cannot be read so is left out here; the exact files have it.
    text = pl.col(column.name)
    if column.type == "date":
        return text.str.to_date("%Y-%m-%d", strict=False)
    if column.type == "integer":
        return text.str.to_integer(strict=False)
    if column.type == "number":
        return text.cast(pl.Decimal(38, 6), strict=False)
    return text
