"""`gongshi verify_audit`: is the audit trail whole?"""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext

from gongshi.audit.heads import CannotReadHeads, Head, read_heads
from gongshi.audit.models import Event
from gongshi.audit.verifying import Fault, verify_trail
from gongshi.domain.messages import noop

_SENTENCES = {
    "missing": noop("missing"),
    "edited": noop("edited after it was written"),
    "moved": noop("moved: it was written as number %(origin)s"),
    "unlinked": noop("inserted or written anew: it does not follow the one before"),
    "added": noop("added past the head of the chain"),
    "head": noop("the head of the chain is lost or names another hash"),
    "unlike-kept-head": noop("unlike the head that was kept: the trail was rewritten"),
}


_NO_HEAD = noop(
    "%(file)s: no head is kept in this file, or it is not there, so nothing can be"
    " compared with it. Start the worker, which keeps a head each day, or name a copy"
    " with --heads."
)


class Command(BaseCommand):
    """Walks all events; exit codes 0 whole, 1 not whole, 2 heads that are none."""

    help = "Verify every event of the audit trail, and the heads that were kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--heads", type=Path, help="kept heads; else those of the settings"
        )

    def handle(self, *, heads: Path | None, **options: object) -> None:
        """Verify and say everything that is wrong."""
        with translation.override(settings.LANGUAGE_CODE):
            # Before the trail itself: a head that is kept meanwhile is no fault.
            kept = _kept(heads or settings.AUDIT_HEADS_FILE, is_asked=bool(heads))
            verdict = verify_trail(kept)
            for fault in verdict.faults:
                self.stdout.write(_sentence(fault))
            whole = gettext("%(events)s events, %(heads)s kept heads: %(state)s") % {
                "events": verdict.events,
                "heads": len(kept),
                "state": gettext("not whole") if verdict.faults else gettext("whole"),
            }
            self.stdout.write(whole)
        if verdict.faults:
            sys.exit(1)


def _kept(file: Path | None, *, is_asked: bool) -> list[Head]:
    if file is None:
        return []
    heads = _read(file) if is_asked or file.exists() else []
    if not heads and Event.objects.exists():
        # Nothing has been kept yet, or somebody took the file away or emptied it.
        raise CommandError(gettext(_NO_HEAD) % {"file": file}, returncode=2)
    return heads


def _read(file: Path) -> list[Head]:
    try:
        # What is no text is no head either, and is told by its line.
        text = file.read_text(encoding="utf-8", errors="replace")
        return read_heads(text.splitlines())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
    except CannotReadHeads as error:
        raise CommandError(
            gettext("%(file)s, line %(line)s: this is no head of the audit trail.")
            % {"file": file, "line": error.line},
            returncode=2,
        ) from error


def _sentence(fault: Fault) -> str:
    place = (
        str(fault.first) if fault.first == fault.last else f"{fault.first}-{fault.last}"
    )
    told = gettext(_SENTENCES[fault.code]) % {"origin": fault.origin}
    return f"{place}\t{fault.code}\t{told}"
