"""The matches of a search, looked for anew only where newer records can be among them.

While records only come, a page that was found stays right but for what is newer: newer
matches stand before the newest, behind the oldest, and in no page below a position that
was there already. The rarest searches gain most: the index works longest to find that
two common things are on hardly any record together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connections

from gongshi.portal.counting import Moment, moment
from gongshi.portal.recent import Recent
from gongshi.portal.search import Criteria, index_of
from gongshi.portal.store import STORE

_MOST = 4_096  # pages whose matches a process remembers, of some twenty numbers each


@dataclass(frozen=True, kw_only=True)
class Known:
    """The positions of a page's matches, and the state of the store that they are of."""

    positions: Sequence[int]
    at: Moment


known_matches: Recent[tuple[Criteria, int], Known] = Recent(_MOST)


def matches(criteria: Criteria, limit: int, now: Moment | None) -> Sequence[int]:
    """Return the positions of the next matches, in the order that is wanted.

    With the present state of the store, `now`, they are those of that state, and only
    what is newer than an earlier answer is looked for.
    """
    if now is None:
        return _looked_for(criteria, limit)
    known = known_matches.get((criteria, limit))
    found = None if known is None else _renewed(criteria, limit, known, now)
    if found is None:
        found = _found_at(criteria, limit, now)
        if not moment().only_added(now):  # some may have gone or moved meanwhile
            return _looked_for(criteria, limit)
    known_matches.put((criteria, limit), Known(positions=found, at=now))
    return found


def newer_matches(
    criteria: Criteria, since: Moment, now: Moment, limit: int
) -> Sequence[int]:
    """Return the positions of the first matches that came between the two states."""
    beyond = max(since.change, criteria.beyond or 0)
    newer = replace(criteria, oldest_first=True, beyond=beyond)
    connection = connections[STORE]
    found = index_of(connection).newer(connection, newer, limit)
    return [position for position in found if position <= now.change]


def _found_at(criteria: Criteria, limit: int, now: Moment) -> Sequence[int]:
    """Return the matches of that state, though others may have come since."""
    if criteria.beyond is None and not criteria.oldest_first:
        criteria = replace(criteria, beyond=now.change + 1)
    found = _looked_for(criteria, limit)
    return [position for position in found if position <= now.change]


def _looked_for(criteria: Criteria, limit: int) -> Sequence[int]:
    connection = connections[STORE]
    return index_of(connection).positions(connection, criteria, limit)


def _renewed(
    criteria: Criteria, limit: int, known: Known, now: Moment
) -> Sequence[int] | None:
    """Return what was known with what is newer; None: all of it is to be looked for."""
    if now == known.at:
        return known.positions
    if not now.only_added(known.at) or not now.is_soon_after(known.at):
        return None
    if criteria.oldest_first:
        room = limit - len(known.positions)
        newer = newer_matches(criteria, known.at, now, room) if room else []
        return [*known.positions, *newer]
    if criteria.beyond is not None:
        # A position that was not there yet is nobody's page; then anything can be newer.
        return known.positions if criteria.beyond <= known.at.change else None
    newer = newer_matches(criteria, known.at, now, limit)
    if len(newer) == limit:
        return None
    return [*reversed(newer), *known.positions][:limit]
