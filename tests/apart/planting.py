"""Puts one record of every kind that must not be public through the whole pipeline.

Each carries marks that stand nowhere else: two rare characters, and identity numbers.
Run inside a system of its own (`tests.pipeline.site`); see `test_leaks`.
"""

import csv
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.domain.identifiers.resident_id import resident_id_check_character
from gongshi.domain.rules.examples import valid_row
from gongshi.domain.standards import (
    FieldType,
    Form,
    Person,
    Publicity,
    form_by_key,
    forms,
)
from gongshi.intake.models import Batch, BatchState
from gongshi.pipeline.imports import Order, import_file
from gongshi.publication import actions, actions_life
from gongshi.publication.actions import publish_batch
from gongshi.records.models import ProposedCorrection, Record
from gongshi.review import actions as review
from gongshi.review.actions import Comment, Hold, approve_batch
from gongshi.validation.actions import confirm_warnings

_LICENCE, _PENALTY = "jiangsu-2016/licence/any", "jiangsu-2016/penalty/any"
_ENTERER = Actor(username="li", role="enterer", unit="lyg-hbj")
_REVIEWER = Actor(username="wang", role="reviewer", unit="lyg-hbj")
# In GBK, and in no text that anybody writes.
_RARE = iter([chr(code) for code in (*range(0x9F51, 0x9F7F), *range(0x9EE2, 0x9EFC))])

Row = Mapping[str, str | None]


class Planted:
    """What was planted: the marks by what they mark, and where the files are made."""

    def __init__(self, folder: Path, at: datetime) -> None:
        self.folder = folder
        self.at = at
        self.unit = Unit.objects.get(code="lyg-hbj")
        self.marks: dict[str, str] = {}
        self._numbers = 0

    def mark(self, name: str) -> str:
        """Return two characters that stand for the name and for nothing else."""
        if name not in self.marks:
            self.marks[name] = next(_RARE) + next(_RARE)
        return self.marks[name]

    def row(self, key: str, name: str, **changes: str | None) -> Row:
        """Return a valid row of the form whose subject and content carry the mark."""
        self._numbers += 1
        mark, day = self.mark(name), timezone.localdate(self.at) - timedelta(days=1)
        form = form_by_key(key)
        content = "licence_content" if form.kind == "licence" else "facts"
        later = day + timedelta(days=700)
        values: dict[str, str | None] = {
            "subject_name": f"连云港{mark}食品有限公司",
            content: f"同意{mark}项目",
            "decision_number": f"连环{mark}〔{day.year}〕{self._numbers}号",
            "decision_date": f"{day:%Y/%m/%d}",
            "valid_from": f"{day:%Y/%m/%d}",
            "valid_until": f"{later:%Y/%m/%d}",
            "updated_date": f"{day:%Y/%m/%d}",
            "authority": "连云港市环境保护局",
        }
        row = valid_row(form)
        return row | {n: v for n, v in (values | changes).items() if n in form.names}

    def send(self, key: str, *rows: Row, reviewed: bool = True) -> Batch:
        """Send the rows in a file, as a unit does; return the batch."""
        form = form_by_key(key)
        path = self.folder / f"{self._numbers}-{form.kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow([field.label for field in form.fields])
            out.writerows([row.get(name) or "" for name in form.names] for row in rows)
        order = Order(unit=self.unit, by=_ENTERER, edition=form.edition)
        batch = import_file(path, order, clock=lambda: self.at)
        for code in batch.to_confirm:
            confirm_warnings(batch, code, "核对无误", by=_ENTERER, at=self.at)
        if reviewed and batch.state == BatchState.CHECKED:
            approve_batch(batch, by=_REVIEWER, at=self.at, secrecy_checked=True)
            publish_batch(batch, at=self.at)
        return batch

    def record(self, name: str) -> Record:
        """Return the one record that carries the mark."""
        return Record.objects.get(decision_number__contains=self.mark(name))


def identity_number(birth: str, number: int) -> str:
    """Return a valid identity number of somebody born that day (20000101)."""
    body = f"320703{birth}{number:03}"
    return body + resident_id_check_character(body)


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
        if form.person is not Person.NATURAL:
            _internal_fields(planted, form)
    return planted.marks


def _public(planted: Planted) -> None:
    planted.send(_LICENCE, planted.row(_LICENCE, "public"))


def _withheld_by_rule(planted: Planted) -> None:
    row = planted.row
    planted.send(
        _LICENCE,
        row(_LICENCE, "never: for sharing", use_scope="1"),
        row(_LICENCE, "never: for enquiry", use_scope="2"),
    )
    mark = planted.mark("never: simple by number")
    planted.send(
        _PENALTY,
        row(
            _PENALTY,
            "never: simple by number",
            decision_number=f"连公简罚{mark}〔2016〕3号",
        ),
        row(
            _PENALTY,
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
    rows = [planted.row(_LICENCE, name) for name in names]
    planted.send(_LICENCE, *rows, reviewed=False)
    by, at = _REVIEWER, planted.at
    comments = [Comment(text=f"请改{planted.mark('never: returned')}")]
    review.return_record(planted.record(names[1]), comments=comments, by=by, at=at)
    until = timezone.localdate(at) + timedelta(days=30)
    hold = Hold(code="trade-secret", reason=planted.mark(names[2]), until=until)
    review.defer_unpublished(planted.record(names[2]), hold=hold, by=by, at=at)
    hold = Hold(code="state-secret", reason=planted.mark(names[3]))
    review.keep_unpublished_private(planted.record(names[3]), hold=hold, by=by, at=at)


def _taken_away(planted: Planted) -> None:
    names = ["gone: withdrawn", "gone: ended", "gone: deferred", "gone: private"]
    planted.send(_LICENCE, *(planted.row(_LICENCE, name) for name in names))
    by, at = _REVIEWER, planted.at
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
    row = planted.row(_LICENCE, "public: corrected", licence_content=f"同意{old}项目")
    planted.send(_LICENCE, row)
    planted.send(_LICENCE, dict(row) | {"licence_content": "同意改正后的项目"})
    correction = ProposedCorrection.objects.get()
    actions_life.correct(correction, by=_REVIEWER, at=planted.at, secrecy_checked=True)
    proposed = planted.mark("never: proposed")
    planted.send(_LICENCE, dict(row) | {"licence_content": f"同意{proposed}项目"})


def _natural_persons(planted: Planted) -> None:
    """An adult's record is public under a masked name; a minor's penalty never is.

    One of another adult was public and is deferred.
    """
    people = (
        ("adult", "19900101", _LICENCE),
        ("deferred adult", "19910101", _LICENCE),
        ("minor", "20150101", _PENALTY),
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
    actions.defer(record, hold=hold, by=_REVIEWER, at=planted.at)


def _internal_fields(planted: Planted, form: Form) -> None:
    """Fill every internal field that takes free text or an identity number."""
    name = f"public: {form.key}"
    values: dict[str, str | None] = {}
    for field in form.fields:
        hidden = f"never: {form.key} {field.code}"
        if field.type is FieldType.RESIDENT_ID:
            number = identity_number("19800101", 100 + len(planted.marks))
            if field.name == "legal_representative_id" or field.name.startswith(
                "legal"
            ):
                values[field.name] = planted.marks[hidden] = number
        elif field.publicity is Publicity.INTERNAL and field.type is FieldType.TEXT:
            values[field.name] = f"内部{planted.mark(hidden)}"
    if form.field("legal_representative_id_type"):
        values["legal_representative_id_type"] = "身份证"
    planted.send(form.key, planted.row(form.key, name, **values))
