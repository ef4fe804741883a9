"""Which software makes the pages: a page of an older one no longer holds."""

from functools import cache
from hashlib import blake2b
from importlib.metadata import version

from django.conf import settings

_FOLDERS = ("templates", "static", "locale", "gongshi/portal", "gongshi/domain")


@cache
def software() -> str:
    """Return a short text that changes with the version or any file of the pages.

    All processes of one installation say the same; read once.
    """
    digest = blake2b(version("gongshi").encode(), digest_size=8)
    for folder in _FOLDERS:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                state = path.stat()
                name = path.relative_to(settings.BASE_DIR).as_posix()
                line = f"{name} {state.st_size} {state.st_mtime_ns}\n"
                digest.update(line.encode())
    return digest.hexdigest()
