"""`gongshi catch_up_portal`: apply what the public store has not seen yet."""

import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from gongshi.environment import relax_garbage_collection
from gongshi.publication.consumers import catch_up_portal


class Command(BaseCommand):
    """Applies the change feed to the public store once, or line by line."""

    help = (
        "Apply the change feed to the public store (--follow: again at each line read)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--follow", action="store_true")

    def handle(self, *, follow: bool, **options: object) -> None:
        """Catch up; following, until the input ends."""
        relax_garbage_collection()
        applied = catch_up_portal()
        if follow:
            for _line in sys.stdin:
                applied += catch_up_portal()
            applied += catch_up_portal()
        self.stdout.write(str(applied))
