"""`gongshi verify_feed URL|FILE`: was a published record silently altered or removed?

Exit codes: 0 nothing was; 1 something was, and the first place is named; 2 it cannot
be said, because the source cannot be read. Needs no store, no key and no settings.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NoReturn, Self

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from gongshi.domain.feed_check import (
    BrokenFeed,
    CannotReadFeed,
    Check,
    Comparison,
    Link,
    Summary,
    read_head,
)
from gongshi.portal.verifying.reading import (
    CannotReachFeed,
    as_line,
    head_of,
    is_address,
    links_in,
    links_of,
)

_BROKEN = 1
_UNREADABLE = 2
_FAULTS: dict[str, str | Promise] = {
    "missing-change": _("Change %(sequence)s is missing."),
    "edited-change": _(
        "Change %(sequence)s does not fit the one before it: it was edited, inserted or moved."
    ),
    "altered-record": _(
        "Record %(record)s is not what change %(sequence)s published: it was altered."
    ),
    "other-record": _(
        "Change %(sequence)s names record %(record)s, the chain holds another one."
    ),
    "rewritten": _(
        "Change %(sequence)s is not the one seen earlier: what was published up to it has been rewritten."
    ),
    "cut-off": _(
        "Change %(sequence)s is gone: it was seen earlier, or the portal itself states it as its head."
    ),
    "hidden": _(
        "The record of change %(sequence)s is not shown, and no later change says why (%(record)s)."
    ),
    "removed": _(
        "The record of change %(sequence)s was on display earlier and is gone without a withdrawal (%(record)s)."
    ),
}


class Command(BaseCommand):
    """Checks the chain of a portal, and what it shows, from outside."""

    help = "Check that a portal silently altered or removed no published record."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "source", metavar="URL|FILE", help="a portal's address, or a saved copy"
        )
        parser.add_argument(
            "--known", metavar="HEAD", type=Path, help="a head saved earlier"
        )
        parser.add_argument(
            "--from-known",
            action="store_true",
            help="begin behind the known head instead of the first change",
        )
        parser.add_argument(
            "--earlier", metavar="COPY", type=Path, help="compare with an earlier copy"
        )
        parser.add_argument("--save-head", metavar="HEAD", type=Path)
        parser.add_argument("--save-copy", metavar="COPY", type=Path)
        parser.add_argument("--language", default="zh-hans", choices=("zh-hans", "en"))

    def handle(self, *, language: str, **options: object) -> None:
        """Check, say what was found, save what is asked for."""
        with override(language):
            try:
                summary = _check(_Wishes.of(options))
            except BrokenFeed as error:
                self._end(_BROKEN, _fault(error))
            except (CannotReachFeed, CannotReadFeed) as error:
                self._end(_UNREADABLE, _unreadable(error))
            self.stdout.write(_whole(summary))

    def _end(self, code: int, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(code)


@dataclass(frozen=True, kw_only=True)
class _Wishes:
    """The options, as they were given."""

    source: str
    known: Path | None
    from_known: bool
    earlier: Path | None
    save_head: Path | None
    save_copy: Path | None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        return cls(**{field.name: options[field.name] for field in fields(cls)})


def _check(wishes: _Wishes) -> Summary:
    saved = read_head(_text(wishes.known)) if wishes.known else None
    # First the head, then the changes: they must lead at least to it.
    stated = head_of(wishes.source)
    start = saved if wishes.from_known else None
    if start and stated and stated.sequence < start.sequence:
        raise BrokenFeed("cut-off", stated.sequence + 1)
    check = Check(
        start=start,
        known=[head for head in (saved, stated) if head is not None],
        is_whole=is_address(wishes.source),
    )
    compared = _compared(wishes.earlier)
    links = links_of(wishes.source, after=check.head.sequence)
    with ExitStack() as stack:
        _compare(_kept(check.follow(links), wishes.save_copy, stack), compared)
    summary = check.finish()
    if wishes.save_head:
        wishes.save_head.write_text(summary.head.as_json() + "\n", encoding="utf-8")
    return summary


def _compared(earlier: Path | None) -> Comparison | None:
    if earlier is None:
        return None
    return Comparison(links_in(earlier), on=timezone.localdate())


def _compare(links: Iterable[Link], compared: Comparison | None) -> None:
    for link in links:
        if compared is not None:
            compared.take(link)
    if compared is not None:
        compared.finish()


def _kept(links: Iterator[Link], path: Path | None, stack: ExitStack) -> Iterator[Link]:
    """Pass the links on; write each into the file, if there is to be one."""
    if path is None:
        yield from links
        return
    try:
        copy = stack.enter_context(path.open("w", encoding="utf-8"))
        for link in links:
            copy.write(as_line(link) + "\n")
            yield link
    except OSError as error:
        raise CannotReachFeed(f"{path}: {error}") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotReachFeed(f"{path}: {error}") from error


def _fault(error: BrokenFeed) -> str:
    sentence = str(_FAULTS[error.code])
    values = {"sequence": error.sequence, "record": error.record or "—"}
    return f"{sentence % values} [{error.code}]"


def _unreadable(error: CannotReachFeed | CannotReadFeed) -> str:
    return gettext("The changes cannot be read: %(why)s [%(code)s]") % {
        "why": error,
        "code": error.code,
    }


def _whole(summary: Summary) -> str:
    whole = gettext(
        "Nothing was altered or removed: %(changes)s changes up to no. %(sequence)s, the content of %(contents)s records. Head %(hash)s"
    ) % {
        "changes": summary.changes,
        "sequence": summary.head.sequence,
        "contents": summary.contents,
        "hash": summary.head.hash,
    }
    if not summary.persons and not summary.ended:
        return whole
    return f"{whole}\n{_on_trust(summary)}"


def _on_trust(summary: Summary) -> str:
    """Say what the portal states and nobody can prove from outside."""
    return gettext(
        "Without content, as the portal says: %(persons)s changes of natural persons, %(ended)s records whose display has ended. Compare with a copy saved earlier (--save-copy, then --earlier) to find records of which that is not true."
    ) % {"persons": summary.persons, "ended": summary.ended}
