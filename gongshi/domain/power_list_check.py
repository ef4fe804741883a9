"""Checks the rows of a power list: what they say, and what is wrong with them, as data."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from gongshi.domain.findings import (
    FINDING_SCHEMA,
    Severity,
    column_letter,
)
from gongshi.domain.messages import noop
from gongshi.domain.power_list import (
    COLUMNS,
    KIND_WORDS,
    KINDS,
    OTHER_POWER_WORDS,
    SUBJECT_WORDS,
    SUBJECTS,
    YES_NO,
    is_item_code,
)
from gongshi.domain.rules.values import parse_dates

MESSAGES: Mapping[str, str] = {
    "list-value-missing": noop("%(label)s is empty. Fill it in."),
    "list-value-assumed": noop(
        "%(label)s is empty. It was taken as %(expected)s; change it in the draft if"
        " that is wrong."
    ),
    "list-unknown-word": noop(
        "“%(value)s” is not one of the words for %(label)s. Use one of: %(expected)s."
    ),
    "list-other-power": noop(
        "“%(value)s” is neither a licence nor a penalty. It is not disclosed here and"
        " was left out."
    ),
    "list-too-long": noop(
        "%(label)s has more than %(expected)s characters. Shorten it."
    ),
    "list-bad-code": noop(
        "The code “%(value)s” cannot be used. Write it without spaces and line breaks,"
        " and without “.”, “..” or nothing before, between or after slashes."
    ),
    "list-lost-digits": noop(
        "The code “%(value)s” was stored as a number and has lost digits. Format the"
        " column as text and enter the code again."
    ),
    "list-bad-number": noop(
        "“%(value)s” is no whole number from 1 to %(expected)s. Correct %(label)s, or"
        " leave it empty where the general period holds."
    ),
    "list-bad-date": noop(
        "“%(value)s” is no date of the calendar. Write it like %(expected)s."
    ),
    "list-ends-early": noop(
        "The last day %(value)s lies before the first day %(expected)s. Correct one."
    ),
    "list-reason-missing": noop(
        "The item is not public, but no reason is given. Fill in %(label)s."
    ),
    "list-reason-left-out": noop(
        "The item is public, so the reason was left out. If it shall not be public,"
        " enter 否 in the column 是否公开 and import the list again."
    ),
    "list-becomes-public": noop(
        "The item was not public and becomes public by this list. If that is wrong,"
        " enter 否 here, with the reason, and import the list again."
    ),
    "list-repeated": noop(
        "The code “%(value)s” stands in row %(expected)s already. Remove one of them."
    ),
    "list-unknown-body": noop(
        "“%(value)s” is no body that this unit entrusts. Use its full name, or have it"
        " added to the units first."
    ),
}
_DAYS, _YEARS = 365, 100
_NUMBER = re.compile(r"[0-9]{1,9}")
_START = date(2015, 7, 1)
_LABELS = {column.name: column.label for column in COLUMNS}
_LENGTHS = {column.name: column.length for column in COLUMNS if column.length}
# Columns whose name is not that of what a row says.
_SAYS = {"item_code": "code", "entrusted_to": "body"}
_TRUTH = {"是": True, "公开": True, "否": False, "不公开": False, "": True}


@dataclass(frozen=True, kw_only=True)
class ListedItem:
    """One good row; `body` is the name of the body that acts, empty: the unit itself."""

    kind: str
    code: str
    name: str
    basis: str
    subjects: str
    is_public: bool
    not_public_reason: str
    publish_working_days: int | None
    display_years: int | None
    from_date: date
    until_date: date | None
    body: str


@dataclass(kw_only=True)
class PowerListCheck:
    """Checks one file, part after part; remembers which codes it has seen where.

    `bodies` are the names of the bodies that the unit entrusts, `known` its items by
    kind and code: of what a file has no column for, these say the same as before.
    """

    bodies: frozenset[str]
    known: Mapping[tuple[str, str], ListedItem] = field(default_factory=dict)
    items: list[ListedItem] = field(default_factory=list)
    bad_rows: int = 0
    left_out: int = 0
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def check(
        self,
        sheet: str,
        frame: pl.DataFrame,
        *,
        columns: Mapping[str, int],
        lost: frozenset[int] = frozenset(),
    ) -> pl.DataFrame:
        """Check the rows of a sheet's part and return the findings (FINDING_SCHEMA).

        In: `row` and String columns by our names; `columns` where they stand in the
        sheet; `lost` are the rows whose code has lost digits.
        """
        found: list[dict[str, object]] = []
        for cells in _with_dates(frame).iter_rows(named=True):
            row = _Row(sheet=sheet, cells=cells, columns=columns)
            item = self._item(row, is_lost=int(cells["row"]) in lost)
            found += row.findings
            if any(each["severity"] == Severity.ERROR for each in row.findings):
                self.bad_rows += 1
            elif item is None:
                self.left_out += 1
            else:
                self.items.append(item)
        return pl.DataFrame(found, schema=FINDING_SCHEMA)

    def _item(self, row: "_Row", *, is_lost: bool) -> ListedItem | None:
        kind = row.kind()
        if kind is None:
            return None
        if is_lost:
            row.say("list-lost-digits", "item_code")
        is_public = row.choice("is_public", _TRUTH, tuple(YES_NO.values()))
        begins, ends = row.day("from_date"), row.day("until_date")
        item = ListedItem(
            kind=kind,
            code=row.code(),
            name=row.required("name"),
            basis=row.assumed("basis", ""),
            subjects=row.subjects(),
            is_public=is_public is not False,
            not_public_reason=row.text("not_public_reason"),
            publish_working_days=row.number("publish_working_days", _DAYS),
            display_years=row.number("display_years", _YEARS),
            from_date=begins or _START,
            until_date=ends,
            body=row.body(self.bodies),
        )
        before = self.known.get((kind, item.code))
        if before is not None:
            item = row.completed(item, before)
            if item.is_public and not before.is_public:
                row.say("list-becomes-public", "is_public", severity=Severity.WARNING)
        self._whole(row, item)
        return replace(item, not_public_reason="") if item.is_public else item

    def _whole(self, row: "_Row", item: ListedItem) -> None:
        """Say what is wrong with the row as a whole."""
        if not item.is_public and not item.not_public_reason:
            row.say("list-reason-missing", "not_public_reason")
        if item.is_public and item.not_public_reason and row.has("not_public_reason"):
            row.say(
                "list-reason-left-out", "not_public_reason", severity=Severity.WARNING
            )
        if item.until_date and item.until_date < item.from_date:
            begins = item.from_date.isoformat()
            row.say("list-ends-early", "until_date", expected=begins)
        first = self._seen.setdefault((item.kind, item.code), row.number_in_sheet)
        if item.code and first != row.number_in_sheet:
            row.say("list-repeated", "item_code", expected=str(first))


class _Row:
    """One row's cells, read one by one; collects what is wrong with them."""

    def __init__(
        self, *, sheet: str, cells: Mapping[str, object], columns: Mapping[str, int]
    ) -> None:
        self.findings: list[dict[str, object]] = []
        self._sheet, self._cells, self._columns = sheet, cells, columns
        number = cells["row"]
        assert isinstance(number, int)
        self.number_in_sheet = number

    def say(
        self,
        code: str,
        name: str,
        *,
        expected: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        position = self._columns.get(name)
        self.findings.append(
            {
                "sheet": self._sheet,
                "row": self.number_in_sheet,
                "column": None if position is None else column_letter(position),
                "field": name,
                "label": _LABELS[name],
                "value": self._raw(name) or None,
                "code": code,
                "severity": str(severity),
                "expected": expected,
            }
        )

    def has(self, name: str) -> bool:
        """Say whether the file has a column for it."""
        return name in self._columns

    def completed(self, item: ListedItem, before: ListedItem) -> ListedItem:
        """Return the item with what the file has no column for as it was."""
        absent = (column for column in _LABELS if not self.has(column))
        says = [_SAYS.get(column, column) for column in absent]
        return replace(item, **{name: getattr(before, name) for name in says})

    def text(self, name: str) -> str:
        text = self._raw(name)
        longest = _LENGTHS.get(name)
        if longest and len(text) > longest:
            self.say("list-too-long", name, expected=str(longest))
        return text

    def required(self, name: str) -> str:
        text = self.text(name)
        if not text:
            self.say("list-value-missing", name)
        return text

    def code(self) -> str:
        text = self.required("item_code")
        if text and not is_item_code(text):
            self.say("list-bad-code", "item_code")
        return text

    def assumed(self, name: str, otherwise: str) -> str:
        text = self.text(name)
        if not text and self.has(name):
            shown = SUBJECTS.get(otherwise, otherwise) or "—"
            self.say(
                "list-value-assumed", name, expected=shown, severity=Severity.WARNING
            )
        return text or otherwise

    def kind(self) -> str | None:
        """Return the kind, None for another power or a word that is no power."""
        word = _plain(self.required("kind"))
        if word in KIND_WORDS:
            return str(KIND_WORDS[word])
        if word in OTHER_POWER_WORDS:
            self.say("list-other-power", "kind", severity=Severity.INFO)
        elif word:
            expected = "、".join(KINDS.values())
            self.say("list-unknown-word", "kind", expected=expected)
        return None

    def subjects(self) -> str:
        words = {_plain(word): code for word, code in SUBJECT_WORDS.items()}
        text = self.assumed("subjects", "any")
        if text in SUBJECTS:
            return text
        found = words.get(_plain(text))
        if found is None:
            expected = "、".join(SUBJECTS.values())
            self.say("list-unknown-word", "subjects", expected=expected)
        return found or "any"

    def choice(
        self, name: str, words: Mapping[str, bool], listed: tuple[str, ...]
    ) -> bool | None:
        word = _plain(self._raw(name))
        if word not in words:
            self.say("list-unknown-word", name, expected="、".join(listed))
        return words.get(word)

    def number(self, name: str, most: int) -> int | None:
        text = unicodedata.normalize("NFKC", self._raw(name)).removesuffix(".0")
        if not text:
            return None
        if not (_NUMBER.fullmatch(text) and 1 <= int(text) <= most):
            self.say("list-bad-number", name, expected=str(most))
            return None
        return int(text)

    def day(self, name: str) -> date | None:
        if not self._raw(name):
            return None
        day = self._cells[f"{name}.day"]
        if not isinstance(day, date):
            self.say("list-bad-date", name, expected="2016-01-05")
            return None
        return day

    def body(self, known: frozenset[str]) -> str:
        name = self._raw("entrusted_to")
        if name and name not in known:
            self.say("list-unknown-body", "entrusted_to")
        return name

    def _raw(self, name: str) -> str:
        cell = self._cells.get(name)
        text = cell if isinstance(cell, str) else ""
        # Our own CSV puts an apostrophe before what a spreadsheet would run.
        if text[:1] == "'" and text[1:2] in ("=", "+", "@", "-", "\t", "\r"):
            text = text[1:]
        return text.strip()


def _with_dates(frame: pl.DataFrame) -> pl.DataFrame:
    days = [name for name in ("from_date", "until_date") if name in frame.columns]
    return frame.with_columns(parse_dates(pl.col(n)).alias(f"{n}.day") for n in days)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
