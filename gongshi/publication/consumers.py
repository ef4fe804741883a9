"""Hands the feed to those who follow it; the portal is the first of them."""

import logging
from collections.abc import Sequence

from django.db import DatabaseError

from gongshi.domain.feed import PublicChange
from gongshi.portal.actions import CannotApply, apply_changes, apply_prepared
from gongshi.portal.beside import replace_store
from gongshi.portal.queries import feed_head
from gongshi.publication.ahead import blocks_after
from gongshi.publication.feed import changes_after
from gongshi.publication.models import Change
from gongshi.publication.queries import FeedFault

logger = logging.getLogger(__name__)

_AT_ONCE = 10_000


class CannotRebuild(Exception):
    """The feed is not whole; `fault` says where and how."""

    def __init__(self, fault: FeedFault) -> None:
        super().__init__(f"{fault.code} at {fault.sequence}")
        self.fault = fault


def hand_over(changes: Sequence[PublicChange]) -> bool:
    """Apply changes that were committed just now; say whether the portal has them.

    A fault of the public store never undoes a publication: it is logged, and
    `catch_up_portal` does the work later. Where the portal lags behind, it is
    brought up to date here.
    """
    try:
        _require_same_feed()
        try:
            apply_changes(changes)
        except CannotApply as error:
            if error.code != "gap":
                raise
            catch_up_portal()
    except (CannotApply, DatabaseError):
        logger.exception("The public store could not apply the change feed.")
        return False
    return True


def catch_up_portal(limit: int | None = None) -> int:
    """Apply what the portal has not seen yet, in order; return how many changes.

    Raises:
        CannotApply: `forked`, where the portal followed another feed and must be
            rebuilt; nothing is applied.
    """
    _require_same_feed()
    applied = 0
    while limit is None or applied < limit:
        size = _AT_ONCE if limit is None else min(_AT_ONCE, limit - applied)
        head = feed_head()
        changes = changes_after(head.sequence, limit=size)
        if not changes:
            break
        applied += apply_changes(changes)
    return applied


def follows_feed() -> bool:
    """Say whether the last change that the public store applied stands in the feed.

    It does not where the registry was put back from a backup and the store was not:
    changes with the numbers that it has applied would be passed over in silence.
    """
    # The store first: what it has applied was committed to the feed before.
    head = feed_head()
    if head.sequence == 0:
        return True
    return Change.objects.filter(sequence=head.sequence, hash=head.hash).exists()


def _require_same_feed() -> None:
    if not follows_feed():
        raise CannotApply(
            "forked", "The public store is ahead of the feed, or followed another one."
        )


def rebuild_portal() -> int:
    """Make the public store again from the whole feed; return how many changes.

    The old store is read, and written, until the new one is whole and put in its
    place. The feed is verified on the way.

    Raises:
        CannotRebuild: the feed is not whole; the old store stays.
        CannotReplace: another rebuild runs, or readers do not let go.
    """
    return replace_store(_apply_whole_feed)


def _apply_whole_feed() -> int:
    """Apply and verify what the store has not seen of the feed; see `rebuild_portal`."""
    head, applied = feed_head(), 0
    for block in blocks_after(head.sequence, head.hash):
        if isinstance(block, FeedFault):
            raise CannotRebuild(block)
        applied += apply_prepared(block)
    return applied


def portal_lag() -> int:
    """Return how many changes the portal has not applied yet."""
    last = Change.objects.order_by("-sequence").first()
    return (last.sequence if last else 0) - feed_head().sequence
