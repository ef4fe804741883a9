"""Who stands behind a write: a value that every action takes as `by`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person or a machine at the moment of an action.

    Plain text throughout, so that an event keeps its meaning after the account,
    the role or the unit is gone. `unit` is the unit's code.
    """

    username: str
    role: str = ""
    unit: str = ""
    address: str = ""


WORKER = Actor(username="worker", role="system")
