"""A page of the trail has what is asked for, in order, and reads little else."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.models import Event
from gongshi.audit.queries import EventFilter, events_matching, newest_events
from tests.plans import indexes_wherever_possible, scans

pytestmark = pytest.mark.django_db

NOON = datetime(2016, 3, 1, 4, 0, tzinfo=UTC)
UNITS = ["a", "b", "c", "d's"]
ACTIONS = ["review.approve", "review.return", "publication.correct"]


@pytest.fixture
def trail() -> Sequence[Event]:
    """Return events of four units; some were begun earlier and noted later."""
    random = Random(3)  # noqa: S311 - the same each time
    return [
        record_event(
            at=NOON + timedelta(minutes=random.randrange(30)),
            by=Actor(
                username=random.choice(["li", "wang"]),
                role="reviewer",
                unit=random.choice(UNITS),
                address=random.choice(["10.0.0.1", "10.0.0.2"]),
            ),
            action=random.choice(ACTIONS),
            target=Target(kind="record", key=str(random.randrange(9))),
        )
        for _ in range(80)
    ]


def _filters() -> Iterator[EventFilter]:
    since, until = NOON + timedelta(minutes=5), NOON + timedelta(minutes=21)
    for units, unit, action, period in product(
        (None, UNITS[:2], UNITS, []),
        ("", "a", "d's"),
        ("", "review", ACTIONS[0]),
        (0, 1),
    ):
        for other in ({}, {"person": "li"}, {"address": "10.0.0.2"}, {"target": "3"}):
            yield EventFilter(
                units=units,
                unit=unit,
                action=action,
                since=since if period else None,
                until=until if period else None,
                **other,
            )


def test_pages_are_all_that_is_asked_for_newest_first(trail: Sequence[Event]) -> None:
    for asked in _filters():
        wanted = [*events_matching(asked).order_by("-at", "-sequence")]

        seen: list[Event] = []
        below = None
        while True:
            page = newest_events(asked, size=7, below=below)
            seen += page.events
            below = page.older
            if below is None:
                break

        assert seen == wanted, asked


def test_way_back_leads_over_the_same_pages(trail: Sequence[Event]) -> None:
    asked = EventFilter(action="review")
    there = [newest_events(asked, size=9)]
    while there[-1].older is not None:
        there.append(newest_events(asked, size=9, below=there[-1].older))

    back = [newest_events(asked, size=9, above=there[-1].newer)]
    while back[-1].newer is not None:
        back.append(newest_events(asked, size=9, above=back[-1].newer))

    assert [page.events for page in back] == [page.events for page in there[-2::-1]]


def test_no_filter_reads_the_whole_trail(trail: Sequence[Event]) -> None:
    with indexes_wherever_possible(), CaptureQueriesContext(connection) as queries:
        newest_events(EventFilter(), size=7, below=40)
        for asked in _filters():
            if asked != EventFilter():  # which begins at the end, and may read on
                newest_events(asked, size=7)
                newest_events(asked, size=7, below=40)

        assert len(queries) > 100
        assert scans(queries, "audit_event") == []
