"""Stores files sealed, in pieces, and gives them back as a plain temporary file.

In the database, so that the web server and the worker may be different machines.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from gongshi.accounts.models import Unit
from gongshi.intake.models import StoredChunk, StoredFile
from gongshi.intake.scratch import scratch_file
from gongshi.records.sealing import is_current, reseal, seal, unseal

CHUNK_BYTES = 1024 * 1024
_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".txt")


class CannotReceive(Exception):
    """The file cannot be taken in."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code  # too-large | no-name | key-reused


class CannotOpen(Exception):
    """The stored pieces do not make up the file that was received."""

    code = "damaged"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one pass over a stream found."""

    sha256: str
    size: int


def measure(stream: BinaryIO) -> Measured:
    """Read the stream once, without keeping it, and rewind it.

    Raises:
        CannotReceive: `too-large` as soon as it passes the limit of the settings.
    """
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(CHUNK_BYTES):
        size += len(piece)
        if size > settings.UPLOAD_LIMIT_BYTES:
            raise CannotReceive("too-large")
        digest.update(piece)
    stream.seek(0)
    return Measured(sha256=digest.hexdigest(), size=size)


def store(
    stream: BinaryIO, measured: Measured, *, unit: Unit, at: datetime
) -> StoredFile:
    """Return the unit's stored file of these bytes; stored now if it is new.

    Part of the caller's transaction: a file is there whole or not at all.
    """
    known = StoredFile.objects.filter(unit=unit, sha256=measured.sha256).first()
    if known is not None:
        return known
    stored = StoredFile.objects.create(
        unit=unit, sha256=measured.sha256, size=measured.size, received_at=at
    )
    position = 0
    while piece := stream.read(CHUNK_BYTES):
        sealed = seal(piece, context=_context(stored.id, position))
        StoredChunk.objects.create(file=stored, position=position, sealed=sealed)
        position += 1
    return stored


@contextmanager
def open_file(stored: StoredFile, *, name: str = "") -> Iterator[Path]:
    """Give the file as a plain temporary one, readable by this process's user only.

    Removed on leaving; see `scratch` for what a killed process leaves. `name` lends
    its ending, by which readers tell formats apart.

    Raises:
        CannotOpen: the pieces do not make up what was received.
        CannotUnseal: the key is gone, or a piece was changed.
    """
    suffix = Path(name).suffix.lower()
    with scratch_file(suffix if suffix in _SUFFIXES else "") as path:
        with path.open("wb") as plain:
            _write_plain(stored, plain)
        yield path


def reseal_files() -> int:
    """Reseal all pieces of files that an older key sealed; return how many.

    Each piece is one transaction; interrupted, it can be run again.

    Raises:
        CannotUnseal: a key that sealed something is missing from the settings.
    """
    resealed = 0
    for key in StoredChunk.objects.order_by("pk").values_list("pk", flat=True):
        chunk = StoredChunk.objects.get(pk=key)
        before = bytes(chunk.sealed)
        if not is_current(before):
            context = _context(chunk.file_id, chunk.position)
            fresh = reseal(before, context=context)
            StoredChunk.objects.filter(pk=key, sealed=before).update(sealed=fresh)
            resealed += 1
    return resealed


def _write_plain(stored: StoredFile, plain: BinaryIO) -> None:
    digest = hashlib.sha256()
    pieces = stored.chunks.order_by("position").values_list("position", "sealed")
    for position, sealed in pieces.iterator(chunk_size=4):
        piece = unseal(bytes(sealed), context=_context(stored.id, position))
        digest.update(piece)
        plain.write(piece)
    if digest.hexdigest() != stored.sha256:
        raise CannotOpen


def _context(file_id: UUID, position: int) -> bytes:
    return f"{file_id.hex}/{position}".encode()
