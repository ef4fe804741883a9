"""Finds the header of a sheet and the form whose columns it names.

Every form is scored against every candidate row, alone or together with the row
below it. A column counts by official code or label, a little less by alias.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from gongshi.domain.power_list import EDITION as POWER_LIST
from gongshi.domain.power_list import power_list_form
from gongshi.domain.standards import Field, Form, forms
from gongshi.intake.reading.sheets import HeaderMatch

SEARCHED_ROWS = 30

Row = Sequence[str | None]

_BRACKETS = str.maketrans("〔【[{〈<《〕】]}〉>》", "(((((((" + ")))))))")
_NOISE = re.compile(r"[\s\u200b-\u200f\ufeff*#★☆●※_\-—:：、,.;'\"“”]+")
_MARK = re.compile(
    r"\((?:必填|选填|必填项|选填项|必录|非必填|必须填写|可选|是否必填)\)"
)
_TRAILING_BRACKET = re.compile(r"^(.+?)\((.+)\)$")
_CODE_IN_TEXT = re.compile(r"(?:XK|CF)(?:_[A-Z0-9]+)+", re.I)

_ALIAS_WEIGHT = 0.9
_MISSING_PENALTY = 1.0
_ABSENT_PENALTY = 0.1  # an optional column that is not there
_UNKNOWN_PENALTY = 0.25
_LEAST_COVERAGE = 0.6  # of the required columns, to be sure of the form
_LEAST_COLUMNS = 4


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A form laid over a header row, and how well it fits."""

    match: HeaderMatch
    score: float

    @property
    def is_certain(self) -> bool:
        """Whether so much of the form is there that no doubt is left."""
        required = required_fields(self.match.form)
        coverage = 1 - len(self.match.missing) / max(len(required), 1)
        enough = len(self.match.columns) >= _LEAST_COLUMNS
        return enough and coverage >= _LEAST_COVERAGE


def required_fields(form: Form) -> tuple[Field, ...]:
    """Return the fields whose columns a file must have."""
    return tuple(
        field for field in form.fields if field.is_required and not field.filled_by
    )


def normalise_label(text: str) -> str:
    """Return a header's text without what differs from office to office."""
    plain = unicodedata.normalize("NFKC", text).translate(_BRACKETS).upper()
    return _NOISE.sub("", _MARK.sub("", _NOISE.sub("", plain)))


def field_named(form: Form, text: str) -> str | None:
    """Return the field that our name, a label, an official code or an alias means."""
    if text in form.by_name:
        return text
    name, _weight = _recognise((text,), _labels(form))
    return name


def forms_of(edition: str | None) -> Sequence[Form]:
    """Return the forms of the edition, all of them for None; power lists by name only."""
    if edition == POWER_LIST:
        return [power_list_form()]
    return [form for form in forms() if edition in (None, form.edition)]


def find_header(rows: Sequence[Row], edition: str | None = None) -> Candidate | None:
    """Return the best fit of a form to the first rows of a sheet, None if none fits.

    `rows` begin with row 1 of the sheet; `edition` admits only its forms.
    """
    wanted = forms_of(edition)
    best: Candidate | None = None
    for index, header in _possible_headers(rows[:SEARCHED_ROWS]):
        for form in wanted:
            found = _lay_over(form, header, index)
            if found and (best is None or found.score > best.score):
                best = found
    return _skip_repeated_header(best, rows) if best else None


def _possible_headers(
    rows: Sequence[Row],
) -> Iterator[tuple[int, list[tuple[str, ...]]]]:
    """Yield for each candidate its last row (0-based) and texts to try per column."""
    for index, row in enumerate(rows):
        yield index, [(cell,) if cell else () for cell in map(_text, row)]
    for index, (upper, lower) in enumerate(itertools.pairwise(rows)):
        if sum(1 for cell in upper if cell) > 1:
            yield index + 1, _two_rows(upper, lower)


def _two_rows(upper: Row, lower: Row) -> list[tuple[str, ...]]:
    """Return the texts of a header whose groups stand above their columns."""
    texts: list[tuple[str, ...]] = []
    group = ""
    for position in range(max(len(upper), len(lower))):
        above = _text(upper[position]) if position < len(upper) else ""
        below = _text(lower[position]) if position < len(lower) else ""
        group = above or group
        if below:
            texts.append((below, f"{group}({below})", group + below))
        else:
            texts.append((above,) if above else ())
    return texts


def _text(cell: str | None) -> str:
    return (cell or "").strip()


def _lay_over(
    form: Form, header: list[tuple[str, ...]], index: int
) -> Candidate | None:
    labels = _labels(form)
    columns: dict[str, int] = {}
    unrecognised: list[tuple[int, str]] = []
    repeated: list[tuple[int, str]] = []
    score = 0.0
    for position, texts in enumerate(header):
        name, weight = _recognise(texts, labels)
        if name is None:
            unrecognised.extend((position, text) for text in texts[:1])
        elif name in columns:
            repeated.append((position, texts[0]))
        else:
            columns[name] = position
            score += weight
    if not columns:
        return None
    missing = tuple(f.name for f in required_fields(form) if f.name not in columns)
    absent = len(form.fields) - len(columns) - len(missing)
    score -= _MISSING_PENALTY * len(missing) + _ABSENT_PENALTY * absent
    score -= _UNKNOWN_PENALTY * (len(unrecognised) + len(repeated))
    match = HeaderMatch(
        form=form,
        columns=columns,
        unrecognised=tuple(unrecognised),
        repeated=tuple(repeated),
        missing=missing,
        header_row=index + 1,
    )
    return Candidate(match=match, score=score)


def _recognise(
    texts: tuple[str, ...], labels: Mapping[str, tuple[str, float]]
) -> tuple[str | None, float]:
    for text in texts:
        for reading in _readings(text):
            if found := labels.get(reading):
                return found
    return None, 0.0


@cache
def _readings(text: str) -> tuple[str, ...]:
    """Return what a header may mean, the surest first."""
    whole = normalise_label(text)
    readings = [whole]
    if code := _CODE_IN_TEXT.search(unicodedata.normalize("NFKC", text)):
        readings.append(normalise_label(code.group()))
    if bracket := _TRAILING_BRACKET.match(whole):
        # The words in brackets say which code is meant: 代码_2 changed its meaning
        # between the editions, 组织机构代码 did not.
        readings.extend((bracket.group(2), bracket.group(1)))
    return tuple(readings)


@cache
def _labels(form: Form) -> Mapping[str, tuple[str, float]]:
    known: dict[str, tuple[str, float]] = {}
    for field in form.fields:
        for text in (field.label, field.code):
            known[normalise_label(text)] = (field.name, 1.0)
    for field in form.fields:
        for text in field.aliases:
            known.setdefault(normalise_label(text), (field.name, _ALIAS_WEIGHT))
    return known


def _skip_repeated_header(best: Candidate, rows: Sequence[Row]) -> Candidate:
    """Move past a second line of headings, such as codes below labels."""
    match = best.match
    row = match.header_row
    while row < len(rows) and _names_same_columns(match, rows[row]):
        row += 1
    head = tuple(tuple(cells) for cells in rows[:row])
    moved = replace(match, header_row=row, head=head)
    return Candidate(match=moved, score=best.score)


def _names_same_columns(match: HeaderMatch, row: Row) -> bool:
    labels = _labels(match.form)
    same = sum(
        1
        for name, position in match.columns.items()
        if position < len(row) and row[position]
        if _recognise((_text(row[position]),), labels)[0] == name
    )
    return same * 2 > len(match.columns)
