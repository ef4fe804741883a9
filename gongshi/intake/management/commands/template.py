"""Writes the blank form of an edition: `gongshi template EDITION licence|penalty`."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from xlsxwriter.exceptions import FileCreateError

from gongshi.domain.standards import (
    CannotFindForm,
    Form,
    Kind,
    Person,
    editions,
    form,
)
from gongshi.intake.template import write_template

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class Command(BaseCommand):
    """Needs no database: a department can make its own forms."""

    help = "Write the blank form of a standard edition as a workbook."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the edition, the kind and the file to write."""
        parser.add_argument("edition", choices=editions())
        parser.add_argument("kind", choices=[str(kind) for kind in Kind])
        parser.add_argument(
            "--natural", action="store_true", help="the form for natural persons"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="X.xlsx")

    def handle(
        self, *, edition: str, kind: str, natural: bool, out: Path, **options: object
    ) -> None:
        """Write the workbook and say where it is."""
        wanted = _find(edition, Kind(kind), natural=natural)
        try:
            write_template(wanted, out, on=datetime.now(_SHANGHAI).date())
        except (OSError, FileCreateError) as error:
            raise CommandError(
                f"The form cannot be written to {out}: {error}."
            ) from error
        self.stdout.write(f"{out}: {wanted.key}")


def _find(edition: str, kind: Kind, *, natural: bool) -> Form:
    """Return the form; an edition with one form for all persons serves both."""
    persons = [Person.NATURAL, Person.ANY] if natural else [None]
    for person in persons:
        try:
            return form(edition, kind, person)
        except CannotFindForm:
            continue
    raise CommandError(f"The edition {edition} has no such form.")
