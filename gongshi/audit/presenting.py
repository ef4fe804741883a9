"""Puts an event into words: a sentence, before and after, why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext, pgettext

from gongshi.audit.models import Event
from gongshi.audit.queries import changes_of, details_of, history_of, is_damaged
from gongshi.audit.sentences import GROUPS, NAMES, OWN_NAMES, SENTENCES, STATES, THINGS
from gongshi.audit.words import WORDS
from gongshi.domain.standards import forms

_STATED = frozenset({"state", "correction"})
_OF_NAMES = frozenset({"fields", "withheld"})  # values that are names of fields


@dataclass(frozen=True, kw_only=True)
class Altered:
    """One value before and after, as texts; empty: there was or is none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ShownEvent:
    """An event as a page tells it; `event` has who, when and from where.

    Of one that `is_damaged` only what can be read is told: somebody has edited it.
    """

    event: Event
    sentence: str
    group: str
    thing: str
    altered: Sequence[Altered]
    details: Sequence[tuple[str, str]]
    reason: str
    is_damaged: bool


def shown_history(
    kind: str, key: str, *, more: Sequence[tuple[str, str]] = ()
) -> Sequence[ShownEvent]:
    """Return what happened to one thing in words, newest first (see `history_of`)."""
    return [present(event) for event in history_of(kind, key, more=more)]


def present(event: Event, units: Mapping[str, str] | None = None) -> ShownEvent:
    """Return the event in words of the reader's language; `units`: names by code."""
    details = dict(details_of(event))
    if isinstance(code := details.get("unit"), str):
        details["unit"] = (units or {}).get(code, code)
    reason = event.reason or _taken(details, "reason")
    changes = changes_of(event) or _told_as_details(details)
    return ShownEvent(
        event=event,
        sentence=sentence_of(event.action),
        group=gettext(GROUPS.get(event.action.partition(".")[0], "")),
        thing=gettext(THINGS[event.target_kind])
        if event.target_kind in THINGS
        else event.target_kind,
        altered=[
            Altered(
                name=name_of(name, event.target_kind),
                before=_stated(event.target_kind, name, values.get("before")),
                after=_stated(event.target_kind, name, values.get("after")),
            )
            for name, values in changes.items()
        ],
        details=[
            (name_of(name), _text(value, name)) for name, value in details.items()
        ],
        reason=reason,
        is_damaged=is_damaged(event),
    )


def sentence_of(action: str) -> str:
    """Return what an action is called; one that is not known is told by its code."""
    sentence = SENTENCES.get(action)
    return gettext(sentence) if sentence else action


def name_of(name: str, thing: str = "") -> str:
    """Return what a value is called: the official label of a field, or our word."""
    if name in OWN_NAMES.get(thing, {}):
        return gettext(OWN_NAMES[thing][name])
    if name in NAMES:
        return gettext(NAMES[name])
    return _labels().get(name, name)


@cache
def _labels() -> Mapping[str, str]:
    return {field.name: field.label for form in forms() for field in form.fields}


def _taken(details: dict[str, Any], name: str) -> str:
    found = details.get(name)
    return str(details.pop(name)) if isinstance(found, str) else ""


def _told_as_details(details: dict[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Take `before` and `after` out of details that tell whole states."""
    before, after = details.get("before"), details.get("after")
    states = [each for each in (before, after) if each]
    if not states or not all(isinstance(each, Mapping) for each in states):
        return {}
    details.pop("before", None)
    details.pop("after", None)
    was, is_now = dict(before or {}), dict(after or {})
    return {
        name: {"before": was.get(name), "after": is_now.get(name)}
        for name in [*was, *(name for name in is_now if name not in was)]
        if was.get(name) != is_now.get(name)
    }


def _stated(thing: str, name: str, value: object) -> str:
    """Return a value as text; a state by its word."""
    words = STATES.get(thing, {}) if name in _STATED else {}
    return (
        gettext(words[value])
        if isinstance(value, str) and value in words
        else _text(value, name)
    )


def _text(value: object, name: str) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, Mapping):
        parts = (_part(str(n), _text(v, str(n))) for n, v in value.items())
        return pgettext("between values", "; ").join(parts)
    if isinstance(value, list):
        return pgettext("between items of a list", ", ").join(
            _text(item, name) for item in value
        )
    return name_of(str(value)) if name in _OF_NAMES else _word(name, str(value))


def _part(name: str, text: str) -> str:
    if not name:
        return text
    return gettext("%(name)s: %(value)s") % {"name": name_of(name), "value": text}


def _word(name: str, text: str) -> str:
    """Return what a code is called among values of this name; other texts as is."""
    words = WORDS.get(name, {})
    code, space, rest = text.partition(" ")  # a role is followed by its unit
    return f"{gettext(words[code])}{space}{rest}" if code in words else text
