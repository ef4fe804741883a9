"""Small pieces of the pages: icons, bounded counts, marked matches."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from django import template
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from gongshi.portal.appearance import Appearance, appearance_of
from gongshi.portal.places import region_name
from gongshi.portal.presentation import Result
from gongshi.portal.rows import row
from gongshi.portal.search import BoundedCount

register = template.Library()

_LONGEST_ADDRESS = 1_000
_CODE = re.compile("`([^`]+)`")


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Return one of the icons in `static/vendor/bootstrap-icons/icons.svg`."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("vendor/bootstrap-icons/icons.svg"),
        name,
    )


@register.simple_tag
def kind_mark(kind: str) -> SafeString:
    """Return the coloured mark that tells a licence from a penalty, by icon and word."""
    return _kind_mark(kind, get_language())


@lru_cache(maxsize=16)
def _kind_mark(kind: str, language: str | None) -> SafeString:
    is_penalty = kind == "penalty"
    return format_html(
        '<span class="kind kind-{}">{}{}</span>',
        kind,
        icon("exclamation-octagon" if is_penalty else "patch-check"),
        gettext("Penalty") if is_penalty else gettext("Licence"),
    )


@register.simple_tag
def record_row(result: Result) -> SafeString:
    """Return the row of a record in a list, the places of its term marked."""
    return row(result, kind_mark(result.record.kind))


@register.simple_tag
def options(choices: Iterable[str | tuple[str, str]], chosen: str | None) -> SafeString:
    """Return the options of a list: values with labels, or labels that are the values.

    Here and not in a template, as a list of some hundred units took half the time that
    a page of results takes.
    """
    pairs = [each if isinstance(each, tuple) else (each, each) for each in choices]
    return mark_safe(  # noqa: S308 - escaped piece by piece
        "".join(_option(value, label, value == chosen) for value, label in pairs)
    )


@lru_cache(maxsize=4_096)
def _option(value: str, label: str, is_chosen: bool) -> SafeString:
    selected = mark_safe(" selected") if is_chosen else ""
    return format_html('<option value="{}"{}>{}</option>', value, selected, label)


@register.simple_tag(takes_context=True)
def appearance(context: Context) -> Appearance:
    """Return how the reader wants the pages; where nobody asks, as the device says."""
    request = context.get("request")
    return appearance_of(request) if isinstance(request, HttpRequest) else Appearance()


@register.simple_tag(takes_context=True)
def without(context: Context, name: str) -> str:
    """Return the query string of this page without one of its options, on page one."""
    params: QueryDict = context["request"].GET.copy()
    for gone in (name, "after"):
        params.pop(gone, None)
    return f"?{params.urlencode()}"


@register.simple_tag(takes_context=True)
def here(context: Context) -> str:
    """Return where a choice leads back to; a very long address is not repeated."""
    request = context.get("request")
    if not isinstance(request, HttpRequest):
        return "/"
    known = (request.get_full_path(), request.path)
    return next((path for path in known if len(path) <= _LONGEST_ADDRESS), "/")


@register.filter
def with_code(text: str) -> SafeString:
    """Return the text with what stands between backticks as code."""
    marked = _CODE.sub(r"<code>\1</code>", conditional_escape(text))
    return mark_safe(marked)  # noqa: S308 - escaped above; only our own tags are added


@register.filter
def region(code: str) -> str:
    """Return the name of the region with the code."""
    return region_name(code)


@register.filter
def bounded(count: BoundedCount) -> str:
    """Return the count with a plus sign where there are more."""
    return f"{count.number:,}{'' if count.is_exact else '+'}"


@register.filter
def grouped(number: int) -> str:
    """Return the number with its thousands set apart, alike in every language."""
    return f"{number:,}"
