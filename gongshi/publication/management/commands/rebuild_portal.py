"""`gongshi rebuild_portal`: the public store made again from the change feed."""

from django.core.management.base import BaseCommand, CommandError

from gongshi.publication.consumers import rebuild_portal
from gongshi.publication.queries import verify_feed


class Command(BaseCommand):
    """Verifies the feed, empties the public store and applies everything again."""

    help = "Make the public store again from the change feed."

    def handle(self, *arguments: object, **options: object) -> None:
        """Rebuild and say how many changes were applied."""
        fault = verify_feed()
        if fault is not None:
            raise CommandError(
                f"The change feed is not whole: {fault.code} at {fault.sequence}."
                " The public store was left as it is."
            )
        self.stdout.write(f"Applied {rebuild_portal()} changes.")
