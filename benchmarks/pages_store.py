"""Fills a public store with made-up licences, as the feed would."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from gongshi.domain.feed import Operation, PublicChange, canonical
from gongshi.portal.actions import apply_changes

_AT_ONCE = 5_000


def record_id(number: int) -> UUID:
    """Return the id of the record with that number."""
    return UUID(int=number)


def fill(records: int, on: date) -> None:
    """Publish so many licences of ten units on that day."""
    changes: list[PublicChange] = []
    for change in _changes(records, on):
        changes.append(change)
        if len(changes) == _AT_ONCE:
            apply_changes(changes)
            changes = []
    apply_changes(changes)


def _changes(records: int, on: date) -> Iterator[PublicChange]:
    at = datetime.now(UTC)  # noqa: TID251 - a benchmark begins at its own time
    for number in range(1, records + 1):
        yield PublicChange(
            sequence=number,
            record_id=record_id(number),
            operation=Operation.PUBLISH,
            at=at,
            payload=canonical(_payload(number, on)),
            hash=sha256(str(number).encode()).hexdigest(),
        )


def _payload(number: int, on: date) -> dict[str, object]:
    unit = number % 10
    decision_number = f"连食药许〔{on.year}〕{number}号"
    name = f"连云港云台第{number}食品有限公司"
    return {
        "kind": "licence" if number % 3 else "penalty",
        "edition": "jiangsu-2016",
        "person": "legal",
        "unit_code": f"unit-{unit}",
        "unit_name": f"连云港市第{unit}局",
        "unit_level": "city",
        "superior_code": "",
        "entrusted_name": "",
        "region_code": "320700",
        "catalogue_item": None,
        "category": "核准",
        "version": 1,
        "corrected_on": None,
        "disputed_on": None,
        "person_key": None,
        "authority": f"连云港市第{unit}局",
        "decision_number": decision_number,
        "decision_date": on.isoformat(),
        "subject_name": name,
        "credit_code": f"9132070{number:011}",
        "title": "食品经营许可",
        "published_on": on.isoformat(),
        "listed_until": (on + timedelta(days=9)).isoformat(),
        "display_until": None,
        "status": "正常",
        "fields": {
            "XK_WSH": decision_number,
            "XK_XMMC": "食品经营许可",
            "XK_NR": "预包装食品销售；散装食品销售；特殊食品销售。" * 4,
            "XK_XDR": name,
            "XK_JDRQ": on.isoformat(),
            "XK_ZT": "正常",
            "XK_XZJG": f"连云港市第{unit}局",
        },
    }
