"""Slows down guessing: few failures for a name, whether of password or second factor."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from gongshi.accounts.models import FailedSignIn, Step

MOST = 5
WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Somebody tries to sign in under a name, from a network address, at a time.

    Passwords are counted for the address, so that nobody keeps others out by failing
    in their name. Whoever is asked for the second factor knows the password already:
    that is counted wherever it comes from.
    """

    username: str
    address: str
    at: datetime
    step: Step = Step.PASSWORD

    @property
    def is_refused(self) -> bool:
        """Whether there were too many failures lately to look at what is given."""
        return self._failures().filter(at__gt=self.at - WITHIN).count() >= MOST

    def note_failure(self) -> None:
        """Count a failure; forget all that no longer counts."""
        FailedSignIn.objects.filter(at__lte=self.at - WITHIN).delete()
        FailedSignIn.objects.create(
            username=self.username, address=self.address, step=self.step, at=self.at
        )

    def forget_failures(self) -> None:
        """Count from the beginning: what was given was right."""
        self._failures().delete()

    def _failures(self) -> QuerySet[FailedSignIn]:
        found = FailedSignIn.objects.filter(username=self.username, step=self.step)
        if self.step is Step.PASSWORD:
            found = found.filter(address=self.address)
        return found
