"""Keeps a batch's findings: packed whole, and the first of each rule as rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import polars as pl
from django.db.models import Max

from gongshi.domain.findings import FINDING_SCHEMA
from gongshi.intake.models import Batch
from gongshi.validation.models import Finding, FindingPart
from gongshi.validation.report import tally

LISTED = 100  # findings of a rule that the pages list; all are counted
_LONGEST_SHOWN = 500


class FindingStore:
    """Writes the findings of one batch, part after part."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._parts = 0
        self._listed: Counter[str] = Counter()

    def clear(self) -> None:
        """Forget what an interrupted check has left."""
        Finding.objects.filter(batch=self._batch).delete()
        FindingPart.objects.filter(batch=self._batch).delete()

    def add(self, findings: pl.DataFrame) -> None:
        """Store findings (FINDING_SCHEMA) of the next part."""
        if findings.is_empty():
            return
        FindingPart.objects.create(
            batch=self._batch, position=self._parts, content=_packed(findings)
        )
        self._parts += 1
        self.list_first(findings)

    def list_first(self, findings: pl.DataFrame) -> None:
        """Store those rows of the findings that the pages list."""
        Finding.objects.bulk_create(self._rows_to_list(findings))

    def _rows_to_list(self, findings: pl.DataFrame) -> Iterator[Finding]:
        first = findings.group_by("code", maintain_order=True).head(LISTED)
        for row in first.iter_rows(named=True):
            code = row["code"]
            if self._listed[code] < LISTED:
                yield _finding(self._batch, self._listed[code], row)
                self._listed[code] += 1


def _finding(batch: Batch, position: int, row: Mapping[str, Any]) -> Finding:
    texts = {
        name: str(row[name] or "")[:_LONGEST_SHOWN]
        for name in FINDING_SCHEMA
        if name != "row"
    }
    return Finding(batch=batch, position=position, row=row["row"], **texts)


def replace_findings(
    batch: Batch, places: pl.DataFrame, fresh: pl.DataFrame
) -> dict[tuple[str, str], int]:
    """Forget what was found on these rows (sheet, row), add what is found now.

    `fresh` follows FINDING_SCHEMA. Returns how often each (severity, code) is there
    afterwards. Part of the caller's transaction.
    """
    for part in FindingPart.objects.filter(batch=batch).order_by("position"):
        before = _unpacked(part.content)
        after = before.join(
            places, on=["sheet", "row"], how="anti", maintain_order="left"
        )
        if after.height < before.height:
            FindingPart.objects.filter(pk=part.pk).update(content=_packed(after))
    if not fresh.is_empty():
        last = FindingPart.objects.filter(batch=batch).aggregate(Max("position"))
        position = -1 if last["position__max"] is None else last["position__max"]
        FindingPart.objects.create(
            batch=batch, position=position + 1, content=_packed(fresh)
        )
    return _list_again(batch)


def _list_again(batch: Batch) -> dict[tuple[str, str], int]:
    Finding.objects.filter(batch=batch).delete()
    store, counts = FindingStore(batch), Counter[tuple[str, str]]()
    for part in stored_findings(batch):
        counts.update(tally(part))
        store.list_first(part)
    return dict(counts)


def _packed(findings: pl.DataFrame) -> bytes:
    packed = BytesIO()
    findings.write_parquet(packed, compression="zstd")
    return packed.getvalue()


def _unpacked(content: bytes | memoryview) -> pl.DataFrame:
    return pl.read_parquet(BytesIO(content))


def stored_findings(batch: Batch) -> Iterator[pl.DataFrame]:
    """Yield all findings of the batch (FINDING_SCHEMA), part by part, in file order."""
    parts = FindingPart.objects.filter(batch=batch).order_by("position")
    for content in parts.values_list("content", flat=True).iterator(chunk_size=1):
        yield _unpacked(content)
