"""The audit trail as a file: CSV for spreadsheets, JSON lines for machines."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence

from gongshi.audit.models import Event
from gongshi.audit.presenting import sentence_of
from gongshi.audit.queries import changes_of, details_of, is_damaged

COLUMNS = (
    "sequence",
    "at",
    "username",
    "role",
    "unit_code",
    "address",
    "action",
    "sentence",
    "target_kind",
    "target_id",
    "reason",
    "changes",
    "details",
    "previous_hash",
    "hash",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a formula begins in a spreadsheet
_BYTE_ORDER_MARK = "\ufeff"  # so that Excel shows Chinese


class _Line:
    """Takes what the csv module writes and gives it on."""

    def write(self, text: str) -> str:
        return text


def as_csv(events: Iterable[Event]) -> Iterator[str]:
    """Yield the lines of a CSV; no cell is run as a formula."""
    writer = csv.writer(_Line())
    yield _BYTE_ORDER_MARK + writer.writerow(COLUMNS)
    for event in events:
        yield writer.writerow([_safe(cell) for cell in _row(event)])


def as_json_lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield one JSON object a line, with details and changes as they are kept.

    Where they are damaged, as the texts that stand there.
    """
    for event in events:
        values = dict(zip(COLUMNS, _row(event), strict=True))
        if not is_damaged(event):
            values |= {"details": details_of(event), "changes": changes_of(event)}
        yield json.dumps(values, ensure_ascii=False) + "\n"


def _row(event: Event) -> Sequence[object]:
    extra = {"at": event.at.isoformat(), "sentence": sentence_of(event.action)}
    return [extra.get(name) or getattr(event, name) for name in COLUMNS]


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell
