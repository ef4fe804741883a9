"""A trail of a few events for the tests to spoil."""

from datetime import UTC, datetime, timedelta

from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.models import Event

AT = datetime(2016, 3, 1, 2, tzinfo=UTC)
BY = Actor(username="li", role="reviewer", unit="lyg-hbj", address="10.0.0.8")


def write_trail(number: int = 5) -> list[Event]:
    """Append events a minute apart, each about a batch of its own."""
    return [
        record_event(
            at=AT + timedelta(minutes=place),
            by=BY,
            action="intake.receive_file",
            target=Target(kind="batch", key=str(place)),
            details={"rows": place},
            changes={"state": ("received", "checked")},
            reason="月报",
        )
        for place in range(1, number + 1)
    ]
