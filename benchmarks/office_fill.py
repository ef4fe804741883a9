"""A registry filled straight into its tables, as if a city had worked with it for years."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection, transaction

from gongshi.accounts.models import Membership, Role, Unit, User
from gongshi.audit.actors import Actor
from gongshi.catalogue.models import CatalogueItem, CatalogueVersion, VersionState
from gongshi.domain.deadlines import publish_by
from gongshi.domain.working_days import default_calendar
from gongshi.intake.actions_drafts import Typed, save_draft
from gongshi.intake.models import ApiToken, Batch, StoredFile
from gongshi.portal.bulk import insert_rows
from gongshi.records.models import Record
from gongshi.review.models import Notice, NoticeKind
from gongshi.validation.models import Finding

UNITS, COUNTIES, PER_BATCH = 80, (60, 70), 2_000
_ITEMS, _EVENTS_PER_RECORD = 20, 0.5
_NOW = datetime.now(UTC)  # noqa: TID251 - a benchmark
_TODAY = _NOW.date()
_FIRST_EVENT = 1_000  # behind those of what actions write here
_YEARS = 3650  # days over which the decisions are spread
# Of 1,000: how many stand in which state. More than in life are aside, so that every
# list of a department fills its page with few records, too: like beside like.
_SHARES = (
    ("published", 600), ("checked", 50), ("returned", 50), ("deferred", 50),
    ("not_public", 140), ("withdrawn", 60), ("ended", 50),
)  # fmt: skip
_CONTENT = json.dumps(
    {
        "decision_number": "连环审〔2016〕12号",
        "subject_name": "连云港苍梧化工有限公司",
        "licence_content": "同意年产300吨精细化工产品项目环境影响报告书的结论。" * 3,
        "decision_date": "2016-02-26",
        "authority": "连云港市环境保护局",
        "status": "0",
    },
    ensure_ascii=False,
)
_TYPED = {
    "decision_number": "连环审〔2016〕12号",
    "subject_name": "连云港苍梧化工有限公司",
}
PEOPLE: Mapping[str, tuple[str, Role]] = {
    "city office": ("city", Role.CREDIT_OFFICE),
    "auditor": ("city", Role.AUDITOR),
    "centre": ("city", Role.CENTRE),
    "county office": ("u60", Role.COUNTY_OFFICE),
    "reviewer": ("u7", Role.REVIEWER),
    "enterer": ("u7", Role.ENTERER),
    "administrator": ("u7", Role.UNIT_ADMIN),
}


def fill(rows: int) -> None:
    """Fill an empty registry; leave alone one that was filled before."""
    if not Record.objects.exists():
        with transaction.atomic():
            units = _units()
            items = _items(units)
            batches = _batches(units, rows)
            with _indexes_made_after():
                insert_rows(
                    connection, "records_record", _COLUMNS, _rows(batches, items, rows)
                )
            _around(units, batches, rows)
    with connection.cursor() as cursor:
        # What a database does by itself after a while.
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")


@contextmanager
def _indexes_made_after() -> Iterator[None]:
    # Sorted once, an index of a million random keys takes seconds instead of an hour.
    editor, indexes = connection.schema_editor(), Record._meta.indexes
    made = [str(index.create_sql(Record, editor)) for index in indexes]
    with connection.cursor() as cursor:
        for index in indexes:
            cursor.execute(f"DROP INDEX {index.name}")
        yield
        connection.check_constraints()  # none may be left for later
        for statement in made:
            cursor.execute(statement)


def _units() -> list[Unit]:
    """Return 60 departments of a city and two counties with nine departments each."""
    city = _unit("city", "市信用办", None)
    units: list[Unit] = []
    for n in range(UNITS):
        counties = [units[first] for first in COUNTIES if first < n]
        superior = counties[-1] if counties and n not in COUNTIES else city
        units.append(_unit(f"u{n}", f"连云港市第{n}局", superior))
    by_code = {unit.code: unit for unit in [city, *units]}
    for name, (code, role) in PEOPLE.items():
        user = User.objects.create(username=name, unit=by_code[code])
        Membership.objects.create(user=user, unit=by_code[code], role=role)
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")  # else some are led to set one up
    return units


def _unit(code: str, name: str, superior: Unit | None) -> Unit:
    return Unit.objects.create(
        code=code, name=name, region_code="320700",
        superior=superior, start_date=date(2015, 7, 1),
    )  # fmt: skip


def _items(units: Sequence[Unit]) -> dict[int, dict[str, list[int]]]:
    """Return the keys of each unit's items by kind."""
    versions = CatalogueVersion.objects.bulk_create(
        CatalogueVersion(
            unit=unit, number=1, drafted_by="clerk", drafted_at=_NOW,
            state=VersionState.APPROVED, effective_from=date(2015, 7, 1),
            approved_by="wang", approved_at=_NOW,
        )
        for unit in units
    )  # fmt: skip
    made = CatalogueItem.objects.bulk_create(
        CatalogueItem(version=version, kind=kind, code=f"{kind}-{n}", name=f"事项{n}")
        for version in versions
        for kind in ("licence", "penalty")
        for n in range(_ITEMS)
    )
    keys: dict[int, dict[str, list[int]]] = {}
    for item in made:
        of_unit = keys.setdefault(item.version.unit_id, {"licence": [], "penalty": []})
        of_unit[item.kind].append(item.pk)
    return keys


def _batches(units: Sequence[Unit], rows: int) -> list[Batch]:
    """Return the batches, in turn one for each unit; one in fifty waits for review."""
    files = [
        StoredFile.objects.create(unit=unit, sha256="0" * 64, size=1, received_at=_NOW)
        for unit in units
    ]
    count = max(UNITS, rows // PER_BATCH)
    made = []
    for n in range(count):
        waits = n % 50 == 7
        made.append(
            Batch(
                unit=units[n % UNITS], file=files[n % UNITS], idempotency_key=str(n),
                name=f"{n}.xlsx", received_by="clerk", edition="jiangsu-2016",
                received_at=_NOW - timedelta(days=count - n), kind="licence",
                state="checked" if waits else "published",
                counts={"rows": PER_BATCH, "good": PER_BATCH, "new": PER_BATCH},
                rule_counts={"warning late": 40, "warning bracket-form": 40},
                waiting=PER_BATCH if waits else 0, publish_by=_TODAY,
                published_by="" if waits else "wang",
                approved_at=None if waits else _NOW,
                published_at=None if waits else _NOW, checked_at=_NOW,
            )
        )  # fmt: skip
    return Batch.objects.bulk_create(made, batch_size=500)


_COLUMNS = (
    "id", "kind", "edition", "person", "unit_id", "item_id", "batch_id", "sheet",
    "row_number", "entered_by", "decision_number", "decision_date", "subject_name",
    "credit_code", "authority", "region_code", "content", "digest", "state",
    "not_public_reason", "version", "received_at", "publish_by", "reviewed_by",
    "approved_at", "secrecy_checked_by", "secrecy_checked_at", "hold_reason",
    "hold_until", "published_at", "published_on", "disputed_on", "status_mark",
    "revoked_on", "withdraw_by", "removal_code", "removal_reason",
)  # fmt: skip


def _rows(
    batches: Sequence[Batch],
    items: Mapping[int, Mapping[str, Sequence[int]]],
    rows: int,
) -> Iterator[tuple[Any, ...]]:
    states = [state for state, share in _SHARES for _ in range(share)]
    calendar = default_calendar()
    days = [_TODAY - timedelta(days=n) for n in range(_YEARS)]
    dues = {day: publish_by(day, calendar=calendar) for day in days}
    for n in range(rows):
        batch = batches[n % len(batches)]
        state = states[n * 7919 % 1000]
        is_open = state in ("checked", "returned")
        day = days[n * 31 % 40] if is_open else days[n * 104_729 % _YEARS]
        yield _row(n, batch, items[batch.unit_id], state, day, dues[day])


def key_of(n: int) -> UUID:
    """Return the key of the record of that number."""
    return UUID(int=(n * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128)


def _row(
    n: int,
    batch: Batch,
    items: Mapping[str, Sequence[int]],
    state: str,
    day: date,
    due: date | None,
) -> tuple[Any, ...]:
    out = state in ("published", "withdrawn", "ended")
    removed = state in ("withdrawn", "ended")
    disputed = state == "published" and n % 2000 == 1
    revoked = state == "published" and n % 5000 == 2
    kind = "penalty" if n % 3 == 0 else "licence"
    return (
        key_of(n).hex, kind, "jiangsu-2016", "legal",
        batch.unit_id, items[kind][n % _ITEMS], batch.pk.hex, "Sheet1", n, "clerk",
        f"连审〔2016〕{n}号", day, f"连云港第{n % 200_000}公司", f"9132{n:014d}",
        "连云港市某局", "320700", _CONTENT, "0" * 64, state,
        "not-public" if state == "not_public" else "", 1,
        _NOW - timedelta(seconds=n), due,
        "wang" if out else "", _NOW if out else None,
        "wang" if out else "", _NOW if out else None,
        "核实" if state == "deferred" else "",
        _TODAY + timedelta(days=n % 60 - 20) if state == "deferred" else None,
        _NOW if out else None, day if out else None,
        day if disputed else None, "revoked" if revoked else "",
        day if revoked else None, due if revoked else None,
        "other" if removed else "", "误" if removed else "",
    )  # fmt: skip


def _around(units: Sequence[Unit], batches: Sequence[Batch], rows: int) -> None:
    """Add what comes with records: findings, news, drafts, tokens, the audit trail."""
    Finding.objects.bulk_create(
        (
            Finding(
                batch=batch, code=code, position=n, sheet="Sheet1", row=n + 2,
                column="G", field="decision_date", label="决定日期", value="连云港",
                severity="warning",
            )
            for batch in batches
            for code in ("late", "bracket-form")
            for n in range(40)
        ),
        batch_size=5_000,
    )  # fmt: skip
    Notice.objects.bulk_create(
        Notice(
            recipient=who, record_id=key_of(n), kind=NoticeKind.RETURNED, by="wang",
            at=_NOW,
        )
        for who in ("enterer", "reviewer")
        for n in range(200)
    )  # fmt: skip
    enterer = User.objects.get(username="enterer")
    for n in range(30):
        typed = Typed(id=UUID(int=n), form="jiangsu-2016/licence/any", values=_TYPED)
        save_draft(
            typed, owner=enterer, unit=units[7], by=Actor(username="enterer"), at=_NOW
        )
    ApiToken.objects.bulk_create(
        ApiToken(
            unit=unit, name=f"系统{n}", secret_hash=f"{unit.pk}-{n}", beginning="gs_",
            scope="submit", made_by="clerk", made_at=_NOW,
            expires_at=_NOW + timedelta(days=365),
        )
        for unit in units
        for n in range(3)
    )  # fmt: skip
    insert_rows(
        connection, "intake_batch", _BATCH_COLUMNS, _singles(units, batches, rows)
    )
    insert_rows(connection, "audit_event", _EVENT_COLUMNS, _events(units, rows))


_BATCH_COLUMNS = (
    "id", "unit_id", "idempotency_key", "source", "file_id", "name", "received_by",
    "received_at", "forced_edition", "edition", "kind", "counts", "rule_counts",
    "to_confirm", "state", "failure", "rows_done", "leased_by", "waiting",
    "published_by", "approved_at",
)  # fmt: skip


def _singles(
    units: Sequence[Unit], batches: Sequence[Batch], rows: int
) -> Iterator[tuple[Any, ...]]:
    """Return a batch for every twentieth record: handed in alone, as forms do."""
    for n in range(rows // 20):
        yield (
            UUID(int=2**127 + n), units[n % UNITS].pk, f"form-{n}", "form",
            batches[n % UNITS].file_id, f"表{n}", "clerk", _NOW - timedelta(minutes=n),
            "", "jiangsu-2016", "licence", '{"rows": 1, "good": 1, "new": 1}', "{}",
            "{}", "published", "", 1, "", 0, "wang", _NOW,
        )  # fmt: skip


_EVENT_COLUMNS = (
    "sequence", "at", "username", "role", "unit_code", "address", "action",
    "target_kind", "target_id", "details", "changes", "reason", "previous_hash", "hash",
)  # fmt: skip
_ACTIONS = (
    "review.approve", "review.return", "publication.correct", "publication.withdraw",
    "review.defer",
)  # fmt: skip


def _events(units: Sequence[Unit], rows: int) -> Iterator[tuple[Any, ...]]:
    for n in range(int(rows * _EVENTS_PER_RECORD)):
        yield (
            _FIRST_EVENT + n, _NOW - timedelta(minutes=rows - n), f"person-{n % 200}", "reviewer",
            units[n % UNITS].code, f"10.1.{n % 7}.{n % 250}", _ACTIONS[n % 5], "record",
            str(key_of(n)), '{"secrecy_checked":true}', "{}", "", "0" * 64, "0" * 64,
        )  # fmt: skip
