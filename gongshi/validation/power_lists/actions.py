"""Imports a power list: good rows land in the draft, bad rows go back marked."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import polars as pl
from django.db import transaction
from django.utils.translation import gettext

from gongshi.accounts.models import Unit
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.catalogue.actions import CannotEdit, begin_draft, take_items
from gongshi.catalogue.items import ItemValues, values_of
from gongshi.catalogue.models import CatalogueVersion
from gongshi.catalogue.queries import draft_of, last_items
from gongshi.domain.findings import Severity
from gongshi.domain.power_list import EDITION
from gongshi.domain.power_list_check import ListedItem, PowerListCheck
from gongshi.domain.units import UnitKind
from gongshi.intake.reading import CannotRead, Limits, SheetPart, read
from gongshi.intake.scratch import scratch_file
from gongshi.validation.marked import MarkedWorkbook
from gongshi.validation.models import PowerListImport

MOST_BYTES = 10 * 1024 * 1024
LIMITS = Limits(
    workbook_bytes=MOST_BYTES,
    text_bytes=MOST_BYTES,
    unpacked_bytes=20 * MOST_BYTES,
    rows=20_000,
    cells=1_000_000,
)


@dataclass(frozen=True, kw_only=True)
class _Read:
    """What a file says: its good rows, its findings, itself with marks."""

    check: PowerListCheck
    findings: pl.DataFrame
    marked: bytes


def import_power_list(
    path: Path, *, name: str, unit: Unit, by: Actor, at: datetime
) -> PowerListImport:
    """Read the file and take its good rows into the unit's draft, begun if there is none.

    Repeatable: the same file again changes nothing, and what a file has no column for
    stays as the items in the draft, or in the last version, say it. A file that cannot be read, or
    has no good row, leaves the catalogue alone; the import says why.

    Raises:
        CannotEdit: the unit has no catalogue of its own, or the draft was approved or
            discarded while the file was read.
    """
    bodies = _bodies(unit)
    known = {each.key: _listed(each) for each in map(values_of, last_items(unit))}
    check = PowerListCheck(bodies=frozenset(bodies), known=known)
    done = _read(path, name, check)
    items = [_values(item, bodies) for item in done.check.items]
    with transaction.atomic():
        draft = None
        counts = {"bad": done.check.bad_rows, "left_out": done.check.left_out}
        if items:
            draft = _draft(unit, by=by, at=at)
            taken = take_items(draft, items, by=by, at=at)
            counts |= vars(taken)
        kept = PowerListImport.objects.create(
            unit=unit,
            name=name[:200],
            imported_by=by.username,
            imported_at=at,
            version=draft.number if draft else None,
            counts=counts,
            findings=packed(done.findings),
            marked=done.marked,
        )
        record_event(
            at=at,
            by=by,
            action="validation.import_power_list",
            target=Target(kind="unit", key=unit.code),
            details={"file": kept.name, "version": kept.version, **counts},
        )
    return kept


def findings_of(done: PowerListImport) -> pl.DataFrame:
    """Return what was found in the file (FINDING_SCHEMA), errors first."""
    order = {str(severity): place for place, severity in enumerate(Severity)}
    findings = pl.read_parquet(BytesIO(bytes(done.findings)))
    return findings.sort(
        pl.col("severity").replace_strict(order, default=len(order)),
        maintain_order=True,
    )


def _draft(unit: Unit, *, by: Actor, at: datetime) -> CatalogueVersion:
    try:
        return draft_of(unit) or begin_draft(unit, by=by, at=at)
    except CannotEdit:
        begun = draft_of(unit)  # by another import, at this moment
        if begun is None:
            raise
        return begun


def _read(path: Path, name: str, check: PowerListCheck) -> _Read:
    reading = read(path, name=name, edition=EDITION, limits=LIMITS)
    found = [reading.problems]
    with scratch_file(".xlsx") as target:
        with MarkedWorkbook(target, gettext) as marked:
            marked.add(reading.problems, None)
            try:
                for part in reading.parts:
                    findings = pl.concat([part.problems, _checked(check, part)])
                    marked.add(findings, part)
                    found.append(findings)
            except CannotRead as error:
                marked.add(error.finding, None)
                found.append(error.finding)
        content = target.read_bytes()
    return _Read(check=check, findings=pl.concat(found), marked=content)


def _checked(check: PowerListCheck, part: SheetPart) -> pl.DataFrame:
    lost = part.lost.filter(field="item_code").get_column("row").to_list()
    return check.check(
        part.sheet, part.frame, columns=part.match.columns, lost=frozenset(lost)
    )


def _bodies(unit: Unit) -> dict[str, Unit]:
    entrusted = unit.subordinates.filter(kind=UnitKind.ENTRUSTED)
    return {body.name: body for body in entrusted}


def _values(item: ListedItem, bodies: dict[str, Unit]) -> ItemValues:
    said = {name: value for name, value in vars(item).items() if name != "body"}
    return ItemValues(**said, entrusted_to=bodies.get(item.body))


def _listed(values: ItemValues) -> ListedItem:
    said = {
        name: value for name, value in vars(values).items() if name != "entrusted_to"
    }
    body = values.entrusted_to
    return ListedItem(**said, body=body.name if body else "")


def packed(findings: pl.DataFrame) -> bytes:
    """Return findings as an import keeps them."""
    content = BytesIO()
    findings.write_parquet(content, compression="zstd")
    return content.getvalue()
