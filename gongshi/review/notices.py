"""Leaves word for people about records: what came back, was held, is disputed."""

from datetime import datetime

from gongshi.audit.actors import Actor
from gongshi.records.models import Record
from gongshi.review.models import Notice, NoticeKind


def tell(record: Record, kind: NoticeKind, *, by: Actor, at: datetime) -> None:
    """Leave word for who entered the record, unless it was that person's own doing."""
    notify(record.entered_by, record, kind, by=by, at=at)


def notify(
    recipient: str, record: Record, kind: NoticeKind, *, by: Actor, at: datetime
) -> None:
    """Leave word for somebody, unless it was that person's own doing."""
    if recipient != by.username:
        Notice.objects.create(
            recipient=recipient, record=record, kind=kind, by=by.username, at=at
        )


def mark_read(record: Record, *, user: str, at: datetime) -> int:
    """Note that somebody has seen the news about a record; no event is worth that."""
    unread = Notice.objects.filter(record=record, recipient=user, read_at__isnull=True)
    return unread.update(read_at=at)
