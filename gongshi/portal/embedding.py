"""Lists of a unit's latest records for its own site: a page in a frame, or data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from gongshi.headers import policy
from gongshi.portal.answers import answer, open_to_all
from gongshi.portal.directory import find_unit
from gongshi.portal.holding import leave_to_view
from gongshi.portal.models import Kind, PublishedRecord, PublishedUnit
from gongshi.portal.pages import public_page
from gongshi.portal.queries import CannotRead, Listing, feed_head, rolling_list
from gongshi.portal.refusing import refused_json

# What an address may ask for, the first being what it gets without asking.
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "kind": ("", *Kind.values),
    "size": ("10", "5", "20"),
    "theme": ("light", "dark", "auto"),
    "accent": ("blue", "red", "green", "grey"),
    "type": ("standard", "large"),
    "title": ("show", "hide"),
}
_ANY_SITE = policy(frame_ancestors="*")


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a list looks, and how long it is."""

    kind: str
    size: int
    theme: str
    accent: str
    type: str
    title: str


@xframe_options_exempt
@public_page
def frame(request: HttpRequest, code: str) -> HttpResponse:
    """Show the unit's latest records on a page without scripts, made for a frame."""
    leave_to_view(request)  # which alone lets other sites frame it
    options, unit = _options(request), _unit(code)
    context = {
        "unit": unit,
        "options": options,
        "records": _records(unit, options),
        "site": request.build_absolute_uri("/").rstrip("/"),
    }
    response = render(request, "open/embed.html", context)
    response["Content-Security-Policy"] = _ANY_SITE
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def data(request: HttpRequest, code: str) -> HttpResponseBase:
    """Answer with the same list for `embed.js`, which any site may load."""
    try:
        options = _options(request)
    except CannotRead as error:
        return refused_json(error)
    unit = _unit(code)
    site = request.build_absolute_uri("/").rstrip("/")

    def make() -> HttpResponseBase:
        return JsonResponse(
            {
                "unit": unit.name,
                "page": f"{site}/units/{unit.code}/",
                "more": _("All of this unit"),
                "empty": _("Nothing was published in the last 10 days."),
                "records": [_entry(record, site) for record in _records(unit, options)],
            },
            json_dumps_params={"ensure_ascii": False},
        )

    return open_to_all(answer(request, feed_head(), timezone.localdate(), make))


def _options(request: HttpRequest) -> Options:
    values: dict[str, Any] = {}
    for name, choices in _OPTIONS.items():
        value = request.GET.get(name) or choices[0]
        if value not in choices:
            raise CannotRead("unknown-option")
        values[name] = value
    return Options(**(values | {"size": int(values["size"])}))


def _unit(code: str) -> PublishedUnit:
    found = None if "\x00" in code else find_unit(code)
    if found is None:
        raise Http404("No such unit.")
    return found


def _records(unit: PublishedUnit, options: Options) -> list[PublishedRecord]:
    listing = Listing(unit_code=unit.code, kind=options.kind or None)
    return list(rolling_list(timezone.localdate(), listing, size=options.size).records)


def _entry(record: PublishedRecord, site: str) -> dict[str, str]:
    return {
        "kind": record.kind,
        "label": str(Kind(record.kind).label),
        "subject": record.subject_name,
        "title": record.title,
        "number": record.decision_number,
        "date": record.published_on.isoformat(),
        "address": f"{site}/records/{record.record_id}/",
    }
