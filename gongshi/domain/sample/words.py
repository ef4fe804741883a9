"""Reads the word lists beside this module: one CSV for each kind of thing in the city."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl

_LISTS = Path(__file__).parent


@cache
def lines(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the lines of a list, each by the names of its columns."""
    with (_LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def column(name: str, key: str) -> pl.Series:
    """Return one column of a list as texts."""
    return pl.Series(key, [line[key] for line in lines(name)], dtype=pl.String)


def weighted(name: str, key: str) -> pl.Series:
    """Return one column of a list, each text as often as its weight says."""
    texts = [line[key] for line in lines(name) for _ in range(int(line["weight"]))]
    return pl.Series(key, texts, dtype=pl.String)
