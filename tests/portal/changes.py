"""Builders of feed changes that are valid by default."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from gongshi.domain.feed import Operation, PublicChange, canonical
from gongshi.portal.actions import apply_changes

TODAY = date(2016, 3, 1)
AT = datetime(2016, 3, 1, 1, 30, tzinfo=UTC)


def record_id(number: int) -> UUID:
    """Return the record id of that number, always the same."""
    return UUID(int=number)


def payload(**values: object) -> dict[str, Any]:
    """Return the public payload of a licence, or of a penalty if `kind` says so."""
    kind = values.pop("kind", "licence")
    content = values.pop("content", "预包装食品销售")
    base: dict[str, Any] = {
        "kind": kind,
        "edition": "jiangsu-2016",
        "person": "legal",
        "unit_code": "11320700014310258G",
        "unit_name": "连云港市食品药品监督管理局",
        "unit_level": "city",
        "superior_code": "lyg-zf",
        "entrusted_name": "",
        "region_code": "320700",
        "catalogue_item": "JS320700SY-XK-0001",
        "category": "核准",
        "version": 1,
        "corrected_on": None,
        "disputed_on": None,
        "person_key": None,
        "authority": "连云港市食品药品监督管理局",
        "decision_number": "连食药许〔2016〕1号",
        "decision_date": "2016-02-25",
        "subject_name": "连云港云台食品有限公司",
        "credit_code": "91320700MA1MBGC09C",
        "title": "食品经营许可",
        "published_on": TODAY.isoformat(),
        "listed_until": (TODAY + timedelta(days=9)).isoformat(),
        "display_until": "2023-03-01",
        "status": "正常",
    } | values
    return base | {"fields": values.get("fields", _fields(base, content))}


def change(sequence: int, **values: object) -> PublicChange:
    """Return the publication of record `sequence`; `record` names another one."""
    number = values.pop("record", sequence)
    operation = values.pop("operation", Operation.PUBLISH)
    body = values.pop("payload", None) or payload(**values)
    assert isinstance(number, int)
    assert isinstance(operation, Operation)
    assert isinstance(body, dict)
    return PublicChange(
        sequence=sequence,
        record_id=record_id(number),
        operation=operation,
        at=AT,
        payload=canonical(body),
        hash=sha256(str(sequence).encode()).hexdigest(),
    )


def withdrawal(
    sequence: int,
    *,
    record: int,
    reason: str = "行政决定被依法撤销",
    person: str = "legal",
) -> PublicChange:
    """Return the withdrawal of a record."""
    body = {
        "reason": reason,
        "kind": "licence",
        "person": person,
        "at": AT.isoformat(),
        "unit_code": "11320700014310258G",
        "unit_name": "连云港市食品药品监督管理局",
    }
    return change(sequence, record=record, operation=Operation.WITHDRAW, payload=body)


def publish(*records: Mapping[str, object]) -> None:
    """Publish one record per mapping of payload values, numbered from 1."""
    apply_changes(
        [change(number, **values) for number, values in enumerate(records, 1)]
    )


def _fields(base: Mapping[str, Any], content: object) -> dict[str, object]:
    prefix = "XK" if base["kind"] == "licence" else "CF"
    return {
        f"{prefix}_WSH": base["decision_number"],
        "XK_XMMC" if prefix == "XK" else "CF_CFMC": base["title"],
        "XK_NR" if prefix == "XK" else "CF_SY": content,
        "XK_XDR" if prefix == "XK" else "CF_XDR_MC": base["subject_name"],
        f"{prefix}_JDRQ": base["decision_date"],
        f"{prefix}_ZT": base["status"],
    }
