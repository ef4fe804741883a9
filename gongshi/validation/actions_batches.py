"""What people and rounds do to a checked batch: rows close, warnings are confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import IntegrityError, transaction

from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.intake.actions import note_reason
from gongshi.intake.models import Batch
from gongshi.validation.models import Confirmation
from gongshi.validation.rounds import is_open_to_rounds, rows_to_correct
from gongshi.validation.storage import replace_findings

LONGEST_REASON = 500


class CannotConfirm(Exception):
    """The warnings cannot be confirmed; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code  # no-reason | too-long | nothing-to-confirm


@dataclass(frozen=True, kw_only=True)
class RoundResult:
    """What a round brought: its rows (sheet, row, is_good), and what is still wrong."""

    places: pl.DataFrame
    findings: pl.DataFrame


@transaction.atomic
def take_round(batch: Batch, result: RoundResult, *, by: Actor, at: datetime) -> int:
    """Close, in the batch that the round continues, the rows that are good now.

    Their findings go; on rows that are still bad the new findings replace the old.
    Returns how many rows were closed. Part of the transaction in which the round
    becomes checked.
    """
    assert batch.continues_id is not None
    origin = Batch.objects.select_for_update().get(pk=batch.continues_id)
    awaited = rows_to_correct(origin)
    places = result.places.join(awaited, on=["sheet", "row"], how="semi")
    closed = places.filter("is_good").height
    fresh = result.findings.join(places, on=["sheet", "row"], how="semi")
    counts = replace_findings(origin, places.select("sheet", "row"), fresh)
    origin.rule_counts = {f"{s} {code}": n for (s, code), n in counts.items()}
    origin.counts = _with_closed(origin.counts, closed)
    origin.save(update_fields=["rule_counts", "counts"])
    _note(
        origin, "validation.take_round", {"round": str(batch.pk), "closed": closed},
        by=by, at=at,
    )  # fmt: skip
    return closed


def _with_closed(counts: Mapping[str, int], closed: int) -> dict[str, int]:
    return {
        **counts,
        "bad": counts.get("bad", 0) - closed,
        "fixed": counts.get("fixed", 0) + closed,
    }


def confirm_warnings(
    batch: Batch, code: str, reason: str, *, by: Actor, at: datetime
) -> bool:
    """Note why the batch's warnings of a rule are right; say whether it was news.

    Confirmed once, they stay so; the first reason stands.

    Raises:
        CannotConfirm: no reason, too long a one, or no such warning to confirm.
    """
    plain = " ".join(reason.split())
    count = batch.to_confirm.get(code, 0)
    if not plain:
        raise CannotConfirm("no-reason")
    if len(plain) > LONGEST_REASON:
        raise CannotConfirm("too-long")
    if not count or not (is_open_to_rounds(batch) or batch.continues_id):
        raise CannotConfirm("nothing-to-confirm")
    try:
        with transaction.atomic():
            Confirmation.objects.create(
                batch=batch,
                code=code,
                reason=plain,
                count=count,
                confirmed_by=by.username,
                confirmed_at=at,
            )
            note_reason(batch.pk)
            details = {"rule": code, "reason": plain, "count": count}
            _note(batch, "validation.confirm_warnings", details, by=by, at=at)
    except IntegrityError:
        return False  # somebody was quicker
    return True


def _note(
    batch: Batch, action: str, details: Mapping[str, object], *, by: Actor, at: datetime
) -> None:
    target = Target(kind="batch", key=str(batch.pk))
    record_event(at=at, by=by, action=action, target=target, details=details)
