"""Shows where a term stands in a text as it was written, not as it is searched."""

from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from gongshi.domain.search_text import normalise

_BEFORE, _AFTER = 20, 60


def marked(text: str, term: str) -> SafeString:
    """Return the text as HTML, each place of the normalised term in `<mark>`."""
    pieces: list[str] = []
    end = 0
    for start, stop in _spans(text, term):
        pieces += (
            escape(text[end:start]),
            "<mark>",
            escape(text[start:stop]),
            "</mark>",
        )
        end = stop
    pieces.append(escape(text[end:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above


def excerpt(text: str, term: str) -> SafeString | None:
    """Return the text around the term's first place, None where it has none."""
    spans = _spans(text, term)
    if not spans:
        return None
    start = max(0, spans[0][0] - _BEFORE)
    stop = min(len(text), spans[0][1] + _AFTER)
    return format_html(
        "{}{}{}",
        "…" if start else "",
        marked(text[start:stop], term),
        "…" if stop < len(text) else "",
    )


def _spans(text: str, term: str) -> list[tuple[int, int]]:
    """Return where in the written text the term begins and ends."""
    # Most texts have it nowhere, and need no look at each character.
    whole = text.translate(_FORMS)
    if not term or term not in whole:
        return []
    origins = [place for place, char in enumerate(text) for _ in char.translate(_FORMS)]
    spans = []
    place = whole.find(term)
    while place >= 0:
        spans.append((origins[place], origins[place + len(term) - 1] + 1))
        place = whole.find(term, place + len(term))
    return _apart(spans)


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Drop spans that share a written character with the one before."""
    kept: list[tuple[int, int]] = []
    for start, stop in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, stop))
    return kept


class _Forms(dict[int, str]):
    """The form that is searched of each character, as it is met."""

    def __missing__(self, code: int) -> str:
        form = self[code] = normalise(chr(code))
        return form


_FORMS = _Forms()
