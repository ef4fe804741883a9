"""The office's frame around each page: menu, reader, help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.access import roles_of
from gongshi.accounts.models import Role
from gongshi.accounts.sign_in.sessions import PREVIOUS_SIGN_IN
from gongshi.audit.models import Event
from gongshi.pipeline.navigation import ShownGroup, help_topic, menu_for
from gongshi.records.models import Record

register = template.Library()

# Pages about things that events are about.
_PLACES: Mapping[str, str] = {
    "batch": "validation:batch",
    "record": "review:record",
    "unit": "accounts:unit",
}
# What acts without a person.
_WITHOUT_PERSON: Mapping[str, Promise] = {
    "system": _("the system"),
    "token": _("interface"),
}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the frame shows besides the page itself."""

    menu: Sequence[ShownGroup]
    roles: Sequence[str]
    help: str
    last_seen: datetime | None


@register.simple_tag(takes_context=True)
def office_frame(context: Context) -> Frame:
    """Return the frame for the reader of this request; two queries at most."""
    request = context["request"]
    assert isinstance(request, HttpRequest)
    return Frame(
        menu=menu_for(request.user, request.path),
        roles=[str(role.label) for role in roles_of(request.user)],
        help=help_topic(request.user, request.path),
        last_seen=_last_seen(request),
    )


@register.filter
def role_name(role: str) -> str:
    """Return what a role is called; others keep their own word."""
    if role in Role.values:
        return str(Role(role).label)
    return str(_WITHOUT_PERSON.get(role, role))


@register.filter
def named_by(code: str, names: Mapping[str, str]) -> str:
    """Return the name that belongs to a code, or the code where none does."""
    return names.get(code, code)


@register.filter
def place_of(event: Event) -> str:
    """Return the address of the page about what an event is about; empty: none."""
    view = _PLACES.get(event.target_kind)
    return _address(view, event.target_id) if view else ""


@register.filter
def page_of_record(record: Record) -> str:
    """Return the address of a record's page."""
    return _address(_PLACES["record"], str(record.pk))


def _address(view: str, key: str) -> str:
    try:
        return reverse(view, args=[key])
    except NoReverseMatch:
        return ""


def _last_seen(request: HttpRequest) -> datetime | None:
    kept = request.session.get(PREVIOUS_SIGN_IN)
    return parse_datetime(kept) if isinstance(kept, str) else None
