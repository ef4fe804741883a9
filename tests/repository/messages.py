"""Keeps the message catalogue: finds every text in the code, compiles the Chinese."""

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

_KEYWORDS = {
    "_": None,
    "noop": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}


_CALL = re.compile(
    r"""\b(?:n?gettext|_)\(\s*u?(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
)


def texts_in_code(base: Path) -> set[str]:
    """Return every English text that the code and the templates mark."""
    return {text for path in _sources(base) for text in _texts_in(path)}


def _sources(base: Path) -> Iterator[Path]:
    yield from sorted((base / "gongshi").rglob("*.py"))
    yield from sorted((base / "templates").rglob("*.html"))


def _texts_in(path: Path) -> Iterator[str]:
    source = path.read_text()
    if path.suffix == ".html":
        # Django makes the marks of a template look like calls; they are not Python.
        for call in _CALL.finditer(templatize(source)):
            yield str(ast.literal_eval(call["text"]))
        return
    for _line, message, _comments, _context in extract(
        "python", BytesIO(source.encode()), keywords=_KEYWORDS
    ):
        yield message if isinstance(message, str) else message[0]


def read_catalogue(path: Path) -> Catalog:
    """Return a .po file as a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def compiled(catalogue: Catalog) -> bytes:
    """Return the catalogue in the form that the system reads at run time."""
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def faults(base: Path, catalogue: Catalog) -> list[str]:
    """Return what is wrong with a catalogue, one sentence each."""
    used = texts_in_code(base)
    known = {
        (message.id if isinstance(message.id, str) else message.id[0]): message
        for message in catalogue
        if message.id
    }
    missing = [f"Not translated: {text!r}" for text in sorted(used - set(known))]
    unused = [f"No longer used: {text!r}" for text in sorted(set(known) - used)]
    empty = [
        f"Empty: {text!r}" for text, message in known.items() if not message.string
    ]
    unlike = [
        f"Placeholders differ: {text!r}"
        for text, message in known.items()
        if list(message.check())
    ]
    return missing + unused + empty + unlike


def main(arguments: list[str]) -> int:
    """Compile the Chinese catalogue, or with --check say what is wrong with it."""
    base = Path(__file__).parents[2]
    folder = base / "locale" / "zh_Hans" / "LC_MESSAGES"
    catalogue = read_catalogue(folder / "django.po")
    problems = faults(base, catalogue)
    binary = folder / "django.mo"
    if "--check" not in arguments:
        binary.write_bytes(compiled(catalogue))
    elif not binary.exists() or binary.read_bytes() != compiled(catalogue):
        problems.append("django.mo is not current: run 'make fix'.")
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
