"""Checks rows without keeping anything: for a form while it is typed, for a trial call.

The rules are the very objects that check a file, over a frame of few rows.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
from django.conf import settings

from gongshi.accounts.models import Unit
from gongshi.domain.findings import no_findings
from gongshi.domain.rules import Checker
from gongshi.domain.rules.engine import Held
from gongshi.domain.rules.ledger import Ledger
from gongshi.intake.reading import Document, SheetPart, reading_of
from gongshi.records.preparation import Source, identified
from gongshi.records.queries import held_status, known_names
from gongshi.validation.checking import Receipt, Summary, check_file

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_NO_BATCH = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What the rules say of rows that nobody has received.

    `ids` are the records that the rows would be, in order.
    """

    findings: pl.DataFrame
    summary: Summary
    ids: tuple[UUID, ...] = ()


def try_rows(document: Document, *, unit: Unit, at: datetime) -> Trial:
    """Check the document's rows as if they came in now for the unit."""
    receipt = Receipt(
        received_on=at.astimezone(_SHANGHAI).date(),
        start_date=unit.start_date,
        exists_from=unit.valid_from,
        exists_until=unit.valid_until,
        calendar=settings.CALENDAR,
    )
    checker = Checker(ledger=Ledger(known=known_names))
    summary, found = Summary(), [no_findings()]
    ids: list[UUID] = []

    def registry(part: SheetPart) -> Held:
        source = Source(
            form=part.match.form,
            unit=unit,
            batch_id=_NO_BATCH,
            sheet=part.sheet,
            entered_by="",
            at=at,
        )

        def held(rows: pl.DataFrame) -> pl.Series:
            ready = identified(rows, source)
            ids.extend(map(UUID, ready.get_column("id")))
            return held_status(ready, source)

        return held

    for part in check_file(reading_of(document), receipt, checker, registry):
        summary.add(part)
        found.append(part.findings)
    return Trial(findings=pl.concat(found), summary=summary, ids=tuple(ids))
