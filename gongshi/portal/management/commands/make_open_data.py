"""`gongshi make_open_data`: today's bulk sets, in the folder that the pages read."""

import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gongshi.portal.opendata.forgetting import forget_records
from gongshi.portal.opendata.making import CannotMakeSet, forget_sets, make_set

_NICE = 10  # batches and pages come first


class Command(BaseCommand):
    """Makes the set of the day, unless it is there; removes what is too old or gone."""

    help = "Make today's open data sets; harmless to repeat, goes on after a kill."

    def handle(self, **options: object) -> None:
        """Make and forget."""
        os.nice(_NICE)
        on, root = timezone.localdate(), settings.OPEN_DATA_DIR
        try:
            is_new = make_set(root, on, at=timezone.now())
        except CannotMakeSet as error:
            raise CommandError("Another process is making the set.") from error
        forget_sets(
            root, days=settings.OPEN_DATA_DAYS, months=settings.OPEN_DATA_MONTHS
        )
        try:
            forgotten = forget_records(root, on, at=timezone.now())
        except CannotMakeSet as error:
            raise CommandError("Another process works in the folder.") from error
        if forgotten:
            self.stdout.write(f"Took out {forgotten} records no longer on display.")
        self.stdout.write(f"{root / 'daily' / str(on)}{'' if is_new else ' (there)'}")
