"""Unpacks members of a zipped workbook by ourselves, counting what comes out.

The sizes in an archive's directory are the sender's claim. The spreadsheet reader
believes them, so every member that it will unpack is unpacked here first, piece by
piece, and thrown away.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from gongshi.intake.reading.kinds import DAMAGED_ARCHIVE
from gongshi.intake.reading.limits import MIB, Limits
from gongshi.intake.reading.problems import (
    DAMAGED,
    ENCRYPTED,
    MEBIBYTES_UNPACKED,
    REMOVE_PASSWORD,
    SEND_AGAIN,
    beyond,
    unreadable,
)

_PIECE = MIB
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_RATIO_FROM = 64 * MIB
_ENCRYPTED_FLAG = 1
_MOST_MEMBERS = 10_000


class Archive:
    """A zip file opened for bounded reading; a context manager."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._unpacked = 0
        try:
            with zipfile.ZipFile(path) as archive:
                infos = archive.infolist()
        except DAMAGED_ARCHIVE as error:
            raise unreadable(DAMAGED, SEND_AGAIN) from error
        self._members = {info.filename: info for info in infos}
        # Of two members with one name, nobody knows which another program takes.
        if len(infos) > _MOST_MEMBERS or len(self._members) < len(infos):
            raise unreadable(DAMAGED, SEND_AGAIN)
        self._packed = path.stat().st_size
        self._refuse_bomb(sum(info.file_size for info in infos))

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, in the directory's order."""
        return tuple(self._members)

    def text(self, name: str, *, at_most: int = 4 * MIB) -> str:
        """Return a small member as text; an absent one is empty."""
        if name not in self._members:
            return ""
        content = bytearray()
        for piece in self.pieces(name):
            content += piece
            if len(content) > at_most:
                raise unreadable(DAMAGED, SEND_AGAIN)
        return content.decode("utf-8", "replace")

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a member's content in pieces of at most a mebibyte.

        Raises:
            CannotRead: it is damaged, locked or unpacks to more than allowed.
        """
        info = self._members[name]
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise unreadable(ENCRYPTED, REMOVE_PASSWORD)
        size = 0
        try:
            for piece in self._unpack(info):
                size += len(piece)
                if size > info.file_size:
                    raise unreadable(DAMAGED, SEND_AGAIN)
                yield piece
        except DAMAGED_ARCHIVE as error:
            raise unreadable(DAMAGED, SEND_AGAIN) from error
        if size != info.file_size:
            raise unreadable(DAMAGED, SEND_AGAIN)

    def count(self, name: str) -> None:
        """Unpack a member only to see that it holds what it claims."""
        for _ in self.pieces(name):
            pass

    def _unpack(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            file.seek(info.header_offset)
            magic, name_length, extra_length = _LOCAL_HEADER.unpack(
                file.read(_LOCAL_HEADER.size)
            )
            if magic != b"PK\x03\x04":
                raise zipfile.BadZipFile(info.filename)
            file.seek(name_length + extra_length, 1)
            left = info.compress_size
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            while left:
                packed = file.read(min(left, _PIECE))
                if not packed:
                    raise EOFError(info.filename)
                left -= len(packed)
                if info.compress_type == zipfile.ZIP_STORED:
                    yield packed
                    continue
                while packed and not inflate.eof:
                    yield inflate.decompress(packed, _PIECE)
                    packed = inflate.unconsumed_tail
            if info.compress_type == zipfile.ZIP_DEFLATED and not inflate.eof:
                yield inflate.flush()
            elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile(info.filename)

    def _refuse_bomb(self, unpacked: int) -> None:
        limit = self._limits.unpacked_bytes
        if unpacked > _RATIO_FROM:
            limit = min(limit, self._packed * self._limits.unpacked_ratio)
        if unpacked > limit:
            most = max(limit, _RATIO_FROM) // MIB
            raise beyond(MEBIBYTES_UNPACKED, unpacked // MIB, most)
