"""`gongshi validate`: check a file with all rules, without any database."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from gongshi.domain.calendar_file import CannotReadCalendar, read_calendar
from gongshi.domain.findings import Severity
from gongshi.domain.messages import Translate
from gongshi.domain.rules import BY_CODE, Checker
from gongshi.domain.standards import editions
from gongshi.domain.working_days import Calendar, default_calendar
from gongshi.intake.reading import CannotRead, read
from gongshi.validation.checking import CheckedPart, Receipt, Summary, check_file
from gongshi.validation.marked import MarkedWorkbook
from gongshi.validation.report import (
    CsvReport,
    JsonReport,
    Report,
    with_messages,
)

_LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Command(BaseCommand):
    """Checks a file; exit code 0: no errors, 1: errors, 2: cannot be used."""

    help = "Check a file with all rules and report what they find."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--edition", choices=editions())
        parser.add_argument("--report", type=Path, help="OUT.csv, OUT.json or OUT.xlsx")
        parser.add_argument("--as-of", type=_day, help="day of receipt, YYYY-MM-DD")
        parser.add_argument(
            "--calendar", type=Path, help="CSV of further holidays and make-up days"
        )
        parser.add_argument("--language", choices=tuple(_LANGUAGES), default="zh")

    def handle(
        self,
        *,
        file: Path,
        edition: str | None,
        report: Path | None,
        as_of: date | None,
        calendar: Path | None,
        language: str,
        **options: object,
    ) -> None:
        """Check, report, summarise, and exit with the code that says how it went."""
        received_on = as_of or datetime.now(ZoneInfo("Asia/Shanghai")).date()
        with translation.override(_LANGUAGES[language]):
            _refuse_what_cannot_be(file, report)
            receipt = Receipt(received_on=received_on, calendar=_calendar(calendar))
            summary = self._check(file, edition, report, receipt)
            self._summarise(file, summary)
        if not summary.is_usable:
            sys.exit(2)
        sys.exit(1 if summary.errors else 0)

    def _check(
        self, file: Path, edition: str | None, report: Path | None, receipt: Receipt
    ) -> Summary:
        summary = Summary()
        with ExitStack() as stack:
            writer = (
                stack.enter_context(_REPORTS[report.suffix.lower()](report, gettext))
                if report
                else None
            )
            for checked in _checked_parts(file, edition, receipt):
                summary.add(checked)
                self._tell_of_the_file(checked)
                if writer:
                    writer.add(checked.findings, checked.part)
        return summary

    def _tell_of_the_file(self, checked: CheckedPart) -> None:
        """Say what keeps the file, or the rest of it, from being used."""
        if checked.part is None:
            errors = checked.findings.filter(severity=str(Severity.ERROR))
            for sentence in with_messages(errors, gettext).get_column("message"):
                self.stdout.write(sentence)

    def _summarise(self, file: Path, summary: Summary) -> None:
        say = self.stdout.write
        say(f"{file.name}: {', '.join(summary.forms) or '-'}")
        say(
            gettext("%(rows)s rows: %(good)s good, %(bad)s to be corrected.")
            % {"rows": summary.rows, "good": summary.good, "bad": summary.bad}
        )
        for (severity, code), count in sorted(summary.counts.items(), key=_worst_first):
            demand = gettext(BY_CODE[code].summary)
            say(f"  {_SEVERITIES[severity]}  {code:<28} {count:>9,}  {demand}")


def _calendar(path: Path | None) -> Calendar:
    if path is None:
        return default_calendar()
    try:
        return read_calendar(path, default_calendar())
    except CannotReadCalendar as error:
        raise CommandError(
            gettext("%(name)s, line %(line)s: %(fault)s.")
            % {"name": path, "line": error.line, "fault": gettext(error.fault)},
            returncode=2,
        ) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text}: write a day as 2016-09-20.") from error


def _refuse_what_cannot_be(file: Path, report: Path | None) -> None:
    if not file.is_file():
        complaint = gettext("There is no file %(name)s.") % {"name": file}
    elif report is None:
        return
    elif report.suffix.lower() not in _REPORTS:
        complaint = gettext("Reports are .csv, .json or .xlsx files.")
    elif report.exists() and report.samefile(file):
        complaint = gettext("The report would overwrite the file; name another one.")
    elif report.is_dir() or not os.access(report.parent, os.W_OK):
        complaint = gettext("%(name)s cannot be written.") % {"name": report}
    else:
        return
    raise CommandError(complaint, returncode=2)


_REPORTS: Mapping[str, Callable[[Path, Translate], Report]] = {
    ".csv": CsvReport,
    ".json": JsonReport,
    ".xlsx": MarkedWorkbook,
}


def _checked_parts(
    file: Path, edition: str | None, receipt: Receipt
) -> Iterator[CheckedPart]:
    try:
        reading = read(file, name=file.name, edition=edition)
    except CannotRead as error:
        yield CheckedPart(findings=error.finding)
    else:
        yield from check_file(reading, receipt, Checker())


def _worst_first(item: tuple[tuple[str, str], int]) -> tuple[int, int, str]:
    (severity, code), count = item
    return list(_SEVERITIES).index(severity), -count, code


_SEVERITIES = {
    "error": gettext_lazy("error"),
    "warning": gettext_lazy("warning"),
    "info": gettext_lazy("note"),
}
