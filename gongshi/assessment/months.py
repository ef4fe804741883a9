"""Months as the pages and reports name them: 2016-02."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_TEXT = re.compile(r"(20[0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, order=True)
class Month:
    """A month, known by its first day."""

    first: date

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month in which a day lies."""
        return cls(day.replace(day=1))

    @classmethod
    def parse(cls, text: str) -> "Month | None":
        """Return the month of a text such as 2016-02, None: no month of 2000 to 2099."""
        found = _TEXT.fullmatch(text)
        if found is None:
            return None
        try:
            return cls(date(int(found[1]), int(found[2]), 1))
        except ValueError:
            return None

    @property
    def last(self) -> date:
        """The month's last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month.of(self.first + timedelta(days=31))

    @property
    def previous(self) -> "Month":
        """The month before."""
        return Month.of(self.first - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"
