"""Column letters of a spreadsheet as numbers and as search patterns."""

import re
from functools import cache

from gongshi.domain.findings import column_letter


def column_position(letters: str) -> int:
    """Return the 0-based position of a column: A → 0, AA → 26."""
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1


@cache
def before(position: int) -> str:
    """Return a pattern for the letters of all columns left of the position."""
    letters = column_letter(position)
    choices = [f"[A-Z]{{{length}}}" for length in range(1, len(letters))]
    for index, letter in enumerate(letters):
        if letter > "A":
            earlier = f"[A-{chr(ord(letter) - 1)}]"
            choices.append(
                letters[:index] + earlier + "[A-Z]" * (len(letters) - index - 1)
            )
    return f"(?:{'|'.join(choices)})" if choices else "(?!)"


@cache
def behind(position: int) -> str:
    """Return a pattern for the letters of all columns right of the position.

    Position -1 stands before the first column.
    """
    if position < 0:
        return "[A-Z]{1,4}"
    letters = column_letter(position)
    choices = [f"[A-Z]{{{len(letters) + 1},4}}"]
    for index, letter in enumerate(letters):
        if letter < "Z":
            later = f"[{chr(ord(letter) + 1)}-Z]"
            choices.append(
                letters[:index] + later + "[A-Z]" * (len(letters) - index - 1)
            )
    return f"(?:{'|'.join(choices)})"


def cell_pattern(columns: str, prefix: str) -> re.Pattern[bytes]:
    """Match the opening tag of a cell with content in these columns of a sheet's XML.

    `prefix` is that of the tags' names, such as `x:` or nothing.
    """
    return re.compile(rf' r="({columns})\d+"[^>]*(?<!/)>(?!</{prefix}c>)'.encode())
