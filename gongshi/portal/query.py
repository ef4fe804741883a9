"""What a reader asks for: read from an address, and written into one again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from gongshi.domain.search_text import normalise
from gongshi.portal.models import Kind, Level
from gongshi.portal.queries import CannotRead
from gongshi.portal.search import ANY, Filters

MAX_TERM = 100

NEWEST, OLDEST = "newest", "oldest"

_MAX_CODE = 512
_REGION = re.compile(r"[0-9]{2,12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a reader looks for; an empty `term` looks for nothing yet.

    `text` is what was typed, `term` the form of it that is searched; `on` the day of
    the request, which decides what is displayed.
    """

    text: str
    term: str
    on: date
    filters: Filters = ANY
    oldest_first: bool = False

    @property
    def kind(self) -> str | None:
        """The one kind that is asked for, if any."""
        return self.filters.kind

    def to_params(self) -> dict[str, str]:
        """Return what the address bar holds: the whole query, and nothing beside it."""
        filters = self.filters
        days = {"from": filters.since, "until": filters.until}
        params = {
            "q": self.text,
            "kind": filters.kind,
            "region": filters.region,
            "unit": filters.unit,
            "level": filters.level,
            "item": filters.item,
            "category": filters.category,
            **{name: day.isoformat() if day else None for name, day in days.items()},
            "order": OLDEST if self.oldest_first else None,
        }
        return {name: value for name, value in params.items() if value}

    def without(self, name: str) -> "Query":
        """Return the query without one of its filters, named as in `Filters`."""
        return replace(self, filters=replace(self.filters, **{name: None}))


def read_query(params: Mapping[str, str], *, on: date) -> Query:
    """Return the query that an address holds; what is empty asks nothing.

    Raises:
        CannotRead: `too-long`; `not-text` where a text holds what no text does;
            `unknown-kind`, `unknown-level`, `unknown-region`, `unknown-order`;
            `bad-date`; `bad-period` where it ends before it begins.
    """
    text = _text(params, "q", MAX_TERM)
    term = normalise(text)
    if len(term) > MAX_TERM * 4:
        raise CannotRead("too-long")
    return Query(
        text=text,
        term=term,
        on=on,
        filters=_filters(params),
        oldest_first=_one_of(params, "order", (NEWEST, OLDEST)) == OLDEST,
    )


def _filters(params: Mapping[str, str]) -> Filters:
    region = _text(params, "region", _MAX_CODE)
    if region and not _REGION.fullmatch(region):
        raise CannotRead("unknown-region")
    since, until = _day(params, "from"), _day(params, "until")
    if since and until and since > until:
        raise CannotRead("bad-period")
    return Filters(
        kind=_one_of(params, "kind", Kind.values),
        region=region or None,
        unit=_text(params, "unit", _MAX_CODE) or None,
        level=_one_of(params, "level", Level.values),
        item=_text(params, "item", _MAX_CODE) or None,
        category=_text(params, "category", _MAX_CODE) or None,
        since=since,
        until=until,
    )


def _text(params: Mapping[str, str], name: str, longest: int) -> str:
    text = params.get(name, "")
    if len(text) > longest:
        raise CannotRead("too-long")
    if "\x00" in text or (not text.isascii() and _has_surrogates(text)):
        raise CannotRead("not-text")
    return text.strip()


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _one_of(
    params: Mapping[str, str], name: str, known: list[str] | tuple[str, ...]
) -> str | None:
    value = _text(params, name, _MAX_CODE)
    if value and value not in known:
        raise CannotRead(f"unknown-{name}")
    return value or None


def _day(params: Mapping[str, str], name: str) -> date | None:
    value = _text(params, name, _MAX_CODE)
    if not value:
        return None
    if not _DAY.fullmatch(value):
        raise CannotRead("bad-date")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise CannotRead("bad-date") from error
