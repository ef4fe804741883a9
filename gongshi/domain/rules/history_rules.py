"""Rules that look beyond the row: the rows before it, what the registry holds.

The engine adds their columns to the prepared frame: `earlier_row` (String, the
row of the same decision and subject above), `known_name` (String, the name under
which the credit code came first), `held` (String: equal, different, or null).
"""

from collections.abc import Iterable

import polars as pl

from gongshi.domain.findings import Category, Severity
from gongshi.domain.messages import noop
from gongshi.domain.rules.base import (
    Check,
    Context,
    Example,
    Level,
    Outcome,
    Rule,
    not_applicable,
    passes,
)
from gongshi.domain.rules.cells import text

EARLIER_ROW = "earlier_row"
KNOWN_NAME = "known_name"
HELD = "held"


def _duplicate_in_file(context: Context) -> Iterable[Check]:
    complete = (
        text("decision_number").is_not_null() & text("subject_name").is_not_null()
    )
    yield Check(
        field="decision_number",
        fails=pl.when(complete).then(pl.col(EARLIER_ROW).is_not_null()),
        expected=pl.col(EARLIER_ROW),
        possible=pl.col(EARLIER_ROW).is_not_null().any(),
    )


def _duplicate_in_registry(context: Context) -> Iterable[Check]:
    yield Check(
        field="decision_number",
        fails=pl.col(HELD) == "different",
        possible=pl.col(HELD).is_not_null().any(),
    )


def _name_mismatch(context: Context) -> Iterable[Check]:
    if context.form.field("credit_code"):
        yield Check(
            field="subject_name",
            fails=pl.col(KNOWN_NAME) != plain_name(text("subject_name")),
            expected=pl.col(KNOWN_NAME),
            possible=pl.col(KNOWN_NAME).is_not_null().any(),
        )


def plain_name(name: pl.Expr) -> pl.Expr:
    """Return a name in the one form in which names are compared."""
    return name.str.replace_many(["（", "）", "　", " "], ["(", ")", "", ""])


def _brackets(context: Context) -> Iterable[Check]:
    yield Check(
        field="decision_number",
        fails=pl.col("decision_number.raw").str.contains(r"[【】\[\]［］]"),
        expected=text("decision_number"),
    )


HISTORY_RULES = (
    Rule(
        code="bracket-form",
        level=Level.FIELD,
        category=Category.ACCURACY,
        severity=Severity.WARNING,
        summary=noop("The year of a decision number stands in 〔〕."),
        message=noop(
            "%(label)s “%(value)s” is kept as “%(expected)s”: the year stands in 〔〕."
        ),
        source="GB/T 9704-2012（发文字号）",
        checks=_brackets,
        examples=(
            passes({"decision_number": "连环审〔2016〕12号"}),
            Example(
                outcome=Outcome.FAILS,
                changes={"decision_number": "连环审【2016】12号"},
                expected="连环审〔2016〕12号",
            ),
            not_applicable({"decision_number": None}),
        ),
    ),
    Rule(
        code="duplicate-in-file",
        level=Level.HISTORY,
        category=Category.ACCURACY,
        summary=noop("A decision on a subject stands in the file once."),
        message=noop(
            "Row %(expected)s already has this decision number and subject."
            " Delete one of the two rows, or correct the number."
        ),
        source="国家信息中心归集规范（文书号 + 相对人名称 唯一）",
        checks=_duplicate_in_file,
        examples=(
            passes(),
            Example(outcome=Outcome.FAILS, before=({},), expected="2"),
            not_applicable({"decision_number": None}),
        ),
    ),
    Rule(
        code="duplicate-in-registry",
        level=Level.HISTORY,
        category=Category.ACCURACY,
        severity=Severity.WARNING,
        summary=noop("A decision already held is sent again only to correct it."),
        message=noop(
            "This decision on this subject is already held with other content."
            " The row is kept as a proposed correction; the original dates stay."
        ),
        source="连政办发〔2016〕9号 六(二)（动态管理）",
        checks=_duplicate_in_registry,
        examples=(
            Example(outcome=Outcome.PASSES, held="equal"),
            Example(outcome=Outcome.FAILS, held="different"),
            not_applicable(),
        ),
    ),
    Rule(
        code="name-code-mismatch",
        level=Level.HISTORY,
        category=Category.ACCURACY,
        severity=Severity.WARNING,
        needs_confirmation=True,
        summary=noop("A credit code comes with one name."),
        message=noop(
            "The credit code of “%(value)s” is known under the name “%(expected)s”."
            " Compare name and code; a change of name is accepted."
        ),
        source="省平台验证规则 1001（主体信息不匹配）",
        checks=_name_mismatch,
        examples=(
            Example(
                outcome=Outcome.PASSES,
                before=({"decision_number": "连环审〔2016〕11号"},),
            ),
            Example(
                outcome=Outcome.FAILS,
                before=(
                    {
                        "decision_number": "连环审〔2016〕11号",
                        "subject_name": "连云港海州商贸有限公司",
                    },
                ),
                expected="连云港海州商贸有限公司",
            ),
            not_applicable({"credit_code": None, "organisation_code": "MA1MBGC09"}),
        ),
    ),
)
