"""Describes a set: Frictionless data package, checksums, licence."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gongshi.portal.opendata.tables import Column, Table
from gongshi.portal.queries import FeedHead

DESCRIPTION = "datapackage.json"
CHECKSUMS = "SHA256SUMS"
LICENCE = "LICENCE.txt"
_BLOCK = 1024 * 1024
_LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
_TERMS = """双公示开放数据 · Open data of administrative licences and penalties

知识共享 署名 4.0 国际许可协议：可以自由复制、传播、改编，包括商业使用，须注明来源。
Creative Commons Attribution 4.0 International: copy, share and adapt it, also
commercially, and name the source.
https://creativecommons.org/licenses/by/4.0/

数据只含公示期内的法人和非法人组织记录，不含自然人记录。记录可能被更正、撤回，或公示期满。
使用前请以 /changes.ndjson?since={sequence} 更新，不再公示的记录请勿继续使用；
本数据集页面旁的 removed.csv 列出其后撤回、提前终止公示的记录。
The data hold legal persons' records on display, no natural persons'. Records are
corrected and withdrawn, and their display ends: bring the data up to date from
/changes.ndjson?since={sequence} and do not go on using what is no longer on display;
removed.csv beside the set lists what was withdrawn or ended early since.
"""
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "csv": {
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": "UTF-8 with byte order mark. Texts that a spreadsheet would take for a formula have an apostrophe before them; the NDJSON file is exact.",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
    },
    "xlsx": {
        "mediatype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "description": "All cells are text; a further sheet for each 1,048,575 rows.",
    },
    "parquet": {
        "mediatype": "application/vnd.apache.parquet",
        "description": "Typed columns.",
    },
    "ndjson": {
        "mediatype": "application/x-ndjson",
        "encoding": "utf-8",
        "description": "Each record exactly as published; digest is the SHA-256 of the text of record, as in the chain of changes.",
    },
}


def describe(
    folder: Path,
    rows: Mapping[Table, int],
    *,
    head: FeedHead,
    on: date,
    at: datetime,
    taken_out: int = 0,
) -> None:
    """Write the licence, the checksums and the description of what is in the folder.

    `taken_out` says how many records the set held on its day and holds no more.
    """
    terms = _TERMS.format(sequence=head.sequence)
    (folder / LICENCE).write_text(terms, encoding="utf-8")
    resources = [
        _resource(folder, table, format_, number)
        for table, number in rows.items()
        for format_ in _FORMATS
    ]
    package = {
        "profile": "data-package",
        "name": f"gongshi-{on}",
        "id": f"gongshi-{on}-{head.hash[:12]}",
        "title": f"双公示数据 {on}",
        "description": "Administrative licences and penalties of legal persons on display. Natural persons' records are not in it.",
        "version": on.isoformat(),
        "created": at.isoformat(),
        "licenses": [_LICENCE],
        "keywords": ["双公示", "行政许可", "行政处罚"],
        "gongshi": {
            "change": head.sequence,
            "head": head.hash,
            "taken_out": taken_out,
            "removed": "removed.csv",
        },
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (folder / DESCRIPTION).write_text(text, encoding="utf-8")
    names = sorted([resource["path"] for resource in resources] + [LICENCE])
    sums = [f"{_digest(folder / name)}  {name}\n" for name in [*names, DESCRIPTION]]
    (folder / CHECKSUMS).write_text("".join(sums), encoding="utf-8")


def _resource(folder: Path, table: Table, format_: str, rows: int) -> dict[str, Any]:
    path = folder / f"{table.name}.{format_}"
    tabular = format_ == "csv"
    resource: dict[str, Any] = {
        "profile": "tabular-data-resource" if tabular else "data-resource",
        "name": f"{table.name}-{format_}",
        "path": path.name,
        "title": table.title,
        "format": format_,
        **_FORMATS[format_],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{_digest(path)}",
        "gongshi": {"rows": rows},
    }
    if format_ != "ndjson":
        resource["schema"] = _schema(table.columns)
    return resource


def _schema(columns: Sequence[Column]) -> dict[str, Any]:
    fields = [
        {
            "name": column.name,
            "title": column.title,
            "type": column.type,
            **({"description": column.description} if column.description else {}),
        }
        for column in columns
    ]
    return {"fields": fields, "missingValues": [""], "primaryKey": "record_id"}


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()
