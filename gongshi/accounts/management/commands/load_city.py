"""`gongshi load_city lianyungang`: the units of a city, from the CSV on file."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gongshi.accounts.actions import load_city
from gongshi.accounts.city import CannotLoadCity, cities
from gongshi.audit.actors import Actor


class Command(BaseCommand):
    """Loads a city's units; running it again brings them up to date."""

    help = "Load the units of a city from the CSV that comes with Gongshi."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the city's name."""
        parser.add_argument("city", help=", ".join(cities()))

    def handle(self, *arguments: object, **options: object) -> None:
        """Load the city and say how many units changed."""
        try:
            loaded = load_city(
                str(options["city"]), by=Actor(username="operator"), at=timezone.now()
            )
        except CannotLoadCity as error:
            raise CommandError(
                f"There is no city {error}. Use one of: {', '.join(cities())}."
            ) from error
        self.stdout.write(
            f"{options['city']}: {loaded.created} new, {loaded.updated} updated."
        )
