"""Brings the public store up to date, and notices where it followed another feed."""

from gongshi.portal.actions import CannotApply
from gongshi.portal.queries import feed_head
from gongshi.publication.consumers import catch_up_portal
from gongshi.publication.models import Change


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


def catch_up() -> int:
    """Apply what the public store has not seen yet; return how many changes.

    Raises:
        CannotApply: `forked`, where the store followed another feed and must be
            rebuilt; nothing is applied.
    """
    if not follows_feed():
        raise CannotApply(
            "forked", "The public store is ahead of the feed, or followed another one."
        )
    return catch_up_portal()
