"""The office's frame around each page: menu, reader, help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.dateparse import parse_datetime

from gongshi.accounts.access import roles_of
from gongshi.pipeline.navigation import ShownGroup, help_topic, menu_for

register = template.Library()

PREVIOUS_SIGN_IN = "previous_sign_in"  # of the session, as ISO text


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
        help=help_topic(request.path),
        last_seen=_last_seen(request),
    )


def _last_seen(request: HttpRequest) -> datetime | None:
    kept = request.session.get(PREVIOUS_SIGN_IN)
    return parse_datetime(kept) if isinstance(kept, str) else None
