"""The rows of a list of records, written without a template.

A page shows twenty of them, and spent half of its time there: templates look every
name up anew, and build each address from its pattern.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from gongshi.portal.highlighting import marked
from gongshi.portal.models import PublishedRecord
from gongshi.portal.presentation import Excerpt, Result

_ROW = """
<tr role="row" class="record-row record-row-{kind}">
  <td role="cell" class="cell-subject">
    {kind_mark}
    <a class="record-link" href="{address}">{subject}</a>
    {marks}
    <div class="record-title">{title}</div>
    {code}
    {excerpt}
  </td>
  <td role="cell" class="cell-number">{number_label} <span class="code">{number}</span></td>
  <td role="cell" class="cell-authority">{authority_label} {authority}</td>
  <td role="cell" class="cell-date">{decided_label} <time datetime="{decided}">{decided}</time></td>
  <td role="cell" class="cell-date">{published_label} <time datetime="{published}">{published}</time></td>
</tr>"""
_LABEL = '<span class="cell-label">{}</span>'
_CODE = '<div class="record-code">{} <span class="code">{}</span></div>'
_EXCERPT = f'<div class="record-excerpt">{_LABEL} {{}}</div>'
_NOTHING = SafeString("")
_ANY_RECORD = UUID(int=0)
_MOST_ROWS = 8  # of one record that are kept


@dataclass(frozen=True, kw_only=True)
class _Labels:
    """The columns' names, which narrow screens show in each row."""

    code: SafeString
    number: SafeString
    authority: SafeString
    decided: SafeString
    published: SafeString


def row(result: Result, kind_mark: SafeString) -> SafeString:
    """Return the row of a record, the places of the term marked.

    The record keeps the rows that were made of it, and is itself kept for a while
    (`lately`): pages that share most of their rows are asked for over and over.
    """
    kept = _kept_rows(result.record)
    asked = (result.term, get_language())
    html = kept.get(asked)
    if html is None:
        html = _made(result, kind_mark)
        if len(kept) >= _MOST_ROWS:
            kept.clear()
        kept[asked] = html
    return html


def _kept_rows(record: PublishedRecord) -> dict[tuple[str, str | None], SafeString]:
    rows: dict[tuple[str, str | None], SafeString]
    rows = record.__dict__.setdefault("_kept_rows", {})
    return rows


def _made(result: Result, kind_mark: SafeString) -> SafeString:
    record, term = result.record, result.term
    labels = _labels(get_language())
    html = _ROW.format(
        kind=escape(record.kind),
        kind_mark=kind_mark,
        address=_address(record.record_id),
        subject=marked(record.subject_name, term),
        marks=_marks(record),
        title=marked(record.title, term),
        code=_credit_code(record, term, labels),
        excerpt=_excerpt(result.excerpt),
        number_label=labels.number,
        number=marked(record.decision_number, term),
        authority_label=labels.authority,
        authority=escape(record.authority),
        decided_label=labels.decided,
        decided=record.decision_date.isoformat(),
        published_label=labels.published,
        published=record.published_on.isoformat(),
    )
    return mark_safe(html)  # noqa: S308 - every value is escaped above


@lru_cache(maxsize=8)
def _labels(language: str | None) -> _Labels:
    return _Labels(
        code=format_html(_LABEL, gettext("Credit code")),
        number=format_html(_LABEL, gettext("Decision number")),
        authority=format_html(_LABEL, gettext("Authority")),
        decided=format_html(_LABEL, gettext("Decided")),
        published=format_html(_LABEL, gettext("Published on")),
    )


def _marks(record: PublishedRecord) -> SafeString:
    if not (record.disputed_on or record.corrected_on):
        return _NOTHING
    return render_to_string("portal/_marks.html", {"record": record})


def _credit_code(record: PublishedRecord, term: str, labels: _Labels) -> SafeString:
    if not record.credit_code:
        return _NOTHING
    code = _CODE.format(labels.code, marked(record.credit_code, term))
    return mark_safe(code)  # noqa: S308 - both are escaped


def _excerpt(excerpt: Excerpt | None) -> SafeString:
    if excerpt is None:
        return _NOTHING
    return format_html(_EXCERPT, excerpt.label, excerpt.text)


def _address(record_id: UUID) -> str:
    return _pattern().replace(str(_ANY_RECORD), str(record_id))


@cache
def _pattern() -> str:
    return reverse("portal:record", args=[_ANY_RECORD])
