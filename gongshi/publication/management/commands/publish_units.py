"""`gongshi publish_units`: tells the public of changed units without waiting."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from gongshi.audit.actors import Actor
from gongshi.publication.units import publish_changed_units


class Command(BaseCommand):
    """Publishes units and catalogues that the public knows otherwise, or not at all."""

    help = "Publish units and catalogues that have changed; the worker does so too."

    def handle(self, *arguments: object, **options: object) -> None:
        """Publish them and say how many they were."""
        published = publish_changed_units(
            by=Actor(username="operator"), at=timezone.now()
        )
        self.stdout.write(f"Published {published} units.")
