"""Rules about what may be public: personal data in texts, records kept inside."""

from collections.abc import Iterable

from gongshi.domain import privacy
from gongshi.domain.findings import Category, Severity
from gongshi.domain.messages import noop
from gongshi.domain.rules.base import (
    JIANGSU_PENALTY,
    Check,
    Context,
    Level,
    Rule,
    fails,
    not_applicable,
    passes,
)
from gongshi.domain.rules.cells import raw, text
from gongshi.domain.standards import FieldType, Publicity

_SIMPLE_NUMBER = r"简易|简罚|简处|简决|当罚"
_SIMPLE_TEXT = r"简易程序|当场处罚|当场作出"
_SIMPLE_FIELDS = ("item_name", "facts", "penalty_result", "remarks")


def _personal_data(context: Context) -> Iterable[Check]:
    for field in context.form.of_type(FieldType.TEXT):
        if field.publicity is Publicity.PUBLIC and field.name != "decision_number":
            yield Check(
                field=field.name,
                fails=privacy.finds_personal_data(text(field.name)),
                value=privacy.mask_text(raw(field.name)),
                expected=privacy.mask_text(text(field.name)),
            )


def _withheld(context: Context) -> Iterable[Check]:
    if context.form.field("use_scope"):
        yield Check(field="use_scope", fails=text("use_scope").is_in(["1", "2"]))
    if context.form.kind != "penalty":
        return
    yield Check(
        field="decision_number",
        fails=text("decision_number").str.contains(_SIMPLE_NUMBER),
    )
    for name in filter(context.form.field, _SIMPLE_FIELDS):
        yield Check(field=name, fails=text(name).str.contains(_SIMPLE_TEXT))


PRIVACY_RULES = (
    Rule(
        code="personal-data-in-text",
        level=Level.FIELD,
        category=Category.ACCURACY,
        severity=Severity.WARNING,
        summary=noop("A public text holds no identity, telephone or bank number."),
        message=noop(
            "%(label)s holds a personal number. It will be public as “%(expected)s”."
            " Remove it if it does not belong there."
        ),
        source="连政办发〔2016〕9号 二(一)（个人隐私）",
        checks=_personal_data,
        examples=(
            passes({"licence_content": "许可证编号 JY13207030001234"}),
            fails({"licence_content": "联系电话 13812345678"}),
            not_applicable({"licence_content": None}, field="licence_content"),
        ),
    ),
    Rule(
        code="not-public",
        level=Level.ROW,
        category=Category.ACCURACY,
        severity=Severity.INFO,
        summary=noop(
            "A record for sharing or enquiry only, or of a simple procedure, stays inside."
        ),
        message=noop(
            "%(label)s “%(value)s”: the record is accepted and reported, and will not be public."
        ),
        source="连政办发〔2016〕9号 四(一)（简易程序）；苏模板 信息使用范围",
        checks=_withheld,
        examples=(
            passes({"use_scope": "0"}),
            fails({"use_scope": "1"}),
            fails({"decision_number": "连公简罚〔2016〕3号"}, form=JIANGSU_PENALTY),
            not_applicable({"use_scope": None}, field="use_scope"),
        ),
    ),
)
