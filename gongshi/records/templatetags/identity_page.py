"""The part of a record's page from which masked values can be asked for."""

from django import template
from django.http import HttpRequest
from django.template import Context

from gongshi.accounts.access import can
from gongshi.accounts.permissions import Permission
from gongshi.records.identity_form import RevealForm
from gongshi.records.models import Record

register = template.Library()


@register.inclusion_tag("office/_identity.html", takes_context=True)
def identity_panel(context: Context, record: Record) -> dict[str, object]:
    """Show the form where the record has masked values and the reader may ask."""
    request = context["request"]
    assert isinstance(request, HttpRequest)
    may_ask = can(request.user, Permission.RECORD_REVEAL, record.unit)
    return {
        "record": record,
        "form": RevealForm(),
        "is_shown": may_ask and record.sealed is not None,
        "csrf_token": context.get("csrf_token"),
    }
