"""`gongshi worker`: the process that does the work in the background."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils import timezone

from gongshi.environment import give_way, relax_garbage_collection
from gongshi.pipeline.worker import work


class Command(BaseCommand):
    """Checks and publishes batches, recovers abandoned ones, keeps the portal current."""

    help = "Start a worker (--until-empty: end when nothing is queued)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--until-empty", action="store_true")

    def handle(self, *, until_empty: bool, **options: object) -> None:
        """Work."""
        give_way()
        relax_garbage_collection()
        work(timezone.now, until_empty=until_empty)
