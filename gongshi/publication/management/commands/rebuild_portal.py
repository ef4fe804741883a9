"""`gongshi rebuild_portal`: the public store made again from the change feed."""

from concurrent.futures import BrokenExecutor

from django.core.management.base import BaseCommand, CommandError

from gongshi.environment import relax_garbage_collection
from gongshi.portal.beside import CannotReplace
from gongshi.publication.consumers import CannotRebuild, rebuild_portal


class Command(BaseCommand):
    """Verifies the feed and makes a new public store, which then replaces the old."""

    help = "Make the public store again from the change feed."

    def handle(self, *arguments: object, **options: object) -> None:
        """Rebuild and say how many changes were applied."""
        relax_garbage_collection()
        try:
            applied = rebuild_portal()
        except CannotRebuild as error:
            raise CommandError(
                f"The change feed is not whole: {error}."
                " The public store was left as it is."
            ) from error
        except BrokenExecutor as error:
            raise CommandError(
                "The process that reads the change feed was ended, perhaps for want of"
                " memory. The public store was left as it is; try again."
            ) from error
        except CannotReplace as error:
            raise CommandError(
                f"{error} The public store was left as it is; try again later."
            ) from error
        self.stdout.write(f"Applied {applied} changes.")
