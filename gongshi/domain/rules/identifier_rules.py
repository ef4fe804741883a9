"""Rules about identifiers: their form, their check digits, digits lost on the way."""

from collections.abc import Callable, Iterable

import polars as pl

from gongshi.domain.findings import Category, Severity
from gongshi.domain.messages import noop
from gongshi.domain.rules.base import (
    NATIONAL_LICENCE,
    Check,
    Context,
    Example,
    Level,
    Outcome,
    Rule,
    fails,
    not_applicable,
    passes,
)
from gongshi.domain.rules.cells import (
    SOLE_TRADER_WITHOUT_CODE,
    is_right,
    lost,
    raw,
    text,
)
from gongshi.domain.rules.prepare import identifier_of
from gongshi.domain.standards import IDENTIFIER_TYPES, Field, FieldType

_OTHER_DOCUMENT = r"护照|通行证|居留|军官证|士兵证"
_ID_TYPES = {
    "subject_id": "subject_id_type",
    "legal_representative_id": "legal_representative_id_type",
}


def _applies(field: Field, context: Context) -> pl.Expr:
    filled = text(field.name).is_not_null()
    if field.type is FieldType.CREDIT_CODE:
        return filled & (text(field.name) != SOLE_TRADER_WITHOUT_CODE)
    if field.type is FieldType.RESIDENT_ID:
        return filled & _is_identity_card(field, context)
    return filled


def _is_identity_card(field: Field, context: Context) -> pl.Expr:
    """Whether the document is an identity card: other documents have no check digit."""
    type_field = _ID_TYPES.get(field.name)
    if type_field and context.form.field(type_field):
        return text(type_field).fill_null("身份证") == "身份证"
    if context.form.field("remarks") is None:
        return pl.lit(value=True)
    return ~text("remarks").fill_null("").str.contains(_OTHER_DOCUMENT)


def _checks_of(kind: FieldType) -> Callable[[Context], Iterable[Check]]:
    def checks(context: Context) -> Iterable[Check]:
        for field in context.form.of_type(kind):
            yield Check(
                field=field.name,
                fails=pl.when(_applies(field, context)).then(~is_right(field.name)),
                expected=pl.coalesce(
                    identifier_of(field).expected(text(field.name)),
                    pl.lit(_FORMS[kind]),
                ),
                possible=~is_right(field.name).all(),
            )

    return checks


def _placeholder_code(context: Context) -> Iterable[Check]:
    for field in context.form.of_type(FieldType.CREDIT_CODE):
        if field.name == "credit_code":
            yield Check(
                field=field.name,
                fails=text(field.name) == SOLE_TRADER_WITHOUT_CODE,
            )


def _old(context: Context) -> Iterable[Check]:
    for field in context.form.fields:
        if field.type not in (
            FieldType.REGISTRATION_NUMBER,
            FieldType.RESIDENT_ID,
            FieldType.REGION_CODE,
        ):
            continue
        right = _applies(field, context) & is_right(field.name)
        yield Check(
            field=field.name,
            fails=pl.when(right).then(identifier_of(field).is_old(text(field.name))),
        )


def _lost(context: Context) -> Iterable[Check]:
    for field in context.form.fields:
        if field.type in IDENTIFIER_TYPES or field.name.endswith(("_number", "_code")):
            filled = raw(field.name).is_not_null()
            yield Check(
                field=field.name,
                fails=pl.when(filled).then(lost(field.name)),
                possible=lost(field.name).any(),
            )


_ADVICE = noop(
    "%(label)s “%(value)s” is not right (expected: %(expected)s)."
    " Compare it with the certificate."
)
# Told where the form is wrong, so that no check character can be worked out.
_FORMS = {
    FieldType.CREDIT_CODE: "18 位数字或大写字母（不含 I、O、S、V、Z）",
    FieldType.ORGANISATION_CODE: "8 位数字或大写字母加 1 位校验码",
    FieldType.REGISTRATION_NUMBER: "15 位数字",
    FieldType.TAXPAYER_NUMBER: "15、17、18 或 20 位",
    FieldType.RESIDENT_ID: "18 位，出生日期真实",
    FieldType.REGION_CODE: "GB/T 2260 六位数字",
}


def _identifier_rule(
    kind: FieldType, *, summary: str, source: str, examples: tuple[Example, ...]
) -> Rule:
    return Rule(
        code=kind.replace("_", "-"),
        level=Level.FIELD,
        category=Category.ACCURACY,
        summary=summary,
        message=_ADVICE,
        source=source,
        checks=_checks_of(kind),
        examples=examples,
    )


IDENTIFIER_RULES = (
    _identifier_rule(
        FieldType.CREDIT_CODE,
        summary=noop(
            "A unified social credit code has 18 characters and right check characters."
        ),
        source="GB 32100-2015",
        examples=(
            passes({"credit_code": "91320700MA1MBGC09C"}),
            fails({"credit_code": "91320700138997640N"}, expected="W"),
            fails({"credit_code": "91320700ma1mbgc09c"}),
            not_applicable(
                {"credit_code": SOLE_TRADER_WITHOUT_CODE, "subject_kind": "个体工商户"},
                form=NATIONAL_LICENCE,
                field="credit_code",
            ),
        ),
    ),
    _identifier_rule(
        FieldType.ORGANISATION_CODE,
        summary=noop(
            "An organisation code has 8 characters and a right check character."
        ),
        source="GB 11714-1997",
        examples=(
            passes({"organisation_code": "MA1MBGC0-9"}),
            fails({"organisation_code": "MA1MBGC08"}, expected="9"),
            not_applicable({"organisation_code": None}),
        ),
    ),
    _identifier_rule(
        FieldType.REGISTRATION_NUMBER,
        summary=noop(
            "A business registration number has 15 digits and a right check digit."
        ),
        source="GS 15-2006",
        examples=(
            passes({"registration_number": "320700000206390"}),
            fails({"registration_number": "320700000000012"}, expected="6"),
            not_applicable({"registration_number": None}),
        ),
    ),
    _identifier_rule(
        FieldType.TAXPAYER_NUMBER,
        summary=noop("A tax registration number has one of its official forms."),
        source="国税发〔2009〕98号；GB 32100-2015",
        examples=(
            passes({"taxpayer_number": "320703710925462"}),
            fails({"taxpayer_number": "3207"}),
            not_applicable({"taxpayer_number": None}),
        ),
    ),
    _identifier_rule(
        FieldType.RESIDENT_ID,
        summary=noop(
            "A resident identity number has a real date and a right check character."
        ),
        source="GB 11643-1999",
        examples=(
            passes({"resident_id": "320703198001010015"}),
            fails({"resident_id": "320704198001010018"}, expected="1"),
            not_applicable({"resident_id": "E12345678", "remarks": "证件类型：护照"}),
        ),
    ),
    _identifier_rule(
        FieldType.REGION_CODE,
        summary=noop("A region code is one of GB/T 2260, in force or withdrawn."),
        source="GB/T 2260",
        examples=(
            passes({"region_code": "650100"}),
            fails({"region_code": "990700"}),
            not_applicable({"region_code": None}),
        ),
    ),
    Rule(
        code="placeholder-code",
        level=Level.FIELD,
        category=Category.ACCURACY,
        severity=Severity.WARNING,
        needs_confirmation=True,
        summary=noop("A subject has a credit code of its own."),
        message=noop(
            "%(label)s “%(value)s” stands for a sole trader without a code."
            " It is accepted; confirm that the licence shows no code."
        ),
        source="发改办财金〔2018〕424号（暂无统一社会信用代码的个体工商户）",
        checks=_placeholder_code,
        examples=(
            passes(),
            fails({"credit_code": SOLE_TRADER_WITHOUT_CODE}),
            not_applicable(
                {"credit_code": None, "organisation_code": "MA1MBGC09"},
                field="credit_code",
            ),
        ),
    ),
    Rule(
        code="old-identifier",
        level=Level.FIELD,
        category=Category.ACCURACY,
        severity=Severity.WARNING,
        summary=noop("An identifier is of the present kind, not of an older one."),
        message=noop(
            "%(label)s “%(value)s” is of an older kind, which is accepted."
            " Enter the present one if the subject has it by now."
        ),
        source="GS 15-2006；GB 11643-1999；GB/T 2260",
        checks=_old,
        examples=(
            passes({"registration_number": "320700000206390"}),
            fails({"registration_number": "3207001234567"}),
            fails({"resident_id": "320703800101001"}),
            fails({"region_code": "320705"}),
            not_applicable({"registration_number": None}, field="registration_number"),
        ),
    ),
    Rule(
        code="lost-digits",
        level=Level.FIELD,
        category=Category.ACCURACY,
        summary=noop("An identifier is kept as text, so that no digit is lost."),
        message=noop(
            "%(label)s was kept as a number and has lost digits (%(value)s)."
            " Format the column as text and enter the whole number again."
        ),
        source="GB 32100-2015；GB 11643-1999",
        checks=_lost,
        examples=(
            passes(),
            Example(
                outcome=Outcome.FAILS,
                changes={"resident_id": "3.20703E+17"},
                lost=("resident_id",),
            ),
            not_applicable({"organisation_code": None}, field="organisation_code"),
        ),
    ),
)
