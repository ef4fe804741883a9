"""Seals what an old key sealed anew with the current one, a chunk at a time."""

from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from gongshi.records.models import ProposedCorrection, Record, RecordVersion
from gongshi.records.sealing import is_current, reseal

_AT_ONCE = 1000
# Where the record's id, which every sealed value is bound to, stands.
_TABLES: tuple[tuple[type[Record | RecordVersion | ProposedCorrection], str], ...] = (
    (Record, "id"),
    (RecordVersion, "record_id"),
    (ProposedCorrection, "record_id"),
)


def reseal_records() -> int:
    """Reseal all withheld values that an older key sealed; return how many.

    Each chunk is one transaction; interrupted, it can be run again. A value that
    is rewritten meanwhile is sealed with the current key already.

    Raises:
        CannotUnseal: a key that sealed something is missing from the settings.
    """
    return sum(_reseal_table(model, id_column) for model, id_column in _TABLES)


def _reseal_table(
    model: type[Record | RecordVersion | ProposedCorrection], id_column: str
) -> int:
    last: UUID | int | None = None
    resealed = 0
    while True:
        behind = Q() if last is None else Q(pk__gt=last)
        rows = list(
            model._default_manager.filter(behind, sealed__isnull=False)
            .order_by("pk")
            .annotate(bound_to=F(id_column))
            .values_list("pk", "bound_to", "sealed")[:_AT_ONCE]
        )
        if not rows:
            return resealed
        with transaction.atomic():
            resealed += sum(_reseal_row(model, *row) for row in rows)
        last = rows[-1][0]


def _reseal_row(
    model: type[Record | RecordVersion | ProposedCorrection],
    key: str | int,
    record_id: UUID,
    sealed: bytes | memoryview,
) -> int:
    before = bytes(sealed)
    if is_current(before):
        return 0
    fresh = reseal(before, context=record_id.hex.encode())
    return model._default_manager.filter(pk=key, sealed=before).update(sealed=fresh)
