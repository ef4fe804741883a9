"""Writes what stands in a unit's file."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from gongshi.accounts.models import Kind, Unit
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.wording import differences

OWN_FIELDS = ("short_name", "credit_code", "site_name", "site_address")
"""What a unit keeps up to date itself."""

ARRANGED_FIELDS = (
    "name",
    "kind",
    "level",
    "region_code",
    "superior",
    "credit_authority",
    "start_date",
    "valid_from",
    "valid_until",
)
"""What is arranged from above: where the unit stands and from when to when."""

FIELDS = (*OWN_FIELDS, *ARRANGED_FIELDS)


class CannotEditUnit(Exception):
    """The unit cannot be so.

    Codes: `code-taken`, `credit-code-taken`, `no-superior` (an entrusted body needs
    one), `superior-left` (out of the tree nobody would reach it), `below-itself` (the
    superior is the unit or below it), `below-entrusted` (an entrusted body below
    another), `has-catalogue` (an entrusted body has none of its own), `has-items` (in
    the catalogue of the unit that entrusts it), `ends-before-it-begins`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def edit_unit(
    unit: Unit, values: Mapping[str, object], *, by: Actor, at: datetime
) -> Unit:
    """Change those of FIELDS that `values` has; what is the same is no event.

    Raises:
        CannotEditUnit: see there.
    """
    _lock_tree()
    found = Unit.objects.select_related("superior", "credit_authority").get(pk=unit.pk)
    before = _told(found)
    for field, value in values.items():
        assert field in FIELDS, field
        setattr(found, field, value)
    changes = differences(before, _told(found))
    if not changes:
        return found
    _require_sound(found)
    if {"kind", "superior"} & changes.keys():
        _require_catalogue_left(found)
    if found.superior is None and "superior" in changes:
        raise CannotEditUnit("superior-left")
    found.save(update_fields=list(values))
    record_event(
        at=at,
        by=by,
        action="accounts.edit_unit",
        target=Target(kind="unit", key=found.code),
        changes=changes,
    )
    return found


@transaction.atomic
def add_unit(
    code: str, values: Mapping[str, object], *, by: Actor, at: datetime
) -> Unit:
    """Add a unit with all of FIELDS, below another; the first come by `load_city`.

    Raises:
        CannotEditUnit: see there.
    """
    _lock_tree()
    if Unit.objects.filter(code__iexact=code).exists():
        raise CannotEditUnit("code-taken")
    unit = Unit(code=code, **values)
    _require_sound(unit)
    if unit.superior is None:
        raise CannotEditUnit("superior-left")
    unit.save()
    record_event(
        at=at,
        by=by,
        action="accounts.add_unit",
        target=Target(kind="unit", key=code),
        changes=differences({}, _told(unit)),
    )
    return unit


def _lock_tree() -> None:
    # One change of the tree at a time: two moves could make a circle together.
    list(
        Unit.objects.select_for_update()
        .filter(superior=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _require_sound(unit: Unit) -> None:
    if unit.kind == Kind.ENTRUSTED and unit.superior is None:
        raise CannotEditUnit("no-superior")
    if _is_entrusted_twice(unit):
        raise CannotEditUnit("below-entrusted")
    if unit.valid_until is not None and unit.valid_until < unit.valid_from:
        raise CannotEditUnit("ends-before-it-begins")
    same = Unit.objects.filter(credit_code=unit.credit_code).exclude(pk=unit.pk)
    if unit.credit_code and same.exists():
        raise CannotEditUnit("credit-code-taken")
    if _stands_below(unit):
        raise CannotEditUnit("below-itself")


def _is_entrusted_twice(unit: Unit) -> bool:
    """Say whether an entrusted body would stand directly below another one."""
    if not unit.is_entrusted:
        return False
    if unit.superior is not None and unit.superior.is_entrusted:
        return True
    below = Unit.objects.filter(superior__code=unit.code)  # it may be a new one
    return below.filter(kind=Kind.ENTRUSTED).exists()


def _require_catalogue_left(unit: Unit) -> None:
    # Both ask for any version: the items of past days are found by what stands here.
    if unit.is_entrusted and unit.catalogue_versions.exists():
        raise CannotEditUnit("has-catalogue")
    if unit.entrusted_items.exists():
        raise CannotEditUnit("has-items")


def _stands_below(unit: Unit) -> bool:
    above = dict(Unit.objects.order_by().values_list("pk", "superior_id"))
    key, passed = unit.superior_id, set[int]()
    while key is not None and key not in passed:
        if key == unit.pk:
            return True
        passed.add(key)
        key = above[key]
    return False


def _told(unit: Unit) -> dict[str, object]:
    """Return the unit's fields as the trail keeps them: other units by their codes."""
    values = {field: getattr(unit, field) for field in FIELDS}
    return {
        field: value.code if isinstance(value, Unit) else value
        for field, value in values.items()
        if value not in (None, "")
    }
