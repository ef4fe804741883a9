"""Texts for people: English here, translated where they are shown.

The domain only marks its texts. Whoever shows them passes a `translate`
function, so that one finding reads in Chinese on a page and in English in a
report that asks for it.
"""

import re
from collections.abc import Callable

import polars as pl

Translate = Callable[[str], str]

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def noop(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


def placeholders(template: str) -> tuple[str, ...]:
    """Return the names between `%(` and `)s`, in order."""
    return tuple(_PLACEHOLDER.findall(template))


def render(template: str) -> pl.Expr:
    """Return the template as an expression that fills in the frame's columns.

    Columns named by placeholders are read as String; a null reads as nothing.
    """
    parts = _PLACEHOLDER.split(template)
    texts = [
        pl.col(part).cast(pl.String).fill_null("") if index % 2 else pl.lit(part)
        for index, part in enumerate(parts)
    ]
    return pl.concat_str(texts)
