"""Rules about penalties: amounts that belong to their kinds, the law they rest on."""

from collections.abc import Iterable

import polars as pl

from gongshi.domain.findings import Category, Severity
from gongshi.domain.messages import noop
from gongshi.domain.rules.base import (
    JIANGSU_PENALTY,
    NATIONAL_PENALTY,
    Check,
    Context,
    Level,
    Rule,
    fails,
    not_applicable,
    passes,
)
from gongshi.domain.rules.cells import is_empty, is_filled, text

_BELONGS_TO = {
    "fine_amount": "罚款",
    "confiscated_amount": "没收违法所得|没收非法财物",
    "revoked_certificate": "暂扣或者吊销",
}


def _amount_missing(context: Context) -> Iterable[Check]:
    for name, kinds in _BELONGS_TO.items():
        if context.form.field(name):
            has_kind = text("penalty_category").str.contains(kinds)
            yield Check(field=name, fails=pl.when(has_kind).then(is_empty(name)))


def _amount_without(context: Context) -> Iterable[Check]:
    for name, kinds in _BELONGS_TO.items():
        if context.form.field(name):
            has_kind = text("penalty_category").str.contains(kinds)
            yield Check(
                field=name,
                fails=pl.when(~has_kind).then(is_filled(name)),
                expected=pl.lit(kinds.replace("|", "、")),
            )


def _legal_basis(context: Context) -> Iterable[Check]:
    if context.form.field("legal_basis"):
        yield Check(
            field="legal_basis",
            fails=~text("legal_basis").str.contains("《.+》"),
            expected=pl.lit("《…》第…条"),
        )


PENALTY_RULES = (
    Rule(
        code="amount-missing",
        level=Level.ROW,
        category=Category.COMPLETENESS,
        summary=noop(
            "A fine, a confiscation and a withdrawn certificate are stated in figures."
        ),
        message=noop(
            "%(label)s is empty although the kind of penalty calls for it. Fill it in."
        ),
        source="发改办财金〔2018〕424号（罚款、没收、暂扣或者吊销）",
        checks=_amount_missing,
        examples=(
            passes(form=NATIONAL_PENALTY),
            fails({"fine_amount": None}, form=NATIONAL_PENALTY),
            not_applicable(
                {"penalty_category": "警告", "fine_amount": None}, form=NATIONAL_PENALTY
            ),
        ),
    ),
    Rule(
        code="amount-without-fine",
        level=Level.ROW,
        category=Category.ACCURACY,
        summary=noop("An amount stands only where the kind of penalty has one."),
        message=noop(
            "%(label)s is filled (%(value)s), but the kind of penalty does not name %(expected)s."
            " Add the kind or clear the cell."
        ),
        source="发改办财金〔2018〕424号（处罚类别）",
        checks=_amount_without,
        examples=(
            passes(
                {"penalty_category": "警告", "fine_amount": None}, form=NATIONAL_PENALTY
            ),
            fails({"penalty_category": "警告"}, form=NATIONAL_PENALTY, expected="罚款"),
            not_applicable(form=NATIONAL_PENALTY, field="fine_amount"),
        ),
    ),
    Rule(
        code="legal-basis-without-law",
        level=Level.FIELD,
        category=Category.COMPLETENESS,
        severity=Severity.WARNING,
        summary=noop("The basis of a penalty names a law in 《》."),
        message=noop(
            "%(label)s names no law in 《》. Give the law and the article: %(expected)s."
        ),
        source="发改办财金〔2018〕424号（处罚依据）",
        checks=_legal_basis,
        examples=(
            passes(form=JIANGSU_PENALTY),
            fails({"legal_basis": "食品安全法第五十条"}, form=JIANGSU_PENALTY),
            not_applicable({"legal_basis": None}, form=JIANGSU_PENALTY),
        ),
    ),
)
