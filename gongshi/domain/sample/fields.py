"""Fills a form's fields from drawn decisions: one expression for each field."""

import polars as pl

from gongshi.domain.sample.items import NATURAL
from gongshi.domain.standards import Form, Kind

DATE = "%Y/%m/%d"
LONG_TERM = "2099/12/31"
_NOTHING = pl.lit(None, dtype=pl.String)
_HABIT = pl.col("habit")  # 0-99: how a clerk fills in what the form leaves open
_CODING = pl.col("subject.coding")  # 0-9: which codes a company has
_IS_NATURAL = pl.col("subject.form") == NATURAL
_IS_TRADER = pl.col("subject.form") == "individual"


def filled(frame: pl.DataFrame, form: Form, until: pl.Expr) -> pl.DataFrame:
    """Return the form's fields (String, by our names) of decisions, in its order.

    `until` is the day of receipt (Date).
    """
    values = _subject(form) | _decision(form, until)
    if form.kind is Kind.PENALTY:
        frame = frame.with_columns(fine=_fine())
        values |= _penalty(form) | _amounts()
    else:
        values |= _licence(form)
    return frame.select(values.get(name, _NOTHING).alias(name) for name in form.names)


def _subject(form: Form) -> dict[str, pl.Expr]:
    is_2018 = form.edition == "national-2018"
    company = ~_IS_NATURAL
    kind = (
        pl.when(_IS_NATURAL).then(pl.lit("自然人"))
        .when(_IS_TRADER).then(pl.lit("个体工商户"))
        .otherwise(pl.lit("法人及非法人组织"))
    )  # fmt: skip
    owns_id = _IS_NATURAL | (_CODING % 3 == 0)
    representative = pl.when(company & (_CODING % 3 == 0))
    return {
        "subject_name": pl.col("subject.name"),
        "subject_kind": kind,
        "legal_representative": pl.col("subject.legal_representative"),
        "resident_id": pl.when(owns_id).then(pl.col("subject.resident_id")),
        "legal_representative_id_type": representative.then(pl.lit("身份证")),
        "legal_representative_id": representative.then(pl.col("subject.resident_id")),
        "subject_id_type": pl.when(_IS_NATURAL).then(pl.lit("身份证")),
        "subject_id": pl.when(_IS_NATURAL).then(pl.col("subject.resident_id")),
    } | (_codes_2018() if is_2018 else _codes_2016())


def _codes_2016() -> dict[str, pl.Expr]:
    """In transition: most have the credit code alone, some both, some only old ones."""
    organisation, registration = _own_codes()
    hyphenated = pl.concat_str(
        organisation.str.head(8), pl.lit("-"), organisation.str.tail(1)
    )
    has_old = _CODING >= 7
    return {
        "credit_code": pl.when(_CODING < 9).then(pl.col("subject.credit_code")),
        "organisation_code": pl.when(_CODING == 8).then(hyphenated)
        .when(has_old).then(organisation),
        "registration_number": pl.when(has_old).then(registration),
        "taxpayer_number": pl.when(has_old).then(pl.col("subject.taxpayer_number")),
    }  # fmt: skip


def _codes_2018() -> dict[str, pl.Expr]:
    """Everyone has the credit code; some keep their older codes beside it."""
    organisation, registration = _own_codes()
    social = pl.concat_str(
        pl.lit("苏连民证字第"),
        pl.col("subject.district"),
        pl.col("subject.coding"),
        pl.lit("号"),
    )
    return {
        "credit_code": pl.col("subject.credit_code"),
        "organisation_code": pl.when(_CODING >= 8).then(organisation),
        "registration_number": pl.when(_CODING >= 8).then(registration),
        "taxpayer_number": pl.when(_CODING >= 8)
        .then(pl.col("subject.taxpayer_number")),
        "social_organisation_number": pl.when((pl.col("subject.form") == "society") & (_CODING > 5))
        .then(social),
    }  # fmt: skip


def _own_codes() -> tuple[pl.Expr, pl.Expr]:
    registered = pl.col("subject.form") != "society"
    number = pl.when(registered).then(pl.col("subject.registration_number"))
    return pl.col("subject.organisation_code"), number


def _decision(form: Form, until: pl.Expr) -> dict[str, pl.Expr]:
    day = pl.col("decision_date")
    entered = pl.min_horizontal(day + pl.duration(days="entered"), until)
    number = pl.format("{}〔{}〕{}号", "word", "year", "number")
    status = (
        pl.lit("1")
        if form.edition == "national-2018"
        else pl.when(_HABIT >= 6).then(pl.lit("0"))
    )
    return {
        "decision_number": number,
        "item_code": pl.col("item_code"),
        "decision_date": day.dt.strftime(DATE),
        "valid_from": day.dt.strftime(DATE),
        "authority": pl.col("authority"),
        "authority_code": pl.col("authority_code"),
        "source_unit": pl.col("authority"),
        "source_unit_code": pl.col("authority_code"),
        "status": status,
        "region_code": pl.col("region"),
        "updated_date": entered.dt.strftime(DATE),
        "remarks": pl.when(_HABIT < 3).then(pl.lit("网上申报")),
        "use_scope": pl.when(_HABIT < 70).then(pl.lit("0")),
        "dishonesty_severity": pl.when(_HABIT < 60).then((_HABIT % 3).cast(pl.String)),
    }


def _licence(form: Form) -> dict[str, pl.Expr]:
    years = pl.col("years").cast(pl.Int32)
    end = (
        pl.when(years == 99)
        .then(pl.lit(LONG_TERM))
        .when(years > 0)
        .then(_years_later("years"))
    )
    certificate = pl.concat_str(
        "prefix", "region", pl.col("number").cast(pl.String).str.zfill(6)
    )
    is_2018 = form.edition == "national-2018"
    category = pl.col("category")
    return {
        "item_name": pl.col("item"),
        "document_name": pl.col("document"),
        "licence_category": _noted_2018(category) if is_2018 else category,
        "licence_content": _said("content", "count", "area", "sum"),
        "valid_until": end.fill_null(LONG_TERM) if is_2018 else end,
        "certificate_name": pl.col("certificate"),
        "certificate_number": certificate,
    }


def _noted_2018(category: pl.Expr) -> pl.Expr:
    return category.str.replace(r"其他（(.+)）", "其他-${1}")


def _penalty(form: Form) -> dict[str, pl.Expr]:
    is_2018 = form.edition == "national-2018"
    one_year = _years_later(1)
    days = pl.col("decision_date") - pl.duration(days="lag")
    return {
        "item_name": _said("item"),
        "violation_type": pl.col("violation"),
        "facts": _said("facts", "count", "area", "sum").str.replace(
            "{date}", days.dt.strftime("%Y年%-m月%-d日"), literal=True
        ),
        "legal_basis": pl.col("basis"),
        "penalty_result": _said("result", "sum", "fine"),
        "penalty_category": pl.col("categories") if is_2018 else pl.col("category_1"),
        "penalty_category_2": pl.col("category_2"),
        "valid_until": one_year,
        "display_until": pl.when(_HABIT < 50).then(one_year),
    }


def _amounts() -> dict[str, pl.Expr]:
    def with_kind(kind: str) -> pl.Expr:
        return pl.col("categories").str.contains(kind)

    certificate = pl.when(_IS_NATURAL).then(
        pl.format("机动车驾驶证（准驾车型C1，第{}号）", "number")
    ).otherwise(pl.concat_str(pl.lit("营业执照 "), pl.col("subject.credit_code")))  # fmt: skip
    return {
        "fine_amount": pl.when(with_kind("罚款")).then(_ten_thousands("fine")),
        "confiscated_amount": pl.when(with_kind("没收")).then(_ten_thousands("sum")),
        "revoked_certificate": pl.when(with_kind("暂扣或者吊销")).then(certificate),
    }


def _said(template: str, *quantities: str) -> pl.Expr:
    """Return the template with what was drawn in its places."""
    text = pl.col(template)
    for place in ("subject", "address"):
        whose = pl.col("subject.name" if place == "subject" else "subject.address")
        text = text.str.replace(f"{{{place}}}", whose, literal=True)
    for place in quantities:
        text = text.str.replace(
            f"{{{place}}}", pl.col(place).cast(pl.String), literal=True
        )
    return text


def _fine() -> pl.Expr:
    """A round sum of 元 between the item's least and greatest."""
    span = pl.col("maximum") - pl.col("minimum")
    step = pl.when(span >= 20_000).then(1000).when(span >= 2000).then(100).otherwise(50)
    part = pl.col("fine_part").cast(pl.Int64)
    drawn = part * part // 2**16 * span // 2**16
    return pl.col("minimum") + drawn // step * step


def _years_later(years: str | int) -> pl.Expr:
    """The last day of a period of years from the decision on, as text."""
    count = (
        pl.col(years).cast(pl.String) if isinstance(years, str) else pl.lit(str(years))
    )
    end = pl.col("decision_date").dt.offset_by(count + "y") - pl.duration(days=1)
    return end.dt.strftime(DATE)


def _ten_thousands(name: str) -> pl.Expr:
    """An amount of 元 in 万元, without needless zeros."""
    yuan = pl.col(name)
    rest = (yuan % 10_000).cast(pl.String).str.zfill(4).str.strip_chars_end("0")
    whole = (yuan // 10_000).cast(pl.String)
    return (
        pl.when(rest == "")
        .then(whole)
        .otherwise(pl.concat_str(whole, pl.lit("."), rest))
    )
