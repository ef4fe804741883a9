"""`gongshi audit_head`: the trail's present end, to be kept elsewhere."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from gongshi.audit.heads import current_head


class Command(BaseCommand):
    """Prints day, number and hash of the last event, as a line of the heads' file."""

    help = "Print the head of the audit trail: day in Beijing, number, hash."

    def handle(self, **options: object) -> None:
        """Print it."""
        self.stdout.write(str(current_head(timezone.now())))
