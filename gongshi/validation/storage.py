"""Keeps a batch's findings: packed whole, and the first of each rule as rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import polars as pl

from gongshi.domain.findings import FINDING_SCHEMA
from gongshi.intake.models import Batch
from gongshi.validation.models import Finding, FindingPart

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
        packed = BytesIO()
        findings.write_parquet(packed, compression="zstd")
        FindingPart.objects.create(
            batch=self._batch, position=self._parts, content=packed.getvalue()
        )
        self._parts += 1
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


def stored_findings(batch: Batch) -> Iterator[pl.DataFrame]:
    """Yield all findings of the batch (FINDING_SCHEMA), part by part, in file order."""
    parts = FindingPart.objects.filter(batch=batch).order_by("position")
    for content in parts.values_list("content", flat=True).iterator(chunk_size=1):
        yield pl.read_parquet(BytesIO(content))
