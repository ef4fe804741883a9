"""Names of batches: of the file that came, or of rows that came without one."""

import unicodedata
from pathlib import PurePath

_LONGEST_NAME = 255


def file_name(name: str) -> str:
    """Return a file's name without its folders; empty where nothing can be read."""
    visible = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip()
    plain = PurePath(visible.replace("\\", "/")).name
    stem, dot, ending = plain.strip().rpartition(".")
    room = _LONGEST_NAME - len(dot + ending)
    return f"{stem[:room]}{dot}{ending}"[:_LONGEST_NAME]


def row_name(text: str) -> str:
    """Return a text as rows are named by it; empty where nothing of it can be read.

    It is no path: its slashes become those that no file name is cut at.
    """
    return file_name(text.replace("/", "／").replace("\\", "＼"))
