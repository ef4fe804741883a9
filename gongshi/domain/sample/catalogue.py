"""The departments' catalogues: the items that their sample decisions are about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gongshi.domain.sample.items import NATURAL, items
from gongshi.domain.sample.order import CannotSample
from gongshi.domain.standards import Kind

_LICENSING_LAW = "《中华人民共和国行政许可法》第十二条"


@dataclass(frozen=True, kw_only=True)
class SampleItem:
    """One line of a department's power list; `subjects`: legal, natural or any."""

    kind: Kind
    code: str
    name: str
    basis: str
    subjects: str


def catalogue_of(department: str) -> Sequence[SampleItem]:
    """Return what the department of that name decides on, licences before penalties.

    Raises:
        CannotSample: no department has that name.
    """
    return [item for kind in Kind for item in _items(kind, department)]


def _items(kind: Kind, department: str) -> Iterable[SampleItem]:
    try:
        rows = items(kind, department)
    except CannotSample as error:
        if error.code == "no-items":
            return
        raise
    for (code,), lines in rows.group_by("item_code", maintain_order=True):
        first = lines.row(0, named=True)
        groups = set(lines.get_column("group"))
        yield SampleItem(
            kind=kind,
            code=str(code),
            name=_name(first),
            basis=str(first.get("basis") or _LICENSING_LAW),
            subjects=_subjects(groups),
        )


def _name(line: Mapping[str, object]) -> str:
    if "violation" in line:
        return f"对{line['violation']}的处罚"
    return str(line["item"])


def _subjects(groups: set[str]) -> str:
    if groups == {NATURAL}:
        return NATURAL
    return "any" if NATURAL in groups else "legal"
