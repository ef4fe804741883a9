"""Puts one record of every kind that must not be public through the whole pipeline.

Each carries marks that stand nowhere else: two rare characters, and identity numbers.
Run inside a system of its own (`tests.pipeline.site`); see `test_leaks`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from gongshi.audit.actors import Actor
from gongshi.domain.standards import Field, FieldType, Form, Person, Publicity, forms
from gongshi.publication import actions, actions_life
from gongshi.records.models import ProposedCorrection, Record
from gongshi.review import actions as review
from gongshi.review.actions import Comment, Hold
from tests.apart.inside import plant_inside
from tests.apart.planted import LICENCE, PENALTY, Planted, identity_number


def plant(folder: Path, at: datetime) -> dict[str, str]:
    """Put everything through; return what must be found nowhere, and one that must."""
    planted = Planted(folder, at)
    _public(planted)
    _withheld_by_rule(planted)
    _waiting(planted)
    _taken_away(planted)
    _corrected(planted)
    _natural_persons(planted)
    for form in forms():
        _internal_fields(planted, form)
    plant_inside(planted)
    return planted.marks


def withdraw_marked(mark: str, at: datetime) -> None:
    """Take back the record that carries the mark."""
    actions.withdraw(
        Record.objects.get(decision_number__contains=mark),
        reason_code="revoked",
        reason="已被依法撤销",
        by=Actor(username="later"),
        at=at,
    )


def _public(planted: Planted) -> None:
    names = ("public", "gone: after it was in a set")
    planted.send(LICENCE, *(planted.row(LICENCE, name) for name in names))


def _withheld_by_rule(planted: Planted) -> None:
    row = planted.row
    planted.send(
        LICENCE,
        row(LICENCE, "never: for sharing", use_scope="1"),
        row(LICENCE, "never: for enquiry", use_scope="2"),
    )
    mark = planted.mark("never: simple by number")
    planted.send(
        PENALTY,
        row(
            PENALTY,
            "never: simple by number",
            decision_number=f"连公简罚{mark}〔2016〕3号",
        ),
        row(
            PENALTY,
            "never: simple by text",
            penalty_result=f"适用简易程序{planted.mark('never: simple by text')}",
        ),
    )


def _waiting(planted: Planted) -> None:
    names = [
        "never: unreviewed",
        "never: returned",
        "never: deferred",
        "never: private",
    ]
    rows = [planted.row(LICENCE, name) for name in names]
    planted.send(LICENCE, *rows, reviewed=False)
    by, at = planted.reviewer, planted.at
    comments = [Comment(text=f"请改{planted.mark('never: returned')}")]
    review.return_record(planted.record(names[1]), comments=comments, by=by, at=at)
    until = timezone.localdate(at) + timedelta(days=30)
    hold = Hold(code="trade-secret", reason=planted.mark(names[2]), until=until)
    review.defer_unpublished(planted.record(names[2]), hold=hold, by=by, at=at)
    hold = Hold(code="state-secret", reason=planted.mark(names[3]))
    review.keep_unpublished_private(planted.record(names[3]), hold=hold, by=by, at=at)


def _taken_away(planted: Planted) -> None:
    names = ["gone: withdrawn", "gone: ended", "gone: deferred", "gone: private"]
    planted.send(LICENCE, *(planted.row(LICENCE, name) for name in names))
    by, at = planted.reviewer, planted.at
    until = timezone.localdate(at) + timedelta(days=30)
    deferral = Hold(code="trade-secret", reason=planted.mark(names[2]), until=until)
    hold = Hold(code="state-secret", reason=planted.mark(names[3]))
    steps: list[Callable[[Record], object]] = [
        lambda r: actions.withdraw(
            r, reason_code="revoked", reason="已被依法撤销", by=by, at=at
        ),
        lambda r: actions.end_early(
            r, reason_code="repair", reason="信用修复", by=by, at=at
        ),
        lambda r: actions.defer(r, hold=deferral, by=by, at=at),
        lambda r: actions.keep_private(r, hold=hold, by=by, at=at),
    ]
    for name, step in zip(names, steps, strict=True):
        step(planted.record(name))


def _corrected(planted: Planted) -> None:
    """A content that was corrected is gone; a proposal nobody decided never comes."""
    old = planted.mark("gone: corrected")
    row = planted.row(LICENCE, "public: corrected", licence_content=f"同意{old}项目")
    planted.send(LICENCE, row)
    planted.send(LICENCE, dict(row) | {"licence_content": "同意改正后的项目"})
    correction = ProposedCorrection.objects.get()
    actions_life.correct(
        correction, by=planted.reviewer, at=planted.at, secrecy_checked=True
    )
    proposed = planted.mark("never: proposed")
    planted.send(LICENCE, dict(row) | {"licence_content": f"同意{proposed}项目"})


def _natural_persons(planted: Planted) -> None:
    """An adult's record is public under a masked name; a minor's penalty never is.

    One of another adult was public and is deferred.
    """
    people = (
        ("adult", "19900101", LICENCE),
        ("deferred adult", "19910101", LICENCE),
        ("minor", "20150101", PENALTY),
    )
    for who, birth, key in people:
        name = f"never: {who}'s name"
        mark, number = planted.mark(name), identity_number(birth, 11)
        planted.marks[f"never: {who}'s number"] = number
        changes: dict[str, str | None] = {
            "subject_name": f"欧阳{mark}",
            "licence_content": f"同意欧阳{mark}经营",
            "facts": f"欧阳{mark}违规经营",
            "decision_number": f"连环许〔2016〕{birth}号",
            "credit_code": None,
            "legal_representative": None,
            "resident_id": number,
        }
        planted.send(key, planted.row(key, name, **changes))
    until = timezone.localdate(planted.at) + timedelta(days=30)
    hold = Hold(code="trade-secret", reason="核实中", until=until)
    record = Record.objects.get(decision_number__contains="19910101")
    actions.defer(record, hold=hold, by=planted.reviewer, at=planted.at)


def _internal_fields(planted: Planted, form: Form) -> None:
    """Fill every internal field that takes free text or an identity number."""
    name = f"public: {form.key}"
    values: dict[str, str | None] = {}
    for field in form.fields:
        hidden = f"never: {form.key} {field.code}"
        if field.type is FieldType.RESIDENT_ID and _takes_number(form, field):
            number = identity_number("19800101", 100 + len(planted.marks))
            values[field.name] = planted.marks[hidden] = number
        elif field.publicity is Publicity.INTERNAL and field.type is FieldType.TEXT:
            values[field.name] = f"内部{planted.mark(hidden)}"
    if form.field("legal_representative_id_type"):
        values["legal_representative_id_type"] = "身份证"
    if form.person is Person.NATURAL:
        who = planted.mark(f"never: name of a person, {form.key}")
        values |= {"subject_name": f"欧阳{who}", "subject_id_type": "身份证"}
    planted.send(form.key, planted.row(form.key, name, **values))


def _takes_number(form: Form, field: Field) -> bool:
    """Say whether the form has the number of whom its row is about, or acts for it."""
    is_of_subject = field.name == "subject_id"
    return form.person is Person.NATURAL or not is_of_subject
