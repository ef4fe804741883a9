"""The faults that a sample can carry: one entry each in FAULTS, by the rule's code.

A fault takes a clean record and returns what to change in it, so that `validate`
must name its code for that row and no other one; None where the record cannot carry
it. (`late` comes beside any of them where the day makes it so: see `planting`.)
To add a fault, write its function and add its line at the end of this module.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from gongshi.domain.identifiers import resident_id_check_character
from gongshi.domain.rules.base import FIRST_DAY
from gongshi.domain.rules.cells import SOLE_TRADER_WITHOUT_CODE
from gongshi.domain.sample.fields import DATE
from gongshi.domain.standards import Field, FieldType, Form, Kind

Record = Mapping[str, str | None]  # by our names of the fields

_IDENTITIES = ("resident_id", "subject_id", "legal_representative_id")
_AMOUNTS = ("fine_amount", "confiscated_amount", "revoked_certificate")
_NO_AMOUNTS: dict[str, str | None] = dict.fromkeys(_AMOUNTS)
_SHORT_TEXT = 300  # fields that hold a line, not paragraphs


@dataclass(frozen=True, kw_only=True)
class Case:
    """What surrounds the record that is spoilt."""

    form: Form
    random: Random
    until: date  # the day of receipt
    in_time: date  # the first decision day that is not late on it
    earlier: Record | None  # a clean record above it
    is_known: bool  # its credit code stands in a clean record above it
    stranger: str  # the name of some other company


Fault = Callable[[Record, Case], Record | None]


def _required(record: Record, case: Case) -> Record | None:
    names = [
        field.name
        for field in _demanded(case.form)
        if record[field.name] and (field.name != "subject_name" or _code(record))
    ]
    return {case.random.choice(names): None}


def _placeholder(record: Record, case: Case) -> Record | None:
    texts = [
        field.name
        for field in _demanded(case.form)
        if field.type is FieldType.TEXT and field.name != "subject_name"
    ]
    return {case.random.choice(texts): case.random.choice(["无", "/", "-"])}


def _too_long(record: Record, case: Case) -> Record | None:
    field = case.random.choice([*_short_texts(record, case.form)])
    assert field.length is not None
    room = field.length // 2 if field.counts_bytes else field.length
    return {field.name: (record[field.name] or "") + "续" * (room + 1)}


def _not_in_code_list(record: Record, case: Case) -> Record | None:
    strangers = {
        "licence_category": "特批",
        "penalty_category": "罚金",
        "status": "7",
        "use_scope": "8",
        "dishonesty_severity": "9",
        "legal_representative_id_type": "工作证",
    }
    names = [name for name in strangers if record.get(name)]
    return _one_of(case, {name: strangers[name] for name in names})


def _other_without_explanation(record: Record, case: Case) -> Record | None:
    if case.form.kind is Kind.LICENCE:
        return {"licence_category": "其他"}
    return _where_held(record, {"penalty_category": "其他"} | _NO_AMOUNTS)


def _bad_date(record: Record, case: Case) -> Record | None:
    dates = [f.name for f in case.form.of_type(FieldType.DATE) if record[f.name]]
    wrong = ("2016/13/05", "2016年2月30日", "二〇一六年一月五日", "20160431", "去年")
    return {case.random.choice(dates): case.random.choice(wrong)}


def _bad_number(record: Record, case: Case) -> Record | None:
    amounts = [f.name for f in case.form.of_type(FieldType.AMOUNT) if record[f.name]]
    wrong = case.random.choice(["伍万元", "约2.5", "1.2万"])
    return _one_of(case, dict.fromkeys(amounts, wrong))


def _forbidden_character(record: Record, case: Case) -> Record | None:
    names = [field.name for field in _short_texts(record, case.form)]
    name = case.random.choice([each for each in names if each != "decision_number"])
    text = record[name] or ""
    return {name: text[:1] + "\t" + text[1:]}


def _lost_digits(record: Record, case: Case) -> Record | None:
    # Only more than 15 digits are lost when a spreadsheet takes them for a number.
    texts = {name: record.get(name) or "" for name in (*_IDENTITIES, "credit_code")}
    numbers = {
        name: f"{int(text):.5E}"
        for name, text in texts.items()
        if text.isdigit() and len(text) > 15
    }
    return _one_of(case, numbers)


def _credit_code(record: Record, case: Case) -> Record | None:
    return _with_wrong_end(record, case, "credit_code") if _code(record) else None


def _placeholder_code(record: Record, case: Case) -> Record | None:
    return {"credit_code": SOLE_TRADER_WITHOUT_CODE} if _code(record) else None


def _organisation_code(record: Record, case: Case) -> Record | None:
    return _with_wrong_end(record, case, "organisation_code")


def _registration_number(record: Record, case: Case) -> Record | None:
    return _with_wrong_end(record, case, "registration_number")


def _taxpayer_number(record: Record, case: Case) -> Record | None:
    number = record.get("taxpayer_number")
    return {"taxpayer_number": number[:-2]} if number else None


def _resident_id(record: Record, case: Case) -> Record | None:
    names = [name for name in _IDENTITIES if record.get(name)]
    return _with_wrong_end(record, case, case.random.choice(names)) if names else None


def _region_code(record: Record, case: Case) -> Record | None:
    return _where_held(record, {"region_code": "990700"})


def _old_identifier(record: Record, case: Case) -> Record | None:
    older: dict[str, str] = {}
    number = record.get("registration_number")
    if number:
        older["registration_number"] = number[:13]
    if record.get("region_code"):
        older["region_code"] = case.random.choice(["320705", "320721"])
    for name in _IDENTITIES:
        identity = record.get(name)
        if identity:
            older[name] = identity[:6] + identity[8:17]
    return _one_of(case, older)


def _bracket_form(record: Record, case: Case) -> Record | None:
    number = record["decision_number"] or ""
    opening, closing = case.random.choice([("【", "】"), ("[", "]")])
    return {"decision_number": number.replace("〔", opening).replace("〕", closing)}


def _subject_code_missing(record: Record, case: Case) -> Record | None:
    codes = ("credit_code", "organisation_code", "registration_number")
    others = ("taxpayer_number", "social_organisation_number", "resident_id")
    numbers = (*codes, *others)
    return _where_held(record, dict.fromkeys(numbers)) if _is_company(record) else None


def _subject_code_forbidden(record: Record, case: Case) -> Record | None:
    if record.get("subject_kind") == "自然人":
        return {"legal_representative": record["subject_name"]}
    if record.get("subject_kind") and record.get("legal_representative_id"):
        return {
            "subject_id_type": "身份证",
            "subject_id": record["legal_representative_id"],
        }
    return None


def _legal_representative_missing(record: Record, case: Case) -> Record | None:
    is_demanded = case.form.edition == "national-2018" or case.form.kind is Kind.PENALTY
    return (
        {"legal_representative": None} if is_demanded and _is_company(record) else None
    )


def _identity_number_missing(record: Record, case: Case) -> Record | None:
    has_type = record.get("legal_representative_id_type")
    return {"legal_representative_id": None} if has_type else None


def _date_in_future(record: Record, case: Case) -> Record | None:
    future = case.until + timedelta(days=case.random.randint(1, 30))
    dates = (
        "decision_date",
        "valid_from",
        "updated_date",
        "valid_until",
        "display_until",
    )
    return {
        name: f"{future:{DATE}}"
        for name in dates
        if record.get(name) and (record[name] or "") < f"{future:{DATE}}"
    }


def _date_order(record: Record, case: Case) -> Record | None:
    before = (
        f"{_decided_on(record) - timedelta(days=case.random.randint(5, 90)):{DATE}}"
    )
    ends = ("valid_until", "display_until", "updated_date")
    return _one_of(case, {name: before for name in ends if record.get(name)})


def _late(record: Record, case: Case) -> Record | None:
    day = case.in_time - timedelta(days=case.random.randint(1, 60))
    is_possible = day >= FIRST_DAY and _decided_on(record) >= case.in_time
    return _moved(day) if is_possible else None


def _before_start(record: Record, case: Case) -> Record | None:
    day = FIRST_DAY - timedelta(days=case.random.randint(1, 30))
    return _moved(day) if _decided_on(record) >= FIRST_DAY else None


def _amount_missing(record: Record, case: Case) -> Record | None:
    return _one_of(case, {name: None for name in _AMOUNTS if record.get(name)})


def _amount_without_fine(record: Record, case: Case) -> Record | None:
    empty = [name for name in _AMOUNTS if record.get(name, "") is None]
    return _one_of(case, dict.fromkeys(empty, "0.5"))


def _legal_basis_without_law(record: Record, case: Case) -> Record | None:
    return _where_held(record, {"legal_basis": "有关法律法规的规定，第五十条第一款"})


def _duplicate_in_file(record: Record, case: Case) -> Record | None:
    return case.earlier


def _name_code_mismatch(record: Record, case: Case) -> Record | None:
    possible = (
        case.is_known and _code(record) and case.stranger != record["subject_name"]
    )
    return {"subject_name": case.stranger} if possible else None


def _personal_data_in_text(record: Record, case: Case) -> Record | None:
    name = "licence_content" if case.form.kind is Kind.LICENCE else "facts"
    number = f"139{case.random.randrange(10**8):08}"
    return {name: f"{record[name]}联系电话：{number}。"}


def _minor_subject(record: Record, case: Case) -> Record | None:
    name = "subject_id" if "subject_id" in record else "resident_id"
    identity = record.get(name)
    if case.form.kind is not Kind.PENALTY or _is_company(record) or not identity:
        return None
    birth = f"{_decided_on(record).year - 15}0615"
    body = f"{identity[:6]}{birth}{identity[14:17]}"
    return {name: body + resident_id_check_character(body)}


def _not_public(record: Record, case: Case) -> Record | None:
    if "use_scope" in record:
        return {"use_scope": case.random.choice("12")}
    return {"remarks": "适用简易程序"} if case.form.kind is Kind.PENALTY else None


def _demanded(form: Form) -> Iterable[Field]:
    """The fields whose absence no other rule speaks of."""
    apart = (*_IDENTITIES, "subject_kind")
    return (
        f
        for f in form.fields
        if f.is_required and not f.filled_by and f.name not in apart
    )


def _short_texts(record: Record, form: Form) -> Iterable[Field]:
    return (
        field
        for field in form.of_type(FieldType.TEXT)
        if field.length
        and field.length <= _SHORT_TEXT
        and field.name != "subject_name"
        and record[field.name]
    )


def _one_of(case: Case, options: Record) -> Record | None:
    """Pick one of several possible changes, if there is any."""
    if not options:
        return None
    name = case.random.choice(list(options))
    return {name: options[name]}


def _where_held(record: Record, changes: Record) -> Record | None:
    """Keep the changes of fields that the form has, if it has any."""
    return {name: text for name, text in changes.items() if name in record} or None


def _with_wrong_end(record: Record, case: Case, name: str) -> Record | None:
    text = record.get(name)
    if not text:
        return None
    others = [digit for digit in "0123456789" if digit != text[-1]]
    return {name: text[:-1] + case.random.choice(others)}


def _moved(day: date) -> Record:
    return {"decision_date": f"{day:{DATE}}"}


def _decided_on(record: Record) -> date:
    return datetime.strptime(record["decision_date"] or "", DATE).date()  # noqa: DTZ007


def _is_company(record: Record) -> bool:
    return bool(record.get("legal_representative"))


def _code(record: Record) -> str | None:
    """The credit code of the record, if it is one of the subject's own."""
    code = record.get("credit_code")
    return code if code != SOLE_TRADER_WITHOUT_CODE else None


FAULTS: Mapping[str, Fault] = {
    "required": _required,
    "placeholder-value": _placeholder,
    "too-long": _too_long,
    "not-in-code-list": _not_in_code_list,
    "other-without-explanation": _other_without_explanation,
    "bad-date": _bad_date,
    "bad-number": _bad_number,
    "forbidden-character": _forbidden_character,
    "lost-digits": _lost_digits,
    "credit-code": _credit_code,
    "organisation-code": _organisation_code,
    "registration-number": _registration_number,
    "taxpayer-number": _taxpayer_number,
    "resident-id": _resident_id,
    "region-code": _region_code,
    "placeholder-code": _placeholder_code,
    "old-identifier": _old_identifier,
    "bracket-form": _bracket_form,
    "subject-code-missing": _subject_code_missing,
    "subject-code-forbidden": _subject_code_forbidden,
    "legal-representative-missing": _legal_representative_missing,
    "identity-number-missing": _identity_number_missing,
    "date-in-future": _date_in_future,
    "date-order": _date_order,
    "late": _late,
    "before-start": _before_start,
    "amount-missing": _amount_missing,
    "amount-without-fine": _amount_without_fine,
    "legal-basis-without-law": _legal_basis_without_law,
    "duplicate-in-file": _duplicate_in_file,
    "name-code-mismatch": _name_code_mismatch,
    "personal-data-in-text": _personal_data_in_text,
    "minor-subject": _minor_subject,
    "not-public": _not_public,
}
