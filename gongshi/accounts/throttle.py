"""Slows down the guessing of passwords: few failures for a name from an address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gongshi.accounts.models import FailedSignIn

MOST = 5
WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Somebody tries to sign in under a name, from a network address, at a time."""

    username: str
    address: str
    at: datetime

    @property
    def is_refused(self) -> bool:
        """Whether there were too many failures lately to look at the password."""
        failures = FailedSignIn.objects.filter(
            username=self.username, address=self.address, at__gt=self.at - WITHIN
        )
        return failures.count() >= MOST

    def note_failure(self) -> None:
        """Count a wrong password; forget all that no longer counts."""
        FailedSignIn.objects.filter(at__lte=self.at - WITHIN).delete()
        FailedSignIn.objects.create(
            username=self.username, address=self.address, at=self.at
        )

    def forget_failures(self) -> None:
        """Count from the beginning: the right password was given."""
        FailedSignIn.objects.filter(
            username=self.username, address=self.address
        ).delete()
