"""Checks a batch's file and lands its good rows, resumably, whatever is killed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from django.conf import settings
from django.db import transaction

from gongshi.audit.actors import Actor
from gongshi.domain.findings import no_findings
from gongshi.domain.rules import Checker
from gongshi.domain.rules.engine import Held
from gongshi.domain.rules.ledger import Ledger
from gongshi.intake.actions import (
    CannotWork,
    Lease,
    Progress,
    claim,
    fail,
    finish_checking,
    give_back,
    save_progress,
)
from gongshi.intake.files import open_file
from gongshi.intake.models import Batch, BatchState
from gongshi.intake.reading import (
    CannotRead,
    SheetPart,
)
from gongshi.records.actions import CannotLand, Landed, land_identified
from gongshi.records.preparation import Source, identified
from gongshi.records.queries import held_status, known_names
from gongshi.validation.actions_batches import (
    CannotConfirm,
    RoundResult,
    confirm_warnings,
    take_round,
)
from gongshi.validation.checking import CheckedPart, Receipt, Summary, check_file
from gongshi.validation.opening import open_reading
from gongshi.validation.rounds import Round, as_round
from gongshi.validation.storage import FindingStore

__all__ = [
    "CannotConfirm",
    "Hand",
    "check_batch",
    "confirm_warnings",
]

LEASE = timedelta(seconds=60)
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_LANDED_AT_ONCE = 20_000  # rows per transaction: others wait no longer than that

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who works: the worker's name, on whose behalf, and the clock it reads."""

    worker: str
    by: Actor
    clock: Clock

    def lease(self) -> Lease:
        """Return a fresh hold on a batch."""
        return Lease(worker=self.worker, until=self.clock() + LEASE)


def check_batch(batch: Batch, hand: Hand) -> bool:
    """Check the batch's file with all rules and land its good rows.

    Says whether this call did it; false where the batch is another's or done. A
    check that was interrupted begins anew and counts every row once. A file that
    cannot be used ends the batch with the reason; rows that meet those of a batch
    still landing give it back, to be tried again.
    """
    if not claim(batch, work=BatchState.CHECKING, lease=hand.lease(), at=hand.clock()):
        return False
    work = _Work(batch, hand)
    try:
        with open_file(batch.file, name=batch.name) as path:
            work.run(path)
        work.finish()
    except CannotLand:
        give_back(batch, worker=hand.worker, by=hand.by, at=hand.clock())
        return False
    except CannotWork:
        return False  # another worker took over; what it does is as good
    return True


class _Work:
    """One check of one batch, from claim to finish."""

    def __init__(self, batch: Batch, hand: Hand) -> None:
        self._batch = batch
        self._hand = hand
        self._findings = FindingStore(batch)
        self._summary = Summary()
        self._landed = Landed()
        self._rows_done = 0
        self._rows_total: int | None = None
        self._identified = pl.DataFrame()
        self._round: Round | None = None
        self._places: list[pl.DataFrame] = []  # of a round: sheet, row, is_good
        self._fresh: list[pl.DataFrame] = []  # and what was found on them

    def run(self, path: Path) -> None:
        self._findings.clear()
        try:
            reading = open_reading(self._batch, path)
        except CannotRead as error:
            self._take(CheckedPart(findings=error.finding))
            return
        self._round = as_round(self._batch, reading)
        if self._round.is_again and not self._round.reading.has_errors:
            self._batch.continues = self._round.origin
        reading = self._round.reading
        self._rows_total = reading.count()
        receipt = Receipt(
            received_on=self._batch.received_at.astimezone(_SHANGHAI).date(),
            start_date=self._batch.unit.start_date,
            exists_from=self._batch.unit.valid_from,
            exists_until=self._batch.unit.valid_until,
            calendar=settings.CALENDAR,
        )
        checker = Checker(ledger=Ledger(known=known_names))
        for checked in check_file(reading, receipt, checker, self._held):
            self._take(checked)

    def finish(self) -> None:
        hand = self._hand
        if not self._summary.is_usable:
            code = self._summary.unusable_code
            fail(
                self._batch, code=code, worker=hand.worker, by=hand.by, at=hand.clock()
            )
            return
        with transaction.atomic():
            finish_checking(
                self._batch, worker=hand.worker, by=hand.by, at=hand.clock()
            )
            if self._round is not None and self._round.origin is not None:
                result = RoundResult(
                    places=pl.concat(self._places),
                    findings=pl.concat([no_findings(), *self._fresh]),
                )
                take_round(self._batch, result, by=hand.by, at=hand.clock())

    def _take(self, checked: CheckedPart) -> None:
        self._summary.add(checked)
        with transaction.atomic():
            self._findings.add(checked.findings)
            self._save()
        if checked.rows is None or checked.part is None:
            return
        if self._round is not None and self._round.origin is not None:
            self._note_places(checked, checked.part.sheet)
        source = self._source(checked.part)
        ready = self._identified.with_columns(
            checked.rows.get_column("is_good"),
            checked.rows.get_column("withheld")
            .fill_null("")
            .alias("not_public_reason"),
        )
        for slice_ in ready.iter_slices(_LANDED_AT_ONCE):
            good = slice_.filter("is_good").drop("is_good")
            with transaction.atomic():
                self._landed += land_identified(good, source)
                self._count(slice_.height)
                self._save()

    def _note_places(self, checked: CheckedPart, sheet: str) -> None:
        assert checked.rows is not None
        places = checked.rows.select(
            pl.lit(sheet).alias("sheet"), pl.col("row").cast(pl.UInt32), "is_good"
        )
        self._places.append(places)
        bad = places.filter(~pl.col("is_good")).get_column("row").implode()
        self._fresh.append(checked.findings.filter(pl.col("row").is_in(bad)))

    def _count(self, rows: int) -> None:
        self._rows_done += rows
        if self._rows_total is not None:  # which was but an estimate
            self._rows_total = max(self._rows_total, self._rows_done)

    def _save(self) -> None:
        form = self._summary.forms[0] if self._summary.forms else "//"
        edition, kind, _ = form.split("/")
        progress = Progress(
            rows_done=self._rows_done,
            rows_total=self._rows_total,
            edition=edition,
            kind=kind,
            counts=self._counts(),
            rule_counts={f"{s} {c}": n for (s, c), n in self._summary.counts.items()},
            to_confirm=self._summary.to_confirm,
            continues=self._batch.continues_id,
        )
        save_progress(self._batch, progress, lease=self._hand.lease())

    def _counts(self) -> dict[str, int]:
        return {
            "rows": self._summary.rows,
            "good": self._summary.good,
            "bad": self._summary.bad,
            "new": self._landed.new,
            "unchanged": self._landed.unchanged,
            "corrections": self._landed.corrections,
            "not_public": self._landed.not_public,
        }

    def _source(self, part: SheetPart) -> Source:
        return Source(
            form=part.match.form,
            unit=self._batch.unit,
            batch_id=self._batch.pk,
            sheet=part.sheet,
            entered_by=self._batch.received_by,
            at=self._batch.received_at,
        )

    def _held(self, part: SheetPart) -> Held:
        source = self._source(part)

        def held(rows: pl.DataFrame) -> pl.Series:
            # Kept for landing: the ids and digests are worked out once.
            self._identified = identified(rows, source)
            return held_status(self._identified, source)

        return held
