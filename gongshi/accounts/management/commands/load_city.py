"""`gongshi load_city lianyungang`: the units of a city, from its folder of CSV."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gongshi.accounts.actions import load_city
from gongshi.accounts.city import CannotLoadCity, cities
from gongshi.audit.actors import Actor

_SHOWN = 50


class Command(BaseCommand):
    """Loads a city's units; running it again brings them up to date."""

    help = "Load the units of a city from its folder of CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the city's name, or a folder of one's own."""
        parser.add_argument(
            "city",
            help=f"{', '.join(cities())}, or the path of a folder with units.csv",
        )

    def handle(self, *arguments: object, **options: object) -> None:
        """Load the city and say how many units changed."""
        try:
            loaded = load_city(
                str(options["city"]), by=Actor(username="operator"), at=timezone.now()
            )
        except CannotLoadCity as error:
            raise CommandError(_told(error)) from error
        self.stdout.write(
            f"{options['city']}: {loaded.created} new, {loaded.updated} updated."
        )


def _told(error: CannotLoadCity) -> str:
    if error.code == "unknown-city":
        known = ", ".join(cities())
        return f"There is no city {error}. Use one of: {known}, or a folder with units.csv."
    shown = [str(problem) for problem in error.problems[:_SHOWN]]
    rest = len(error.problems) - len(shown)
    more = [f"… and {rest} more."] if rest else []
    return "\n".join(["Nothing was loaded. Correct these lines:", *shown, *more])
