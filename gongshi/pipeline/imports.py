"""One file all the way in this process, for commands: receive, check, approve, publish."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.intake.actions import Upload, receive_file
from gongshi.intake.models import Batch, BatchState
from gongshi.publication.actions import Deliver, publish_batch
from gongshi.publication.consumers import hand_over
from gongshi.publication.follower import Follower
from gongshi.review.actions import CannotReview, approve_batch
from gongshi.validation.actions import Hand, check_batch
from gongshi.validation.actions_batches import confirm_warnings
from gongshi.validation.queries import unconfirmed

Clock = Callable[[], datetime]

_LARGE_FILE = 5 * 1024**2  # bytes from which a second process is worth its start


class CannotImport(Exception):
    """Rows meet those of a batch that another process is landing; try again."""

    code = "busy"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to do with a file, for which unit and on whose behalf.

    `reviewed_by` approves and publishes the good rows, and has checked their secrecy;
    without one they wait for a reviewer. `confirmed` is the enterer's reason why rows
    with such warnings as need one are right; without it, they wait for one.
    """

    unit: Unit
    by: Actor
    edition: str = ""
    reviewed_by: Actor | None = None
    confirmed: str = ""


def import_file(path: Path, order: Order, *, clock: Clock) -> Batch:
    """Take a file through the same steps as the upload page; return its batch.

    Raises:
        CannotReceive: the file is too large or has no name.
        CannotImport: another process is landing the same decisions.
        CannotReview: `own-entry`; nothing is received.
    """
    if order.reviewed_by and order.reviewed_by.username == order.by.username:
        raise CannotReview("own-entry")
    if not order.reviewed_by or path.stat().st_size < _LARGE_FILE:
        return _import(path, order, clock, hand_over)
    # Started before the check: it takes a second to start and waits for its work.
    with Follower() as follower:
        return _import(path, order, clock, follower.deliver)


def _import(path: Path, order: Order, clock: Clock, deliver: Deliver) -> Batch:
    with path.open("rb") as stream:
        upload = Upload(
            name=path.name, stream=stream, key=uuid4().hex, edition=order.edition
        )
        batch = receive_file(upload, unit=order.unit, by=order.by, at=clock())
    hand = Hand(worker=f"import-{uuid4().hex[:12]}", by=order.by, clock=clock)
    if not check_batch(batch, hand):
        raise CannotImport
    batch.refresh_from_db()
    if batch.state == BatchState.CHECKED and order.confirmed:
        for code in unconfirmed(batch):
            confirm_warnings(batch, code, order.confirmed, by=order.by, at=clock())
    is_ready = batch.state == BatchState.CHECKED and not unconfirmed(batch)
    if order.reviewed_by and is_ready:
        approve_batch(batch, by=order.reviewed_by, at=clock(), secrecy_checked=True)
        publish_batch(batch, at=clock(), deliver=deliver)
        batch.refresh_from_db()
    return batch
