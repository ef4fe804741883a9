"""Remembers what earlier rows of the same files said: decisions and names of codes."""

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from gongshi.domain.rules.cells import (
    NO_NUMBER,
    SOLE_TRADER_WITHOUT_CODE,
    is_right,
    raw,
    text,
)
from gongshi.domain.rules.history_rules import plain_name
from gongshi.domain.rules.values import spread
from gongshi.domain.standards import Form

_KEYS = {"hash": pl.UInt64, "key": pl.String, "place": pl.String}
_NAMES = {"credit_code": pl.String, "known_name": pl.String}


def decision_key(form: Form) -> pl.Expr:
    """Return what identifies a decision: kind, number and subject (String, or null).

    A prior licence without a number (空) is told apart by item, date and content.
    """
    number, name = text("decision_number"), plain_name(text("subject_name"))
    more = [
        raw(each).fill_null("")
        for each in ("item_name", "decision_date", "licence_content")
        if form.field(each)
    ]
    with_more = pl.concat_str(
        [pl.lit(form.kind), number, name, *more], separator="\x1f"
    )
    key = pl.concat_str([pl.lit(form.kind), number, name], separator="\x1f")
    return pl.when(number == NO_NUMBER).then(with_more).otherwise(key)


KnownNames = Callable[[pl.Series], pl.DataFrame]


@dataclass
class Ledger:
    """The rows seen so far; about 120 bytes of memory for each.

    `known` tells the names that the registry knows credit codes by: codes
    (String) in, `credit_code` and `known_name` out.
    """

    known: KnownNames | None = None
    seen: list[pl.DataFrame] = field(default_factory=list)
    hashes: pl.Series = field(
        default_factory=lambda: pl.Series("hash", dtype=pl.UInt64)
    )
    names: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_NAMES))

    def earlier_rows(self, frame: pl.DataFrame, form: Form, sheet: str) -> pl.Series:
        """Return for each row where its decision stood before (String), and note it.

        The place is the row's number, with the sheet before it where that differs.
        """
        keys = frame.select(
            place=pl.concat_str(
                [pl.lit(f"{sheet}\x1f"), pl.col("row").cast(pl.String)]
            ),
            key=decision_key(form),
        ).with_columns(hash=pl.col("key").hash())
        repeated = keys.get_column("hash").is_duplicated() | keys.get_column(
            "hash"
        ).is_in(self.hashes.implode())
        repeated = repeated & keys.get_column("key").is_not_null()
        places = (
            self._places(keys, repeated)
            if repeated.any()
            else pl.Series([None], dtype=pl.String).new_from_index(0, keys.height)
        )
        self._note(keys, places)
        return places.str.strip_prefix(f"{sheet}\x1f").str.replace(
            "\x1f", " ", literal=True
        )

    def _places(self, keys: pl.DataFrame, repeated: pl.Series) -> pl.Series:
        # Equal hashes are only candidates; the keys themselves decide.
        few = keys.filter(repeated)
        wanted = few.get_column("hash").unique().implode()
        known = [part.filter(pl.col("hash").is_in(wanted)) for part in self.seen]
        before = pl.concat([*known, pl.DataFrame(schema=_KEYS)]).select(
            "key", earlier=pl.col("place")
        )
        first = pl.col("place").first().over("key")
        places = (
            few.join(before, on="key", how="left", maintain_order="left")
            .select(
                pl.coalesce("earlier", pl.when(first != pl.col("place")).then(first))
            )
            .to_series()
        )
        return spread(places, repeated)

    def _note(self, keys: pl.DataFrame, places: pl.Series) -> None:
        new = keys.filter(places.is_null() & pl.col("key").is_not_null()).select(*_KEYS)
        self.seen.append(new)
        self.hashes = pl.concat([self.hashes, new.get_column("hash")], rechunk=True)

    def known_names(self, frame: pl.DataFrame) -> pl.Series:
        """Return for each row the name under which its credit code came first.

        That is the registry's name, or else the name of the first row with the code.
        Null where the row has no right credit code; notes the new codes.
        """
        if "credit_code" not in frame.columns:
            return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
        usable = is_right("credit_code") & (
            text("credit_code") != SOLE_TRADER_WITHOUT_CODE
        )
        named = frame.select(
            credit_code=pl.when(usable).then(text("credit_code")),
            known_name=plain_name(text("subject_name")),
        )
        first = named.drop_nulls().unique(
            "credit_code", keep="first", maintain_order=True
        )
        new = first.join(
            self.names, on="credit_code", how="anti", maintain_order="left"
        )
        self.names = pl.concat([self.names, self._as_registered(new)])
        return (
            named.select("credit_code")
            .join(self.names, on="credit_code", how="left", maintain_order="left")
            .get_column("known_name")
        )

    def _as_registered(self, new: pl.DataFrame) -> pl.DataFrame:
        """Return the codes with the registry's name where it knows one."""
        if self.known is None or new.is_empty():
            return new
        told = self.known(new.get_column("credit_code")).select(
            "credit_code", registered=plain_name(pl.col("known_name"))
        )
        return new.join(
            told, on="credit_code", how="left", maintain_order="left"
        ).select("credit_code", known_name=pl.coalesce("registered", "known_name"))
