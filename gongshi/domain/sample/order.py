"""What is asked of a sample, and what cannot be made."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from gongshi.domain.deadlines import publish_deadlines
from gongshi.domain.standards import Form
from gongshi.domain.working_days import Calendar

NATURAL_SHARE = 0.06


class CannotSample(Exception):
    """The records asked for cannot be made."""

    def __init__(self, code: str, text: str) -> None:
        """Keep a code for programs beside the text for people."""
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Order:
    """A number of records of a form, decided from `since` to `until`.

    `until` is also the day on which the records are received. `unit` is the name
    of one department; None takes all of them. `errors` is the share of rows that
    carry a planted fault, `natural_share` that of natural persons in a form for
    all, `first_number` where the decision numbers of each year begin.
    """

    form: Form
    rows: int
    seed: int
    since: date
    until: date
    unit: str | None = None
    errors: float = 0.0
    natural_share: float = NATURAL_SHARE
    first_number: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be made.

        Raises:
            CannotSample: the numbers or the dates contradict each other.
        """
        if self.rows < 1:
            raise CannotSample("no-rows", "Ask for one row or more.")
        if self.since > self.until:
            raise CannotSample("no-days", "--since must not be later than --until.")
        for share in (self.errors, self.natural_share):
            if not 0 <= share <= 1:
                raise CannotSample("bad-share", "A share lies between 0 and 1.")


def first_day_in_time(until: date, calendar: Calendar) -> date:
    """Return the first decision day whose publish deadline has not passed at `until`.

    Where the calendar does not know the year, `until` itself.
    """
    still_open = publish_deadlines(calendar).filter(pl.col("deadline") >= until)
    first = still_open.get_column("decision_date").min()
    return min(first, until) if isinstance(first, date) else until
