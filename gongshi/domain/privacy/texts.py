"""Free text for the public: numbers of persons become stars, the rest stays."""

from typing import overload

import polars as pl

from gongshi.domain.privacy.numbers import personal_spans

_SHOWN = 4

# Two cheap looks tell the few texts that need the exact search of `numbers`: whether
# there may be a digit at all, then whether some number has a personal outline.
_DIGIT = "[0-9]"
_WIDE_BLOCK = "０".encode()[:2]  # full-width digits and punctuation begin so
_GAP = r"[\s\p{Pd}\p{Cf}_−]*"
_EDGE = r"(?:^|[^\dA-Za-z]|(?i:tel|phone|mobile|mob|qq|wx|vx|weixin))"
_OUTLINE = "|".join(
    [
        rf"\d(?:{_GAP}\d){{14}}",
        rf"{_EDGE}(?:(?:00)?86{_GAP})?[1１][3-9３-９](?:{_GAP}\d){{9}}",
        rf"{_EDGE}[0０]\d{{2,3}}[)）]?{_GAP}[2-8２-８]\d{{2,3}}{_GAP}\d{{4}}",
        r"(?:电话|手机|座机|传真|热线|联系方式|账号|帐号|卡号|账户|帐户|银行卡|(?i:tel|fax))"
        rf"[^\dA-Za-z,，。;；]{{0,6}}\d(?:{_GAP}\d){{6}}",
    ]
)


@overload
def mask_text(text: str) -> str: ...


@overload
def mask_text(text: pl.Expr) -> pl.Expr: ...


def mask_text(text: pl.Expr | str) -> pl.Expr | str:
    """Return a text with the numbers of persons masked after four characters.

    Masks identity numbers of 18 and 15 places (even with a wrong check character,
    spaced out, full-width or beside other digits and letters), mobile and landline
    numbers, bank cards and accounts. Credit codes, organisation codes, decision
    numbers, dates and amounts stay. In and out: String; null stays null.
    """
    if isinstance(text, str):
        return _masked(text)
    return text.cast(pl.String).map_batches(_mask_column, return_dtype=pl.String)


def finds_personal_data(text: pl.Expr) -> pl.Expr:
    """Whether `mask_text` would change a text (Boolean); null stays null."""
    return text.cast(pl.String).map_batches(_find_column, return_dtype=pl.Boolean)


def _masked(text: str) -> str:
    kept = 0
    pieces = []
    for start, end in personal_spans(text):
        number = text[start:end]
        pieces += [text[kept:start], number[:_SHOWN], "*" * len(number[_SHOWN:])]
        kept = end
    return "".join([*pieces, text[kept:]]) if pieces else text


def _mask_column(texts: pl.Series) -> pl.Series:
    rows = _candidates(texts)
    if rows.is_empty():
        return texts
    masked = [_masked(text) for text in texts.gather(rows)]
    return texts.clone().scatter(rows, pl.Series(masked, dtype=pl.String))


def _find_column(texts: pl.Series) -> pl.Series:
    rows = _candidates(texts)
    found = pl.Series(
        [bool(personal_spans(text)) for text in texts.gather(rows)], dtype=pl.Boolean
    )
    nothing = pl.repeat(value=False, n=len(texts), dtype=pl.Boolean, eager=True)
    verdict = nothing.scatter(rows.filter(found), values=True)
    return pl.select(pl.when(texts.is_not_null()).then(verdict)).to_series()


def _candidates(texts: pl.Series) -> pl.Series:
    """Return the positions of texts in which some number has a personal outline."""
    may_have_digit = texts.str.contains(_DIGIT) | texts.cast(pl.Binary).bin.contains(
        _WIDE_BLOCK
    )
    rows = may_have_digit.arg_true()
    return rows.filter(texts.gather(rows).str.contains(_OUTLINE))
