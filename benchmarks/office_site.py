"""A registry filled straight into its tables, and its pages asked for, in one process.

`python -m benchmarks.office_site ROWS` prints the 95th percentile of each page in
milliseconds, as one line of JSON; the environment names the stores.
"""

import json
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import django

django.setup()

from django.contrib.auth.models import AbstractBaseUser  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from gongshi.accounts.models import Membership, Role, Unit, User  # noqa: E402
from gongshi.domain.deadlines import publish_by  # noqa: E402
from gongshi.domain.working_days import default_calendar  # noqa: E402
from gongshi.intake.models import Batch, StoredFile  # noqa: E402
from gongshi.portal.bulk import insert_rows  # noqa: E402
from gongshi.records.models import Record  # noqa: E402

UNITS, PER_BATCH = 80, 2_000
_RUNS, _WARM_UP = 40, 5
_NOW = datetime.now(UTC)  # noqa: TID251 - a benchmark
_TODAY = _NOW.date()
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


def main(rows: int) -> None:
    """Fill, ask, print."""
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, database="portal")
    city, units = _units()
    batches = _batches(units, rows)
    _records(units, batches, rows)
    with connection.cursor() as cursor:
        # What a database does by itself after a while.
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")
    office, clerk = _person("office", city, Role.CREDIT_OFFICE), _reviewer(units[7])
    figures = {}
    for who, client in (("city office", office), ("department", clerk)):
        for page, addresses in _pages(units, batches).items():
            figures[f"{page} ({who})"] = _p95(client, addresses)
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")


def _units() -> tuple[Unit, list[Unit]]:
    city = Unit.objects.create(
        code="city", name="市信用办", region_code="320700", start_date=date(2015, 7, 1)
    )
    units = [
        Unit.objects.create(
            code=f"u{n}", name=f"连云港市第{n}局", region_code="320700",
            superior=city, start_date=date(2015, 7, 1),
        )
        for n in range(UNITS)
    ]  # fmt: skip
    return city, units


def _person(name: str, unit: Unit, role: Role) -> Client:
    user = User.objects.create(username=name, unit=unit)
    Membership.objects.create(user=user, unit=unit, role=role)
    client = Client(SERVER_NAME="localhost")
    assert isinstance(user, AbstractBaseUser)
    client.force_login(user)
    return client


def _reviewer(unit: Unit) -> Client:
    return _person("reviewer", unit, Role.REVIEWER)


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
                waiting=PER_BATCH if waits else 0, publish_by=_TODAY,
                published_by="" if waits else "wang",
                approved_at=None if waits else _NOW,
                published_at=None if waits else _NOW, checked_at=_NOW,
            )
        )  # fmt: skip
    return Batch.objects.bulk_create(made, batch_size=500)


_COLUMNS = (
    "id", "kind", "edition", "person", "unit_id", "batch_id", "sheet", "row_number",
    "entered_by", "decision_number", "decision_date", "subject_name", "credit_code",
    "authority", "region_code", "content", "digest", "state", "not_public_reason",
    "version", "received_at", "publish_by", "reviewed_by", "approved_at",
    "secrecy_checked_by", "secrecy_checked_at", "hold_reason", "hold_until",
    "published_at", "published_on", "disputed_on", "status_mark", "revoked_on",
    "withdraw_by", "removal_code", "removal_reason",
)  # fmt: skip


def _records(units: Sequence[Unit], batches: Sequence[Batch], rows: int) -> None:
    states = [state for state, share in _SHARES for _ in range(share)]
    calendar = default_calendar()
    days = [_TODAY - timedelta(days=n) for n in range(_YEARS)]
    dues = {day: publish_by(day, calendar=calendar) for day in days}
    with transaction.atomic():
        insert_rows(
            connection,
            "records_record",
            _COLUMNS,
            _rows(units, batches, rows, states, days, dues),
        )


def _rows(
    units: Sequence[Unit],
    batches: Sequence[Batch],
    rows: int,
    states: Sequence[str],
    days: Sequence[date],
    dues: Mapping[date, date | None],
) -> Iterator[tuple[Any, ...]]:
    for n in range(rows):
        batch = batches[n % len(batches)]
        state = states[n * 7919 % 1000]
        is_open = state in ("checked", "returned")
        day = days[n * 31 % 40] if is_open else days[n * 104_729 % _YEARS]
        yield _row(n, batch, state, day, dues[day])


def _row(
    n: int, batch: Batch, state: str, day: date, due: date | None
) -> tuple[Any, ...]:
    out = state in ("published", "withdrawn", "ended")
    removed = state in ("withdrawn", "ended")
    disputed = state == "published" and n % 2000 == 1
    revoked = state == "published" and n % 5000 == 2
    code = f"9132{n:014d}"
    return (
        UUID(int=(n * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128).hex,
        "penalty" if n % 3 == 0 else "licence", "jiangsu-2016", "legal",
        batch.unit_id, batch.pk.hex, "Sheet1", n, "clerk",
        f"连审〔2016〕{n}号", day, f"连云港第{n % 200_000}公司", code,
        "连云港市某局", "320700", _CONTENT, "0" * 64, state,
        "not-public" if state == "not_public" else "", 1, _NOW, due,
        "wang" if out else "", _NOW if out else None,
        "wang" if out else "", _NOW if out else None,
        "核实" if state == "deferred" else "",
        _TODAY + timedelta(days=n % 60 - 20) if state == "deferred" else None,
        _NOW if out else None, day if out else None,
        day if disputed else None, "revoked" if revoked else "",
        day if revoked else None, due if revoked else None,
        "other" if removed else "", "误" if removed else "",
    )  # fmt: skip


def _pages(
    units: Sequence[Unit], batches: Sequence[Batch]
) -> Mapping[str, Sequence[str]]:
    unit = units[7]
    keys = Record.objects.filter(unit=unit).values_list("pk", flat=True)[:20]
    own = [batch for batch in batches if batch.unit_id == unit.pk][:10]
    lists = (
        "", "kind=penalty", "state=published", "state=returned", "state=withdrawn",
        "state=not_public&kind=penalty", "due=late", "order=deadline",
        "since=2020-01-01&until=2020-12-31", f"unit={unit.code}",
        f"unit={unit.code}&state=withdrawn", "text=连云港第777公司",
        "text=连云港", "text=连审〔2016〕4", "text=9132" + "0" * 11 + "777",
        "state=published&since=2017-01-01&kind=penalty",
    )  # fmt: skip
    return {
        "to-do page": ["/office/"],
        **{
            f"records ?{query}" if query else "records": [f"/office/records/?{query}"]
            for query in lists
        },
        "record page": [f"/office/records/{key}/" for key in keys],
        "batch page": [f"/office/batches/{batch.pk}/" for batch in own],
    }


def _p95(client: Client, addresses: Sequence[str]) -> float:
    times = []
    for n in range(_WARM_UP + _RUNS):
        address = addresses[n % len(addresses)]
        begun = time.perf_counter()
        response = client.get(address)
        times.append((time.perf_counter() - begun) * 1000)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
    return statistics.quantiles(times[_WARM_UP:], n=20)[-1]


if __name__ == "__main__":
    main(int(sys.argv[1]))
