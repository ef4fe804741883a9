"""Arithmetic over the places of fixed-length codes, a column at a time.

A code of n ASCII characters is read as n bytes without copying; each place looks
its weighted value up in a table of 256. A character that the place does not allow
adds MALFORMED, so that one sum tells the form and the check alike.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import polars as pl

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MALFORMED = 1_000_000

Judge = Callable[[pl.Series], pl.Series]


def place(index: int) -> pl.Expr:
    """Return the byte at a place (UInt8), counted from 0."""
    return pl.col(str(index))


def weighted_sum(
    alphabet: str, weights: Iterable[int], *, first: int = 0, digits: range = range(0)
) -> pl.Expr:
    """Return Σ value × weight (UInt32), at least MALFORMED if a character is amiss.

    A character's value is its position in the alphabet. `digits` are the places at
    which only 0-9 are allowed.
    """
    return pl.sum_horizontal(
        pl.lit(_table(DIGITS if index in digits else alphabet, weight)).gather(
            place(index)
        )
        for index, weight in enumerate(weights, start=first)
    )


def number(first: int, count: int) -> pl.Expr:
    """Return the decimal number at some places (UInt32); other characters count 0."""
    return pl.sum_horizontal(
        pl.lit(_table(DIGITS, 10 ** (count - 1 - offset), malformed=0)).gather(
            place(first + offset)
        )
        for offset in range(count)
    )


def byte_of(characters: str, index: pl.Expr) -> pl.Expr:
    """Return the byte (UInt8) of the character at an index."""
    return pl.lit(pl.Series(list(characters.encode()), dtype=pl.UInt8)).gather(index)


def character_of(characters: str, index: pl.Expr) -> pl.Expr:
    """Return the character (String) at an index."""
    return pl.lit(pl.Series(list(characters))).gather(index)


def judge_of(
    length: int,
    judgement: pl.Expr,
    dtype: type[pl.DataType],
    *,
    given: Mapping[str, pl.Expr] | None = None,
) -> Judge:
    """Return a function that judges the texts of one length.

    `judgement` is an expression over `place(…)`, of the given type, and over the
    columns that `given` works out once for it. The function returns null for texts
    that are null or of another length.
    """

    def judge(text: pl.Series) -> pl.Series:
        fits = (text.str.len_bytes() == length).fill_null(value=False)
        if not fits.any():
            return pl.repeat(None, len(text), dtype=dtype, eager=True)
        # Looking up a null is slow; zeros stand in for texts of another length.
        places = _split(text, fits, length).with_columns(**(given or {}))
        judged = places.select(judgement.alias("judged"))
        return judged.select(pl.when(fits).then("judged")).to_series()

    return judge


def _split(text: pl.Series, fits: pl.Series, length: int) -> pl.DataFrame:
    """Return one column of bytes per place, named by its index."""
    places = (
        pl.when(fits)
        .then(pl.col("text"))
        .otherwise(pl.lit("0" * length))
        .cast(pl.Binary)
        .bin.reinterpret(dtype=pl.Array(pl.UInt8, length), endianness="little")
    )
    return (
        text.to_frame("text")
        .select(places.alias("places"))
        .select(
            pl.col("places").arr.get(index).alias(str(index)) for index in range(length)
        )
    )


def over_column(judge: Judge, dtype: type[pl.DataType]) -> Callable[[pl.Expr], pl.Expr]:
    """Return the expression form of a judge.

    The places are columns within one batch: as a plain expression the text would be
    taken apart anew for each of them.
    """

    def apply(text: pl.Expr) -> pl.Expr:
        return text.cast(pl.String).map_batches(judge, return_dtype=dtype)

    return apply


def any_of(judges: Sequence[Judge]) -> Judge:
    """Return the judge that says true where one of them does; null gives null.

    A later judge sees only what the earlier ones did not accept.
    """

    def judge(text: pl.Series) -> pl.Series:
        filled = text.is_not_null()
        accepted = pl.repeat(value=False, n=len(text), dtype=pl.Boolean, eager=True)
        rows = filled.arg_true()
        for one in judges:
            if rows.is_empty():
                break
            says = one(text.gather(rows)).fill_null(value=False)
            accepted = accepted.scatter(rows.filter(says), values=True)
            rows = rows.filter(~says)
        return pl.select(pl.when(filled).then(accepted)).to_series()

    return judge


def first_of(judges: Sequence[Judge]) -> Judge:
    """Return the judge that gives the first answer that is not null."""

    def judge(text: pl.Series) -> pl.Series:
        answers = pl.DataFrame(
            {str(index): judge(text) for index, judge in enumerate(judges)}
        )
        return answers.select(pl.coalesce(pl.all())).to_series()

    return judge


def _table(alphabet: str, weight: int, *, malformed: int = MALFORMED) -> pl.Series:
    values = [malformed] * 256
    for value, character in enumerate(alphabet):
        values[ord(character)] = value * weight
    return pl.Series(values, dtype=pl.UInt32)
