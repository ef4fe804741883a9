"""Writes records: landing, settling and discarding a batch's rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import polars as pl
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Min

from gongshi.domain.lifecycle import State
from gongshi.portal.bulk import among, insert_rows
from gongshi.records.actions_corrections import take_over_unreviewed
from gongshi.records.models import ProposedCorrection, Record
from gongshi.records.preparation import Source, bound, identified, sealed
from gongshi.records.queries import held

_ATTEMPTS = 3


class CannotLand(Exception):
    """Rows meet others that another batch is still landing.

    The caller discards this batch's rows, gives it back and tries again later.
    """

    code = "landing-elsewhere"


@dataclass(frozen=True, kw_only=True)
class Landed:
    """How many rows became records, were held already, or differ from what is held.

    `not_public` counts those of the new records that are never published.
    """

    new: int = 0
    unchanged: int = 0
    corrections: int = 0
    not_public: int = 0

    def __add__(self, other: "Landed") -> "Landed":
        return Landed(
            new=self.new + other.new,
            unchanged=self.unchanged + other.unchanged,
            corrections=self.corrections + other.corrections,
            not_public=self.not_public + other.not_public,
        )


def land_rows(rows: pl.DataFrame, source: Source) -> Landed:
    """Store good rows of a batch, unseen by others until `settle_batch`.

    In: the good rows of the prepared frame (see `preparation.identified`). A new
    decision becomes a record; an equal one is left alone; a different one is kept
    as a proposed correction. Idempotent: the same rows again, after a crash, add
    nothing and count the same.

    Raises:
        CannotLand: another unfinished batch holds one of these decisions.
    """
    return land_identified(identified(rows, source), source)


def land_identified(ready: pl.DataFrame, source: Source) -> Landed:
    """Do what `land_rows` does with rows that are identified already."""
    if ready.is_empty():
        return Landed()
    ready = bound(ready, source)
    for attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _land(ready, source)
        except IntegrityError:
            # Another process landed one of the decisions between look and write;
            # it has committed by now, and the next look finds it.
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What a checked batch brought: records in all, those that wait for a reviewer.

    `publish_by` is the first deadline of the waiting ones; `left` says how many
    records that waited in other batches have come to this one.
    """

    records: int
    waiting: int
    publish_by: date | None
    left: Mapping[UUID, int]


def settle_batch(batch_id: UUID, *, at: datetime) -> Settled:
    """Let the batch's records stand.

    What it corrects of records that nobody has approved yet takes their place; the
    rest waits for a decision. Part of the transaction in which the batch becomes
    checked.
    """
    landing = Record.objects.filter(batch_id=batch_id, state=State.RECEIVED)
    withheld = landing.exclude(not_public_reason="").update(state=State.NOT_PUBLIC)
    settled = withheld + landing.update(state=State.CHECKED)
    left = take_over_unreviewed(batch_id, at=at)
    waiting = Record.objects.filter(batch_id=batch_id, state=State.CHECKED)
    tally = waiting.aggregate(number=Count("pk"), first=Min("publish_by"))
    return Settled(
        records=settled,
        waiting=tally["number"],
        publish_by=tally["first"],
        left=left,
    )


def discard_batch(batch_id: UUID) -> int:
    """Remove what an unfinished batch has landed; return how many records.

    Records that stand already are not touched.
    """
    with transaction.atomic():
        ProposedCorrection.objects.filter(batch_id=batch_id).delete()
        with connection.cursor() as cursor:
            # Straight, as nothing refers to a landing record, of which there may
            # be a million.
            cursor.execute(
                "DELETE FROM records_record WHERE batch_id = %s AND state = %s",
                [batch_id.hex, str(State.RECEIVED)],
            )
            return int(cursor.rowcount)


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Who answers for records, secrecy checked, and since when."""

    reviewed_by: str
    at: datetime


def mark_published(
    ids: Sequence[UUID], *, at: datetime, on: date, approval: Approval | None = None
) -> int:
    """Move approved records to published where they may be; return how many moved.

    With an approval, which a whole batch has in common, they are moved from checked
    to approved and on to published in one statement. `at` is stored as their time of
    publication, `on` as its day in Shanghai, unless they were public before. The
    caller compares the count, and appends their changes in the same transaction.
    """
    where, wanted = among(connection, "id", [key.hex for key in ids], cast="uuid[]")
    names, values = _approved(approval)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE records_record SET {names} state = %s,"  # noqa: S608 - names are ours
            " published_at = COALESCE(published_at, %s),"
            " published_on = COALESCE(published_on, %s)"
            f" WHERE {where} AND state = %s AND not_public_reason = ''",
            [
                *values,
                str(State.PUBLISHED),
                connection.ops.adapt_datetimefield_value(at),
                connection.ops.adapt_datefield_value(on),
                wanted,
                str(State.CHECKED if approval else State.APPROVED),
            ],
        )
        return int(cursor.rowcount)


def _approved(approval: Approval | None) -> tuple[str, list[str | date | None]]:
    if approval is None:
        return "", []
    at = connection.ops.adapt_datetimefield_value(approval.at)
    names = (
        "reviewed_by = %s, approved_at = %s,"
        " secrecy_checked_by = %s, secrecy_checked_at = %s,"
    )
    return names, [approval.reviewed_by, at, approval.reviewed_by, at]


def _land(ready: pl.DataFrame, source: Source) -> Landed:
    kept = ready.join(
        held(ready.get_column("id").unique()),
        on="id",
        how="left",
        maintain_order="left",
    )
    kept = _with_chosen_items(kept)
    own = (
        (pl.col("held_batch") == source.batch_id.hex)
        & (pl.col("held_sheet") == source.sheet)
        & (pl.col("held_row") == pl.col("row"))
    ).fill_null(value=False)
    elsewhere = (pl.col("held_state") == str(State.RECEIVED)) & (
        pl.col("held_batch") != source.batch_id.hex
    )
    if kept.filter(elsewhere).height:
        raise CannotLand
    # A second row of one decision is judged by the first, held or not.
    judged = kept.with_columns(
        is_first=pl.col("row") == pl.col("row").first().over("id"),
        standing=pl.coalesce("held_digest", pl.col("digest").first().over("id")),
    )
    is_new = pl.col("held_digest").is_null() & pl.col("is_first")
    rest = judged.filter(~is_new & ~own)
    return _write(judged.filter(is_new), judged.filter(own), rest, source)


def _with_chosen_items(rows: pl.DataFrame) -> pl.DataFrame:
    """Leave rows that cannot name their item the one that was chosen for the record."""
    names = [name for name in ("item_code", "item_name") if name in rows.columns]
    is_kept = pl.all_horizontal(
        *(pl.col(name).is_null() for name in names),
        pl.col("held_item").is_not_null(),
        pl.col("held_decision_date").dt.to_string("iso") == pl.col("decision_date"),
    )
    return rows.with_columns(
        pl.when(is_kept).then("held_item").otherwise("item_id").alias("item_id"),
        pl.when(is_kept)
        .then("held_publish_by")
        .otherwise("publish_by")
        .alias("publish_by"),
    )


def _write(
    new: pl.DataFrame, own: pl.DataFrame, rest: pl.DataFrame, source: Source
) -> Landed:
    complete = sealed(new, source)
    insert_rows(connection, "records_record", _COLUMNS, _record_rows(complete, source))
    different = rest.filter(pl.col("standing") != pl.col("digest"))
    _propose(different, source)
    landed = pl.concat([new, own])
    return Landed(
        new=landed.height,
        unchanged=rest.height - different.height,
        corrections=different.height,
        not_public=landed.filter(pl.col("not_public_reason") != "").height,
    )


# The database has no defaults of its own.
_NOT_YET = (
    "reviewed_by",
    "secrecy_checked_by",
    "hold_reason",
    "status_mark",
    "removal_code",
    "removal_reason",
)
_FROM_ROW = (
    "id",
    "person",
    "row",
    "decision_number",
    "decision_date",
    "subject_name",
    "credit_code",
    "authority",
    "region_code",
    "content",
    "sealed",
    "identity_hash",
    "digest",
    "not_public_reason",
    "publish_by",
    "item_id",
)
_FROM_SOURCE = (
    "kind",
    "edition",
    "unit_id",
    "batch_id",
    "sheet",
    "entered_by",
    "state",
    "version",
    "received_at",
    *_NOT_YET,
)
_COLUMNS = (
    *("row_number" if name == "row" else name for name in _FROM_ROW),
    *_FROM_SOURCE,
)


def _record_rows(rows: pl.DataFrame, source: Source) -> Iterator[tuple[object, ...]]:
    form = source.form
    shared = (
        str(form.kind),
        form.edition,
        source.unit.pk,
        source.batch_id.hex,
        source.sheet,
        source.entered_by,
        str(State.RECEIVED),
        1,
        connection.ops.adapt_datetimefield_value(source.at),
        *([""] * len(_NOT_YET)),
    )
    for values in _plain(rows, source).select(_FROM_ROW).iter_rows():
        yield values + shared


def _plain(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    # The national edition has no column for the region: it is the unit's.
    left_out = {"region_code": source.unit.region_code}
    blank = [
        pl.lit(left_out.get(name, "")).alias(name)
        for name in _FROM_ROW
        if name not in rows.columns
    ]
    return rows.with_columns(blank).with_columns(pl.col("credit_code").fill_null(""))


_PROPOSED = tuple(name for name in _FROM_ROW if name not in ("id", "row"))


def _propose(rows: pl.DataFrame, source: Source) -> None:
    # What is not held yet is of this very file: a second row of one decision.
    whose = pl.col("held_unit").fill_null(source.unit.pk)
    ready = _plain(sealed(rows.with_columns(record_unit_id=whose), source), source)
    ProposedCorrection.objects.bulk_create(
        (
            ProposedCorrection(
                batch_id=source.batch_id,
                sheet=source.sheet,
                row_number=row["row"],
                record_id=UUID(row["id"]),
                record_unit_id=row["record_unit_id"],
                unit=source.unit,
                entered_by=source.entered_by,
                received_at=source.at,
                edition=source.form.edition,
                **{name: row[name] for name in _PROPOSED},
            )
            for row in ready.iter_rows(named=True)
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )
