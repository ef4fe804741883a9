"""Reads the feed for who applies it, a block ahead, and works out what it makes.

Of many changes a second process does so: that is the greater half of the work, and it
goes on while the first one writes.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

import django

from gongshi.environment import relax_garbage_collection
from gongshi.portal.preparing import Prepared, prepare
from gongshi.publication.feed import changes_after
from gongshi.publication.queries import FeedFault, fault_among, head_of_feed

MANY = 50_000  # changes from which on a second process is worth its start
_AT_ONCE = 10_000

_P = ParamSpec("_P")
_T = TypeVar("_T")


def blocks_after(sequence: int, link: str) -> Iterator[Prepared | FeedFault]:
    """Yield the feed behind a change with that number and hash, to its end.

    What is published meanwhile comes, too. After a fault nothing follows.
    """
    many = head_of_feed().sequence - sequence > MANY
    with _another_process() if many else _Here() as reader:
        following = reader.submit(next_block, sequence, link)
        while isinstance(block := following.result(), Prepared):
            last = block.links[-1]
            following = reader.submit(next_block, last.sequence, last.hash)
            yield block
        if block is not None:
            yield block


def next_block(sequence: int, link: str) -> Prepared | FeedFault | None:
    """Return the next changes behind that number and hash; None at the feed's end."""
    # Before the changes: what is published meanwhile comes with the next block.
    wanted = head_of_feed()
    changes = changes_after(sequence, limit=_AT_ONCE)
    fault = fault_among(changes, after=sequence, link=link)
    if fault is not None:
        return fault
    if changes:
        return prepare(changes)
    if (sequence, link) != (wanted.sequence, wanted.hash):
        return FeedFault(sequence=sequence + 1, code="wrong-head")
    return None


def _another_process() -> Executor:
    reader = ProcessPoolExecutor(
        max_workers=1, mp_context=get_context("spawn"), initializer=django.setup
    )
    reader.submit(relax_garbage_collection)
    return reader


class _Here(Executor):
    """Does at once, in this process, what it is given."""

    def submit(
        self, function: Callable[_P, _T], /, *given: _P.args, **named: _P.kwargs
    ) -> Future[_T]:
        """Return the answer, which is there."""
        future: Future[_T] = Future()
        future.set_result(function(*given, **named))
        return future
