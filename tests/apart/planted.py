"""What is planted into a system of its own, and under which marks; see `test_leaks`."""

import csv
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.domain.identifiers.resident_id import resident_id_check_character
from gongshi.domain.rules.examples import valid_row
from gongshi.domain.standards import form_by_key
from gongshi.intake.models import Batch, BatchState
from gongshi.pipeline.imports import Order, import_file
from gongshi.publication.actions import publish_batch
from gongshi.records.models import Record
from gongshi.review.actions import approve_batch
from gongshi.validation.actions import confirm_warnings

LICENCE, PENALTY = "jiangsu-2016/licence/any", "jiangsu-2016/penalty/any"
# In GBK, and in no text that anybody writes.
_RANGES = ((0x9F51, 0x9F7F), (0x9EE2, 0x9EFC), (0x9DD0, 0x9E10), (0x9C40, 0x9C78))
_RARE = iter([chr(code) for codes in _RANGES for code in range(*codes)])

Row = Mapping[str, str | None]


class Planted:
    """What was planted: the marks by what they mark, and where the files are made."""

    def __init__(self, folder: Path, at: datetime) -> None:
        self.folder = folder
        self.at = at
        self.unit = Unit.objects.get(code="lyg-hbj")
        self.marks: dict[str, str] = {}
        self.enterer = self._person("enterer")
        self.reviewer = self._person("reviewer")
        self._numbers = 0

    def mark(self, name: str) -> str:
        """Return two characters that stand for the name and for nothing else."""
        if name not in self.marks:
            self.marks[name] = next(_RARE) + next(_RARE)
        return self.marks[name]

    @property
    def day(self) -> date:
        """The day before, on which everything was decided."""
        return timezone.localdate(self.at) - timedelta(days=1)

    def row(self, key: str, name: str, **changes: str | None) -> Row:
        """Return a valid row of the form whose subject and content carry the mark."""
        self._numbers += 1
        mark, day = self.mark(name), self.day
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
        name = f"{self.mark('never: name of a file')}{self._numbers}-{form.kind}.csv"
        path = self.folder / name
        own = self.mark("never: column of the unit's own")
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow([*(field.label for field in form.fields), "本单位备注"])
            for row in rows:
                out.writerow([*(row.get(name) or "" for name in form.names), own])
        order = Order(unit=self.unit, by=self.enterer, edition=form.edition)
        batch = import_file(path, order, clock=lambda: self.at)
        for code in batch.to_confirm:
            confirm_warnings(batch, code, "核对无误", by=self.enterer, at=self.at)
        if reviewed and batch.state == BatchState.CHECKED:
            approve_batch(batch, by=self.reviewer, at=self.at, secrecy_checked=True)
            publish_batch(batch, at=self.at)
        return batch

    def record(self, name: str) -> Record:
        """Return the one record that carries the mark."""
        return Record.objects.get(decision_number__contains=self.mark(name))

    def _person(self, role: str) -> Actor:
        name = f"{role}-{self.mark(f'never: name of the {role}')}"
        return Actor(username=name, role=role, unit=self.unit.code)


def identity_number(birth: str, number: int) -> str:
    """Return a valid identity number of somebody born that day (20000101)."""
    body = f"320703{birth}{number:03}"
    return body + resident_id_check_character(body)
