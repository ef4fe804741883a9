"""Rules about the subject: which codes a person, a company or a trader must have."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

import polars as pl

from gongshi.domain import privacy
from gongshi.domain.findings import Category, Severity
from gongshi.domain.messages import noop
from gongshi.domain.rules.base import (
    JIANGSU_PENALTY,
    NATIONAL_LICENCE,
    NATIONAL_PENALTY,
    Check,
    Context,
    Level,
    Rule,
    fails,
    not_applicable,
    passes,
)
from gongshi.domain.rules.cells import day, is_empty, is_filled, is_right, text
from gongshi.domain.standards import Form, Person

_CODES = (
    "credit_code",
    "organisation_code",
    "registration_number",
    "taxpayer_number",
    "institution_number",
    "social_organisation_number",
)
_ORGANISATION = (
    r"(公司|企业|集团|厂|店|行|社|场|馆|院|所|站|中心|学校|幼儿园|医院|协会|商会|基金会"
    r"|委员会|合作社|事务所|经营部|门市部|服务部|超市|酒店|饭店|宾馆|网吧|诊所|药房|局|部)"
    r"([(（].*[)）])?$"
)


def _any_code(form: Form) -> pl.Expr:
    filled = [is_filled(name) for name in _CODES if form.field(name)]
    return reduce(or_, filled, pl.lit(value=False))


def is_natural(form: Form) -> pl.Expr:
    """Return whether the subject is a natural person (Boolean, never null).

    The form or the subject's stated kind says so; the 2015-16 forms for all do
    not ask: there, a subject is an organisation if it has a code of one, a legal
    representative, or a name that only organisations have.
    """
    if form.person is not Person.ANY:
        return pl.lit(form.person is Person.NATURAL)
    if form.field("subject_kind"):
        return (text("subject_kind") == "自然人").fill_null(value=False)
    named = text("subject_name").str.contains(_ORGANISATION).fill_null(value=True)
    return ~(_any_code(form) | is_filled("legal_representative") | named)


def own_identity(form: Form) -> str | None:
    """Return the field that holds a natural person's own identity number."""
    for name in ("subject_id", "resident_id"):
        if form.field(name):
            return name
    return None


def _code_missing(context: Context) -> Iterable[Check]:
    form = context.form
    identity = own_identity(form)
    if form.field("credit_code"):
        organisation = ~is_natural(form)
        needed = (
            is_empty("credit_code")
            if form.edition == "national-2018"
            else ~_any_code(form)
        )
        yield Check(
            field="credit_code",
            fails=pl.when(organisation).then(needed),
            possible=text("credit_code").has_nulls(),
        )
    if identity and form.person is not Person.LEGAL:
        yield Check(
            field=identity, fails=pl.when(is_natural(form)).then(is_empty(identity))
        )


def _code_forbidden(context: Context) -> Iterable[Check]:
    form = context.form
    if not form.field("subject_kind"):
        return
    natural = is_natural(form)
    for name in (*_CODES, "legal_representative", "legal_representative_id"):
        yield Check(field=name, fails=pl.when(natural).then(is_filled(name)))
    for name in ("subject_id", "subject_id_type"):
        yield Check(field=name, fails=pl.when(~natural).then(is_filled(name)))
    trader = text("subject_kind") == "个体工商户"
    for name in ("institution_number", "social_organisation_number"):
        yield Check(field=name, fails=pl.when(trader).then(is_filled(name)))


def _representative(context: Context) -> Iterable[Check]:
    form = context.form
    required = form.edition == "national-2018" or form.kind == "penalty"
    if required and form.field("legal_representative"):
        yield Check(
            field="legal_representative",
            fails=pl.when(~is_natural(form)).then(is_empty("legal_representative")),
            possible=text("legal_representative").has_nulls(),
        )


def _document_number(context: Context) -> Iterable[Check]:
    for kind in ("subject_id", "legal_representative_id"):
        if context.form.field(f"{kind}_type") and context.form.field(kind):
            has_type = is_filled(f"{kind}_type")
            applies = (
                has_type & ~is_natural(context.form)
                if kind != "subject_id"
                else has_type
            )
            yield Check(field=kind, fails=pl.when(applies).then(is_empty(kind)))


def _minor(context: Context) -> Iterable[Check]:
    identity = own_identity(context.form)
    if context.form.kind != "penalty" or identity is None:
        return
    known = is_natural(context.form) & is_right(identity)
    minor = privacy.is_minor(text(identity), day("decision_date"))
    yield Check(field=identity, fails=pl.when(known).then(minor))


SUBJECT_RULES = (
    Rule(
        code="subject-code-missing",
        level=Level.ROW,
        category=Category.COMPLETENESS,
        summary=noop("An organisation has a code, a natural person an identity number."),
        message=noop(
            "%(label)s is empty or says only 无 or the like, and nothing else"
            " identifies the subject."
            " Enter the unified social credit code of an organisation or sole trader,"
            " or the identity number of a natural person."
        ),
        source="苏双公示数据项模板2016 代码_1 至代码_5；发改办财金〔2018〕424号",
        checks=_code_missing,
        examples=(
            passes(),
            fails({"credit_code": None}),
            fails({"credit_code": "无"}),
            fails(
                {"subject_name": "张三", "credit_code": None, "resident_id": None,
                 "legal_representative": None},
                field="resident_id",
            ),
            not_applicable(
                {"subject_name": "张三", "credit_code": None, "resident_id": "320703198001010015",
                 "legal_representative": None},
                field="credit_code",
            ),
        ),
    ),
    Rule(
        code="subject-code-forbidden",
        level=Level.ROW,
        category=Category.ACCURACY,
        summary=noop("A natural person has no organisation's codes, and the reverse."),
        message=noop(
            "%(label)s is filled (%(value)s), but this kind of subject has none."
            " Clear it or correct the kind of subject."
        ),
        source="发改办财金〔2018〕424号（行政相对人类别）",
        checks=_code_forbidden,
        examples=(
            passes(form=NATIONAL_LICENCE),
            fails(
                {"subject_id_type": "身份证", "subject_id": "320703198001010015"},
                form=NATIONAL_LICENCE,
                field="subject_id",
            ),
            not_applicable(),
        ),
    ),
    Rule(
        code="legal-representative-missing",
        level=Level.ROW,
        category=Category.COMPLETENESS,
        summary=noop("An organisation's legal representative is named."),
        message=noop(
            "%(label)s is empty or says only 无 or the like. Enter the legal"
            " representative of the organisation, or the operator of the sole trader."
        ),
        source="苏双公示数据项模板2016 CF_FR；发改办财金〔2018〕424号",
        checks=_representative,
        examples=(
            passes(form=JIANGSU_PENALTY),
            fails({"legal_representative": None}, form=JIANGSU_PENALTY),
            fails({"legal_representative": "无"}, form=JIANGSU_PENALTY),
            not_applicable({"legal_representative": None}),
        ),
    ),
    Rule(
        code="identity-number-missing",
        level=Level.ROW,
        category=Category.COMPLETENESS,
        summary=noop("Where a kind of document is named, its number is given."),
        message=noop("%(label)s is empty although the kind of document is named. Enter the number."),
        source="发改办财金〔2018〕424号（填写证件类型的必填证件号码）",
        checks=_document_number,
        examples=(
            passes(
                {"legal_representative_id_type": "身份证",
                 "legal_representative_id": "320703198001010015"},
                form=NATIONAL_LICENCE,
            ),
            fails({"legal_representative_id_type": "身份证"}, form=NATIONAL_LICENCE),
            not_applicable({"legal_representative_id_type": None}, form=NATIONAL_LICENCE),
        ),
    ),
    Rule(
        code="minor-subject",
        level=Level.ROW,
        category=Category.ACCURACY,
        severity=Severity.WARNING,
        summary=noop("A penalty on a person under 18 is never made public."),
        message=noop(
            "The person punished was under 18 on the day of the decision."
            " The record is accepted and will never be public."
        ),
        source="行政处罚结果信息网上公开规定（未成年人）",
        checks=_minor,
        examples=(
            passes(
                {"subject_name": "张三", "credit_code": None, "legal_representative": None,
                 "resident_id": "320703198001010015"},
                form=JIANGSU_PENALTY,
            ),
            fails(
                {"subject_name": "张三", "credit_code": None, "legal_representative": None,
                 "resident_id": "320723199506060026", "decision_date": "2013/06/05"},
                form=JIANGSU_PENALTY,
            ),
            not_applicable(form=NATIONAL_PENALTY),
        ),
    ),
)  # fmt: skip
