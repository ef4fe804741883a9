"""`gongshi import`: the upload page's work from the command line."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy

from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.domain.standards import editions
from gongshi.environment import relax_garbage_collection
from gongshi.intake.files import CannotReceive
from gongshi.intake.models import Batch, BatchState
from gongshi.pipeline.imports import CannotImport, Order, import_file
from gongshi.validation.queries import rule_groups, unconfirmed

_WAITING = gettext_lazy(
    "Nothing is published before these warnings are confirmed: %(codes)s. Confirm them"
    " on the batch's page, or give the reason with --confirm."
)


class Command(BaseCommand):
    """Receives, checks and, if asked, publishes one file; exit codes as validate."""

    help = "Check a file for a unit, land its good rows and publish them (--publish)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--unit", required=True, help="the unit's code")
        parser.add_argument("--publish", action="store_true")
        parser.add_argument("--by", default="command", help="who enters the file")
        parser.add_argument(
            "--reviewed-by", default="", help="who approves it, secrecy checked"
        )
        parser.add_argument(
            "--confirm", default="", help="why rows with warnings are right"
        )
        parser.add_argument("--edition", choices=editions(), default="")

    def handle(
        self,
        *,
        file: Path,
        unit: str,
        publish: bool,
        by: str,
        reviewed_by: str,
        edition: str,
        **options: object,
    ) -> None:
        """Import and say what came of it."""
        relax_garbage_collection()
        with translation.override(settings.LANGUAGE_CODE):
            order = Order(
                unit=_unit(unit),
                by=Actor(username=by, role="command", unit=unit),
                edition=edition,
                reviewed_by=_reviewer(by, reviewed_by, unit) if publish else None,
                confirmed=str(options["confirm"]),
            )
            batch = _imported(file, order)
            self._tell(batch)
            waiting = unconfirmed(batch)
            if waiting:
                self.stdout.write(str(_WAITING) % {"codes": ", ".join(waiting)})
        if batch.state == BatchState.FAILED:
            sys.exit(2)
        sys.exit(1 if batch.counts.get("bad") or waiting else 0)

    def _tell(self, batch: Batch) -> None:
        self.stdout.write(f"{batch.name}: {batch.get_state_display()} {batch.pk}")
        counts = gettext(
            "%(rows)s rows: %(good)s good, %(bad)s to be corrected;"
            " %(new)s new, %(unchanged)s unchanged, %(corrections)s corrections proposed,"
            " %(not_public)s never public."
        )
        if batch.counts:
            self.stdout.write(counts % batch.counts)
        for group in rule_groups(batch):
            self.stdout.write(f"  {group.code:<28} {group.count:>9,}  {group.summary}")
            for shown in group.listed if group.code == batch.failure else ():
                self.stdout.write(f"  {shown.message}")


def _reviewer(by: str, reviewed_by: str, unit: str) -> Actor:
    if reviewed_by in ("", by):
        raise CommandError(
            gettext(
                "Two people are needed to publish: name with --reviewed-by who approves"
                " the rows and has checked their secrecy, another than --by."
            ),
            returncode=2,
        )
    return Actor(username=reviewed_by, role="command", unit=unit)


def _unit(code: str) -> Unit:
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise CommandError(
            gettext("There is no unit with the code %(code)s.") % {"code": code},
            returncode=2,
        )
    return unit


def _imported(file: Path, order: Order) -> Batch:
    if not file.is_file():
        raise CommandError(
            gettext("There is no file %(name)s.") % {"name": file}, returncode=2
        )
    try:
        return import_file(file, order, clock=timezone.now)
    except CannotReceive as error:
        limit = settings.UPLOAD_LIMIT_BYTES // 1024**2
        raise CommandError(
            gettext("The file is larger than %(limit)s MB.") % {"limit": limit},
            returncode=2,
        ) from error
    except CannotImport as error:
        raise CommandError(
            gettext(
                "Another process is landing the same decisions. Try again in a minute."
            ),
            returncode=2,
        ) from error
