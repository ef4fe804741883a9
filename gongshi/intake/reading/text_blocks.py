"""Cuts a text table of any size into blocks that end where a row ends.

A quotation mark opens a quoted cell only where a cell begins, as spreadsheets and
Python's csv have it. Blocks in which every mark is well placed are `regular`: a
fast parser may read them. The others need the tolerant one.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from gongshi.intake.reading.limits import Limits
from gongshi.intake.reading.problems import (
    BAD_TEXT,
    CHECK_QUOTES,
    LONG_ROW,
    NUL_BYTE,
    OPEN_QUOTE,
    SAVE_AS_UTF8,
    unreadable,
)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CERTAINLY_UTF8 = 8  # so many characters that decode by chance are no chance
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_HEAD_BYTES = 1 << 20
csv.field_size_limit(2**31 - 1)  # the limit here is that of the row


@dataclass(frozen=True, kw_only=True)
class Block:
    """Whole rows of the table as UTF-8."""

    content: bytes
    is_regular: bool


class BadBytes(Exception):
    """Bytes that are no text; `text` is what could be decoded before them."""

    def __init__(self, text: bytes) -> None:
        super().__init__()
        self.text = text


class Decoder:
    """Turns bytes into UTF-8, block by block, settling the encoding as it goes."""

    def __init__(self) -> None:
        self._encoding: str | None = None
        self._decoder: codecs.IncrementalDecoder | None = None

    def start(self, head: bytes) -> bytes:
        """Settle the encoding by a byte order mark; return the bytes without it."""
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                self._settle(encoding)
                return head[len(mark) :]
        return head

    def feed(self, content: bytes, *, final: bool) -> bytes:
        """Return the next bytes as UTF-8.

        Raises:
            BadBytes: they are no text in the file's encoding.
        """
        if self._encoding is None:
            if content.isascii():
                return content
            self._settle(_guess_encoding(content, final=final))
        if self._decoder is None:
            return content  # UTF-8 already; the parser checks it
        try:
            return self._decoder.decode(content, final).encode("utf-8")
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(error.encoding, "ignore")
            raise BadBytes(before.encode("utf-8")) from None

    def _settle(self, encoding: str) -> None:
        self._encoding = encoding
        if encoding != "utf-8":
            self._decoder = codecs.getincrementaldecoder(encoding)()


def _guess_encoding(content: bytes, *, final: bool) -> str:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, final)
    except UnicodeDecodeError as error:
        valid = content[: error.start].decode("utf-8")
        foreign = sum(1 for character in valid[-4096:] if not character.isascii())
        return "utf-8" if foreign >= _CERTAINLY_UTF8 else "gb18030"
    return "utf-8"


# The outer repetitions are not possessive, as Python before 3.11.5 takes those of
# alternatives for more than they are; nothing follows them that could make them go back.


@cache
def _well_formed(separator: bytes) -> re.Pattern[bytes]:
    """Match cells from the start, as long as every mark is where it belongs."""
    edge = re.escape(separator) + rb"\r\n"
    opening, closing = (
        rb"(?:(?<=[" + edge + rb"])|(?<![\s\S]))",
        rb"(?=[" + edge + rb"]|\Z)",
    )
    quoted = opening + rb'"[^"]*+(?:""[^"]*+)*+"' + closing
    return re.compile(rb'(?:[^"\r]++|\r(?=\n)|' + quoted + rb")*")


@cache
def _any_form(separator: bytes) -> re.Pattern[bytes]:
    """Match cells from the start, up to a cell that is opened and never closed.

    A mark inside an unquoted cell is a character like others; text may follow a
    closed cell; a lone carriage return ends a row.
    """
    edge = re.escape(separator) + rb"\r\n"
    quoted = rb"(?:(?<=[" + edge + rb'])|(?<![\s\S]))"[^"]*+(?:""[^"]*+)*+"'
    return re.compile(rb'(?:[^"]++|' + quoted + rb"|(?<=[^" + edge + rb'])")*')


class RowBlocks:
    """Reads a file block by block; tell it in `rows` how many rows came out."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self.rows = 0
        self.separator = b","
        self._file = file
        self._limits = limits
        self._decoder = Decoder()
        self._buffer = b""
        self._ended = False

    def head(self) -> str:
        """Return the beginning of the file as text, without consuming it."""
        size = min(self._limits.block_bytes, _HEAD_BYTES)
        first = self._file.read(size)
        self._take(self._decoder.start(first), final=len(first) < size)
        return self._buffer.decode("utf-8", "ignore")

    def __iter__(self) -> Iterator[Block]:
        """Yield the blocks in order.

        Raises:
            CannotRead: bytes that are no text, a mark that is never closed, a row
                longer than the limit; with the row's number.
        """
        while True:
            block = self._cut()
            if block.content:
                yield block
            if self._ended:
                return
            if len(self._buffer) > self._limits.row_bytes:
                raise unreadable(LONG_ROW, CHECK_QUOTES, row=self.rows + 1)
            raw = self._file.read(self._limits.block_bytes)
            self._take(raw, final=len(raw) < self._limits.block_bytes)

    def _take(self, raw: bytes, *, final: bool) -> None:
        try:
            content = self._decoder.feed(raw, final=final)
        except BadBytes as error:
            row = self.row_at(self._buffer + error.text)
            raise unreadable(BAD_TEXT, SAVE_AS_UTF8, row=row) from None
        if (at := content.find(b"\0")) >= 0:
            row = self.row_at(self._buffer + content[:at])
            raise unreadable(NUL_BYTE, SAVE_AS_UTF8, row=row)
        self._buffer += content
        self._ended = final

    def _cut(self) -> Block:
        """Take the whole rows out of the buffer."""
        buffer = self._buffer
        if b'"' not in buffer and not _LONE_RETURN.search(buffer):
            end, is_regular = buffer.rfind(b"\n") + 1, True
        else:
            end, is_regular = self._end_of_rows(buffer)
        end = len(buffer) if self._ended else end
        self._buffer = buffer[end:]
        return Block(content=buffer[:end], is_regular=is_regular)

    def _end_of_rows(self, buffer: bytes) -> tuple[int, bool]:
        """Return where the last whole row ends, and whether all marks are regular."""
        pattern = _well_formed(self.separator)
        end = len(buffer) if self._ended else buffer.rfind(b"\n") + 1
        while end:
            reached = pattern.match(buffer, 0, end)
            stop = reached.end() if reached else 0
            if stop == end:
                break
            if self._ended and pattern is _any_form(self.separator):
                row = self.row_at(buffer[: stop + 1])
                raise unreadable(OPEN_QUOTE, CHECK_QUOTES, row=row)
            if pattern is _well_formed(self.separator):
                pattern = _any_form(self.separator)
            else:  # a cell is still open at `end`: the row began before it
                end = buffer.rfind(b"\n", 0, stop) + 1
        return end, pattern is _well_formed(self.separator)

    def row_at(self, before: bytes) -> int:
        """Return the number of the row that follows on, or holds, the bytes' end."""
        text = io.StringIO(before.decode("utf-8", "replace") + ".", newline="")
        separator = self.separator.decode()
        rows = sum(1 for _ in csv.reader(text, delimiter=separator))
        return self.rows + rows
