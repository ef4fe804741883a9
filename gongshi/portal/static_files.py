"""Static files as they are sent: compressed, and kept by browsers for a month.

They are served from where they lie, so nothing has to be collected. Each process
compresses our own files once, when it starts, into a folder that ends with it. An
address carries a digest of its file: a new version is another address.
"""

import gzip
import os
from functools import cache
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

_COMPRESSIBLE = frozenset({".css", ".js", ".svg", ".json", ".txt"})


class CompressedFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves our text files in gzip to browsers that take it."""

    def get_static_file(
        self, path: str, url: str, stat_cache: dict[str, os.stat_result] | None = None
    ) -> StaticFile:
        """Return the file with its compressed form beside it."""
        plain = super().get_static_file(path, url, stat_cache=stat_cache)
        smaller = _compressed(path) if _is_ours(path) else None
        if smaller is None:
            return plain
        return StaticFile(path, plain.alternatives[-1][2], encodings={"gzip": smaller})


class VersionedFiles(StaticFilesStorage):
    """Gives each file an address that changes with its content."""

    def url(self, name: str | None) -> str:
        """Return the file's address; a file that is not there has no version."""
        address = super().url(name)
        version = _version(name) if name and not settings.DEBUG else ""
        return f"{address}?v={version}" if version else address


def _is_ours(path: str) -> bool:
    found = Path(path)
    is_text = found.suffix in _COMPRESSIBLE
    return is_text and found.is_relative_to(settings.BASE_DIR / "static")


@cache
def _version(name: str) -> str:
    path = finders.find(name)
    if not isinstance(path, str):
        return ""
    return blake2b(Path(path).read_bytes(), digest_size=6).hexdigest()


@cache
def _folder() -> "TemporaryDirectory[str]":
    return TemporaryDirectory(prefix="gongshi-static-")  # until the process ends


@cache
def _compressed(path: str) -> str | None:
    """Return where the compressed form lies, None where it would save nothing."""
    content = Path(path).read_bytes()
    packed = gzip.compress(content, mtime=0)
    if len(packed) >= len(content):
        return None
    name = blake2b(path.encode(), digest_size=12).hexdigest()
    target = Path(_folder().name) / f"{name}.gz"
    target.write_bytes(packed)
    return str(target)
