"""Reads the values of cells: dates in every usual form, choices, amounts, numbers."""

import re
import unicodedata
from collections.abc import Callable

import polars as pl

from gongshi.domain.standards import CodeListEntry

_DATE_FORMATS = ("%Y/%m/%d", "%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_TIME_OF_DAY = r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$"
_SERIAL = r"^[1-9]\d{4}$"  # Excel counts days from 1899-12-30; five digits: 1927-2173
_YEAR_BRACKETS = r"[【\[［〔(（]\s*(\d{4})\s*[】\]］〕)）]"
_FEW = 100  # values that are sooner read one by one than looked up
_NOTED = re.compile(r"^(?P<label>[^-－—:：(（]+)[-－—:：(（]+(?P<note>.*?)[)）]?$")


def parse_dates(texts: pl.Expr) -> pl.Expr:
    """Return the texts as Date; null where a text is no date of the calendar.

    Understands 2016/1/5, 2016-01-05, 2016.01.05, 2016年1月5日, 20160105, Excel's
    serial numbers and a time of day behind the date, in half or full width.
    """
    return texts.map_batches(_through_unique(_parse_date_series), return_dtype=pl.Date)


def parse_amounts(texts: pl.Expr) -> pl.Expr:
    """Return the texts as Float64; null where a text is no amount.

    An amount has at most 12 digits before the point and six behind it
    (decimal(18,6) of the 2018 standard); commas between thousands are allowed.
    """
    plain = texts.str.normalize("NFKC").str.replace_all(r"(\d),(\d{3})", "${1}${2}")
    fits = plain.str.contains(r"^\d{1,12}(\.\d{1,6})?$")
    return pl.when(fits).then(plain).cast(pl.Float64, strict=False)


def normalise_decision_number(texts: pl.Expr) -> pl.Expr:
    """Return decision numbers with the year in 〔〕 and without inner spaces."""
    plain = texts.str.replace_all(r"\s+", "")
    return plain.str.replace_all(_YEAR_BRACKETS, "〔${1}〕")


def normalise_identifier(texts: pl.Expr) -> pl.Expr:
    """Return identifiers in half width, without inner spaces and hyphens."""
    return texts.str.normalize("NFKC").str.replace_all(r"[\s\-‐–—]", "")


def normalise_choices(
    texts: pl.Expr, entries: tuple[CodeListEntry, ...], *, several: bool
) -> pl.Expr:
    """Return each text as codes of the list; null where one of them is not on it.

    A label stands for its code. An entry that needs a note keeps it behind a
    hyphen (其他-说明), whatever mark the sender put between them. Several
    entries are joined with ";".
    """

    def normalise(value: str | None) -> str | None:
        if value is None:
            return None
        parts = re.split(r"[;；]", value.rstrip(";；")) if several else [value]
        codes = [_choice_code(part.strip(), entries) for part in parts]
        known = [code for code in codes if code is not None]
        return ";".join(known) if len(known) == len(codes) else None

    def over(unique: pl.Series) -> pl.Series:
        codes = [normalise(value) for value in unique.to_list()]
        return pl.Series(unique.name, codes, dtype=pl.String)

    return texts.map_batches(_through_unique(over), return_dtype=pl.String)


def _choice_code(part: str, entries: tuple[CodeListEntry, ...]) -> str | None:
    plain = unicodedata.normalize("NFKC", part)
    for entry in entries:
        if part in (entry.code, entry.label) or plain in (entry.code, entry.label):
            return entry.code
    noted = _NOTED.match(part)
    for entry in entries:
        if noted and entry.needs_note and noted["label"].strip() == entry.label:
            note = noted["note"].strip()
            return f"{entry.code}-{note}" if note else entry.code
    return None


def _parse_date_series(texts: pl.Series) -> pl.Series:
    plain = texts.str.normalize("NFKC").str.replace(_TIME_OF_DAY, "")
    plain = plain.str.replace_all(r"\s+", "")
    frame = plain.to_frame("text")
    exact = [pl.col("text").str.to_date(form, strict=False) for form in _DATE_FORMATS]
    serial = pl.when(pl.col("text").str.contains(_SERIAL)).then(
        pl.date(1899, 12, 30)
        + pl.duration(days=pl.col("text").cast(pl.Int64, strict=False))
    )
    parsed = pl.coalesce(*exact, serial)
    # A year such as 216 or 20165 is a slip of the finger, not a date.
    plausible = parsed.dt.year().is_between(1949, 2100)
    return frame.select(pl.when(plausible).then(parsed)).to_series()


def _through_unique(
    parse: Callable[[pl.Series], pl.Series],
) -> Callable[[pl.Series], pl.Series]:
    # A million rows hold a few thousand different dates or choices.
    def over(values: pl.Series) -> pl.Series:
        if len(values) < _FEW:
            return parse(values)
        unique = values.unique().drop_nulls().rename("value")
        meanings = pl.DataFrame([unique, parse(unique).rename("meaning")])
        joined = values.to_frame("value").join(
            meanings, on="value", how="left", maintain_order="left"
        )
        return joined.get_column("meaning").rename(values.name)

    return over


def spread(few: pl.Series, chosen: pl.Series) -> pl.Series:
    """Return the values of the chosen rows (Boolean, no null) in the place of each.

    `few` has one value per chosen row, in order; all other rows are null.
    """
    place = chosen.cast(pl.UInt32).cum_sum() - 1
    return few.gather(place.set(~chosen, None))
