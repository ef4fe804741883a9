"""`gongshi make_keys`: print fresh secrets for the environment."""

from django.core.management.base import BaseCommand

from gongshi.environment import new_secrets


class Command(BaseCommand):
    """Prints the three secrets that production needs, once."""

    help = "Print fresh secrets as environment variables; keep them safe."
    requires_system_checks: list[str] = []

    def handle(self, **options: object) -> None:
        """Print them."""
        for name, value in new_secrets().items():
            self.stdout.write(f"{name}={value}")
