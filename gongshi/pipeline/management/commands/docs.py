"""`gongshi docs`: write the generated pages, or check that they are current."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from gongshi.pipeline import documentation


class Command(BaseCommand):
    """Writes docs/rules.md and docs/lifecycle.md from the code."""

    help = "Write the generated pages of docs/ (--check: only say whether they are current)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check: bool, **options: object) -> None:
        """Write or compare."""
        folder = settings.BASE_DIR / "docs"
        with translation.override("zh-hans"):
            if not check:
                documentation.write(folder, translation.gettext)
                return
            old = documentation.outdated(folder, translation.gettext)
        if old:
            raise CommandError(f"Not current: {', '.join(old)}. Run 'gongshi docs'.")
        self.stdout.write("docs: current")
