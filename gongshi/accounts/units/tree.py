"""The tree of units as one reader sees it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongshi.accounts.models import ResponsiblePerson, Unit


@dataclass(frozen=True, kw_only=True)
class Node:
    """A unit with who answers for it and the units below that the reader sees."""

    unit: Unit
    responsible: ResponsiblePerson | None
    has_ended: bool
    below: Sequence["Node"]

    @property
    def size(self) -> int:
        """How many units there are below, at any depth."""
        return sum(1 + node.size for node in self.below)


def tree(
    units: Iterable[Unit], responsible: Mapping[int, ResponsiblePerson], on: date
) -> Sequence[Node]:
    """Return the units as trees; those whose superior is not among them on top."""
    ordered = sorted(units, key=_order)
    seen = {unit.pk for unit in ordered}
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in ordered:
        above = unit.superior_id if unit.superior_id in seen else None
        below[above].append(unit)

    def grow(key: int | None) -> Sequence[Node]:
        return [
            node(unit, responsible.get(unit.pk), on, below=grow(unit.pk))
            for unit in below[key]
        ]

    return grow(None)


def node(
    unit: Unit,
    responsible: ResponsiblePerson | None,
    on: date,
    *,
    below: Sequence[Node] = (),
) -> Node:
    """Return a single unit as it is listed on that day."""
    has_ended = unit.valid_until is not None and unit.valid_until < on
    return Node(unit=unit, responsible=responsible, has_ended=has_ended, below=below)


def _order(unit: Unit) -> tuple[bool, str, str]:
    # Governments with their own departments come last, so that a tree is read from
    # what is near to what is large.
    return (unit.kind == "government", unit.region_code, unit.code)
