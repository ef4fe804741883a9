"""Says where a city's file does not go together with the units that are on file."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongshi.accounts.city import UNITS, UnitRow
from gongshi.accounts.city_check import Problem
from gongshi.accounts.models import Kind, Unit

_Told = Iterator[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class _After:
    """How a unit would stand; `superior` is a code, or empty."""

    kind: str
    superior: str
    credit_code: str
    valid_from: date
    valid_until: date | None


def problems_on_file(
    rows: Sequence[UnitRow], known: Mapping[str, Unit]
) -> Sequence[Problem]:
    """Return what would be wrong with all units, by code, after these rows."""
    codes = {unit.pk: unit.code for unit in known.values()}
    after = {unit.code: _kept(unit, codes) for unit in known.values()}
    after |= {
        row.code: _changed(row, after.get(row.code) or _kept(Unit(), codes))
        for row in rows
    }
    holders = defaultdict(list)
    for code, unit in after.items():
        holders[unit.credit_code].append(code)
    return [
        Problem(file=UNITS, line=row.line, field=field, value=value, told=told)
        for row in rows
        for field, told in (
            *_alone(after[row.code]),
            *_among(row, after, holders),
            *_catalogue(known.get(row.code), after[row.code], codes),
        )
        for value in [str(getattr(row, field) or "")]
    ]


def _kept(unit: Unit, codes: Mapping[int, str]) -> _After:
    return _After(
        kind=unit.kind,
        superior=_superior(unit, codes),
        credit_code=unit.credit_code,
        valid_from=unit.valid_from,
        valid_until=unit.valid_until,
    )


def _changed(row: UnitRow, before: _After) -> _After:
    return _After(
        kind=row.kind.value,
        superior=row.superior or before.superior,
        credit_code=row.credit_code or before.credit_code,
        valid_from=row.valid_from or before.valid_from,
        valid_until=row.valid_until or before.valid_until,
    )


def _superior(unit: Unit, codes: Mapping[int, str]) -> str:
    return codes[unit.superior_id] if unit.superior_id else ""


def _alone(unit: _After) -> _Told:
    if unit.valid_until and unit.valid_until < unit.valid_from:
        first, last = unit.valid_from.isoformat(), unit.valid_until.isoformat()
        yield (
            "valid_from",
            f"The unit would exist from {first} until {last}. Write both days.",
        )


def _among(
    row: UnitRow, after: Mapping[str, _After], holders: Mapping[str, Sequence[str]]
) -> _Told:
    unit = after[row.code]
    others = [code for code in holders[unit.credit_code] if code != row.code]
    if unit.credit_code and others:
        yield (
            "credit_code",
            f"The unit {others[0]} has it already. Compare both with the certificates.",
        )
    if unit.kind == Kind.ENTRUSTED and after[unit.superior].kind == Kind.ENTRUSTED:
        yield (
            "superior",
            "An entrusted body cannot entrust another one. Name the unit above both.",
        )
    if row.superior and _stands_below(row.code, after):
        yield "superior", "That unit stands below this one. Name one that does not."


def _stands_below(code: str, after: Mapping[str, _After]) -> bool:
    above, passed = after[code].superior, set[str]()
    while above and above not in passed:
        if above == code:
            return True
        passed.add(above)
        above = after[above].superior
    return False


def _catalogue(unit: Unit | None, after: _After, codes: Mapping[int, str]) -> _Told:
    if unit is None:
        return
    if unit.kind == after.kind and _superior(unit, codes) == after.superior:
        return
    if after.kind == Kind.ENTRUSTED and unit.catalogue_versions.exists():
        yield (
            "kind",
            "The unit has a catalogue of its own, which an entrusted body cannot have."
            " Write its last day, and a new unit.",
        )
    if unit.entrusted_items.exists():
        yield (
            "superior",
            "Items of the superior's catalogue are entrusted to this body. Write its last"
            " day, and a new unit.",
        )
