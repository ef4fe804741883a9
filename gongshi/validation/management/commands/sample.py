"""`gongshi sample`: a file of invented records, with known faults on request."""

import argparse
import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from gongshi.domain.sample import (
    CannotSample,
    Order,
    Sample,
    first_day_in_time,
    sample_blocks,
)
from gongshi.domain.standards import (
    CannotFindForm,
    Form,
    Kind,
    Person,
    editions,
    form,
)
from gongshi.domain.working_days import Calendar, default_calendar
from gongshi.validation.sample_files import write_sample


class Command(BaseCommand):
    """Write N records of a form, reproducibly, and the list of their faults."""

    help = "Write invented records of Lianyungang's departments to a file."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Name what the records are to be."""
        parser.add_argument("rows", type=int, metavar="N")
        parser.add_argument("--kind", required=True, choices=[*Kind])
        parser.add_argument(
            "--out", required=True, type=Path, help=".csv, .xlsx or .parquet"
        )
        parser.add_argument("--edition", default="jiangsu-2016", choices=editions())
        parser.add_argument(
            "--natural", action="store_true", help="the edition's form for people"
        )
        parser.add_argument("--errors", type=float, default=0.0, metavar="SHARE")
        parser.add_argument("--natural-share", type=float, default=0.06)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--since", type=_day, help="default: what is not late yet")
        parser.add_argument("--until", type=_day, help="day of receipt, default: today")
        parser.add_argument("--unit", help="the name of one department")
        parser.add_argument(
            "--codes", action="store_true", help="official codes as header, not labels"
        )

    def handle(self, *args: object, **options: object) -> None:
        """Write the file; exit 2 where the records cannot be made."""
        named = argparse.Namespace(**options)
        calendar = default_calendar()
        try:
            order = _order(named, calendar)
            blocks = sample_blocks(order, calendar=calendar)
            if named.codes:
                blocks = _under_codes(blocks, order.form)
            faults = write_sample(blocks, named.out, rows=order.rows)
        except (CannotSample, CannotFindForm, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(
            _("%(rows)s records in %(file)s; what is wrong in them: %(faults)s")
            % {"rows": order.rows, "file": named.out, "faults": faults}
        )


def _order(named: argparse.Namespace, calendar: Calendar) -> Order:
    until = named.until or timezone.localdate()
    return Order(
        form=form(named.edition, named.kind, Person.NATURAL if named.natural else None),
        rows=named.rows,
        seed=named.seed,
        since=named.since or first_day_in_time(until, calendar),
        until=until,
        unit=named.unit,
        errors=named.errors,
        natural_share=named.natural_share,
    )


def _under_codes(blocks: Iterator[Sample], wanted: Form) -> Iterator[Sample]:
    codes = {field.label: field.code for field in wanted.fields}
    for block in blocks:
        yield dataclasses.replace(block, frame=block.frame.rename(codes))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text}: write a day as 2016-09-20."
        ) from error
