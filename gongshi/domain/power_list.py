"""The form of a power list (权力清单): its columns, and the words that they may hold.

The first five columns are those of the official form; the others say what the
disclosure adds, and may be left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gongshi.domain.standards import (
    Field,
    FieldType,
    Form,
    Kind,
    Person,
    Publicity,
    Requirement,
)

EDITION = "power-list"
KINDS: Mapping[str, str] = {
    Kind.LICENCE: "行政许可和非许可行政审批",
    Kind.PENALTY: "行政处罚",
}
# What offices write for a kind; other powers (征收, 强制 …) are not disclosed.
KIND_WORDS: Mapping[str, Kind] = {
    "行政许可和非许可行政审批": Kind.LICENCE,
    "行政许可": Kind.LICENCE,
    "许可": Kind.LICENCE,
    "行政处罚": Kind.PENALTY,
    "处罚": Kind.PENALTY,
}
OTHER_POWERS = ("行政征收", "行政强制", "行政给付", "行政裁决", "行政确认和其他权力")
OTHER_POWER_WORDS = (
    *OTHER_POWERS,
    "行政确认",
    "行政奖励",
    "行政检查",
    "其他权力",
    "其他行政权力",
)
SUBJECTS: Mapping[str, str] = {
    "legal": "法人和其他组织",
    "natural": "自然人",
    "any": "法人和其他组织或自然人",
}
SUBJECT_WORDS: Mapping[str, str] = {
    **{label: code for code, label in SUBJECTS.items()},
    "法人": "legal",
    "法人及其他组织": "legal",
    "法人、其他组织": "legal",
    "公民": "natural",
    "法人和其他组织,自然人": "any",
    "法人和其他组织、自然人": "any",
    "法人和其他组织;自然人": "any",
}
_NO_STEPS = frozenset({"", ".", ".."})
YES_NO: Mapping[bool, str] = {True: "是", False: "否"}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the form; `choices` are what a drop-down offers."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    choices: Sequence[str] = ()
    width: int = 16
    length: int | None = None


COLUMNS = (
    Column(
        name="kind",
        label="权力类别",
        aliases=("权力类型", "类别"),
        is_required=True,
        choices=(*KINDS.values(), *OTHER_POWERS),
        width=24,
    ),
    Column(
        name="item_code",
        label="权力编码",
        aliases=("事项编码", "权力代码"),
        is_required=True,
        width=26,
        length=64,
    ),
    Column(
        name="name",
        label="权力名称",
        aliases=("事项名称", "权力事项名称"),
        is_required=True,
        width=36,
        length=256,
    ),
    Column(
        name="basis",
        label="实施依据",
        aliases=("法律依据", "设定依据"),
        is_required=True,
        width=48,
        length=4000,
    ),
    Column(
        name="subjects",
        label="行政相对人类别",
        aliases=("相对人类别",),
        is_required=True,
        choices=tuple(SUBJECTS.values()),
        width=26,
    ),
    Column(
        name="is_public", label="是否公开", choices=tuple(YES_NO.values()), width=10
    ),
    Column(name="not_public_reason", label="不公开理由", width=24, length=256),
    Column(name="publish_working_days", label="公示时限（工作日）", width=12),
    Column(name="display_years", label="公示期限（年）", width=12),
    Column(name="from_date", label="起始日期", width=14),
    Column(name="until_date", label="终止日期", width=14),
    Column(name="entrusted_to", label="受委托组织", width=28),
)


def is_item_code(text: str) -> bool:
    """Say whether a code can name an item, and its public page as the end of a path.

    It has no space, line break or other character that is not seen, and none of the
    parts between its slashes is empty or would lead elsewhere.
    """
    is_seen = text.isprintable() and not any(map(str.isspace, text))
    return is_seen and _NO_STEPS.isdisjoint(text.split("/"))


@cache
def power_list_form() -> Form:
    """Return the form as the reading of files knows forms."""
    return Form(
        edition=EDITION,
        kind=Kind.LICENCE,  # of both kinds; a form has to name one
        person=Person.ANY,
        fields=tuple(_field(column) for column in COLUMNS),
    )


def _field(column: Column) -> Field:
    return Field(
        code=column.name.upper(),
        label=column.label,
        aliases=column.aliases,
        name=column.name,
        type=FieldType.TEXT,
        length=column.length,
        counts_bytes=False,
        requirement=(
            Requirement.REQUIRED if column.is_required else Requirement.OPTIONAL
        ),
        code_list=None,
        publicity=Publicity.PUBLIC,
        filled_by=None,
        note="",
    )
