"""Says whether the system can do its work: stores, migrations, worker, feed."""

from dataclasses import dataclass
from datetime import datetime

from gongshi.pipeline.steps import is_worker_alive
from gongshi.portal.formats import index_state
from gongshi.portal.queries import feed_head
from gongshi.portal.store_state import OK, state_of
from gongshi.publication.consumers import follows_feed
from gongshi.publication.models import Change

_FORKED = (
    "The public store has changes that are not in the registry's feed; it is ahead of"
    " it, or followed another one. Run 'gongshi rebuild_portal'."
)


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What was found; `lag_seconds` is the age of the oldest change not yet public.

    `feed` says whether the public store follows the registry's feed, `index` whether
    all of it is found, and what to do where that is not so. A store that finds less is
    still better than none: `index` alone makes nothing unready.
    """

    stores: dict[str, str]
    worker: str
    feed: str
    index: str
    lag_seconds: float | None

    @property
    def is_ready(self) -> bool:
        """Whether pages can be served and work goes on."""
        return {*self.stores.values(), self.worker, self.feed} == {"ok"}


def readiness(at: datetime) -> Readiness:
    """Look at both stores, the worker and the feed."""
    stores = {alias: state_of(alias) for alias in ("default", "portal")}
    if set(stores.values()) != {OK}:
        return Readiness(
            stores=stores,
            worker="unknown",
            feed="unknown",
            index="unknown",
            lag_seconds=None,
        )
    return Readiness(
        stores=stores,
        worker="ok" if is_worker_alive(at) else "not seen",
        feed="ok" if follows_feed() else _FORKED,
        index=index_state(),
        lag_seconds=_lag(at),
    )


def _lag(at: datetime) -> float:
    oldest = Change.objects.after(feed_head().sequence).first()
    return (at - oldest.at).total_seconds() if oldest else 0.0
