"""Which sets there are, and what is in them; read from their own descriptions."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gongshi.portal.opendata.package import CHECKSUMS, DESCRIPTION, LICENCE

DAILY, MONTHLY = "daily", "monthly"
PERIODS = (DAILY, MONTHLY)
_NAME = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a set."""

    name: str
    size: int
    digest: str
    format: str
    mediatype: str
    path: Path


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The files of one table, and how many records each of them holds."""

    title: str
    rows: int
    files: Sequence[File]


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """A set that is up."""

    period: str
    name: str
    created: str
    sequence: int
    contents: Sequence[Contents]
    others: Sequence[File]
    licence: str
    licence_address: str

    @property
    def size(self) -> int:
        """Bytes of all files."""
        files = [file for each in self.contents for file in each.files]
        return sum(file.size for file in [*files, *self.others])

    @property
    def rows(self) -> int:
        """How many records it holds."""
        return sum(each.rows for each in self.contents)


def set_folder(root: Path, period: str, name: str) -> Path:
    """Return where a set lies, or is to lie."""
    return root / period / name


def names(root: Path, period: str) -> list[str]:
    """Return the names of the sets that are up, the newest first."""
    folder = root / period
    if not folder.is_dir():
        return []
    found = [path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    return sorted(found, reverse=True)


def find_set(root: Path, period: str, name: str) -> DataSet | None:
    """Return the set, None where there is none of that name."""
    if period not in PERIODS or not _NAME.fullmatch(name):
        return None
    description = set_folder(root, period, name) / DESCRIPTION
    try:
        changed = description.stat().st_mtime_ns
    except OSError:
        return None
    return _read(description, period, changed)


def find_file(found: DataSet, name: str) -> File | None:
    """Return the file of the set, None where it has none of that name."""
    files = [file for each in found.contents for file in each.files]
    for file in (*files, *found.others):
        if file.name == name:
            return file
    return None


@lru_cache(maxsize=64)
def _read(description: Path, period: str, changed: int) -> DataSet | None:
    """Read the description; `changed` only tells a new one from one in the cache."""
    folder = description.parent
    try:
        package = json.loads(description.read_text(encoding="utf-8"))
        sums = _sums(folder / CHECKSUMS)
    except OSError:
        return None  # removed at this moment
    return DataSet(
        period=period,
        name=folder.name,
        created=package["created"],
        sequence=package["gongshi"]["change"],
        contents=_contents(folder, package["resources"]),
        others=[
            _other(folder, name, sums) for name in (DESCRIPTION, CHECKSUMS, LICENCE)
        ],
        licence=package["licenses"][0]["title"],
        licence_address=package["licenses"][0]["path"],
    )


def _contents(folder: Path, resources: list[dict[str, Any]]) -> list[Contents]:
    by_title: dict[str, list[dict[str, Any]]] = {}
    for resource in resources:
        by_title.setdefault(resource["title"], []).append(resource)
    return [
        Contents(
            title=title,
            rows=its[0]["gongshi"]["rows"],
            files=[_file(folder, resource) for resource in its],
        )
        for title, its in by_title.items()
    ]


def _file(folder: Path, resource: dict[str, Any]) -> File:
    return File(
        name=resource["path"],
        size=resource["bytes"],
        digest=resource["hash"].removeprefix("sha256:"),
        format=resource["format"],
        mediatype=resource["mediatype"],
        path=folder / resource["path"],
    )


def _other(folder: Path, name: str, sums: dict[str, str]) -> File:
    path = folder / name
    mediatype = "application/json" if name == DESCRIPTION else "text/plain"
    return File(
        name=name,
        size=path.stat().st_size,
        digest=sums.get(name, f"{path.stat().st_mtime_ns:x}"),
        format=path.suffix.lstrip(".") or "txt",
        mediatype=mediatype,
        path=path,
    )


def _sums(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("  ", 1) for line in lines]
    return {name: digest for digest, name in pairs}
