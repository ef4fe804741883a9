"""Plain temporary files, in a folder of our own, that outlive no killed process long.

The folder is `tmp` in the data folder, for this process's user only. A file's name
carries the machine and the process that made it: `gongshi-<machine>-<process>-…`.
"""

import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

_MACHINE = re.sub(r"[^A-Za-z0-9.]", "", socket.gethostname())[:40]
_OURS = re.compile(rf"gongshi-{re.escape(_MACHINE)}-(\d+)-")


def scratch_folder() -> Path:
    """Return the folder, made if it is missing."""
    folder = Path(settings.DATA_DIR) / "tmp"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def scratch_file(suffix: str = "") -> Iterator[Path]:
    """Give an empty file, readable by this process's user only; removed on leaving."""
    prefix = f"gongshi-{_MACHINE}-{os.getpid()}-"
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=suffix, dir=scratch_folder())
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def sweep() -> int:
    """Remove what processes of this machine left that run no more; return how many."""
    removed = 0
    for path in scratch_folder().iterdir():
        made_by = _OURS.match(path.name)
        if made_by and not _runs(int(made_by[1])):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it runs, as somebody else
    return True
