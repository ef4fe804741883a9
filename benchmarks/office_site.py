"""The office's pages asked for in one process, over a registry that is filled first.

`python -m benchmarks.office_site ROWS` prints the names of the pages as one line of
JSON; the environment names the stores, which are filled where they are empty. Then it
answers each name on its input with the 95th percentile in milliseconds of some requests.
Words after ROWS choose the pages with all of them in their name; with `--explain` each
page's queries are printed with their times instead, the slow ones with their plans.
"""

import json
import os
import re
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

# Sets Django up, and looks for garbage as seldom as the server does.
import gongshi.wsgi  # noqa: F401
from benchmarks.office_fill import PEOPLE, fill
from gongshi.accounts.models import Unit, User
from gongshi.catalogue.models import CatalogueItem
from gongshi.intake.models import Batch
from gongshi.records.models import Record

_RUNS, _WARM_UP = 20, 3
# Whoever else there is sees the records that one of these sees.
_REACHES = ("city office", "county office", "reviewer")
_SLOW, _REPEATED = 0.004, 8  # seconds; how often a page is asked for
_DEEP = 40  # pages of a list
_NEXT = re.compile(r"after=([\w~-]+)")
_LISTS = (
    "", "kind=penalty", "state=published", "state=checked", "state=returned",
    "state=deferred", "state=withdrawn", "state=ended", "state=approved",
    "state=not_public&kind=penalty", "due=late", "due=today", "due=soon",
    "order=deadline", "order=deadline&kind=penalty", "due=late&state=returned",
    "order=deadline&state=deferred", "since=2020-01-01&until=2020-12-31",
    "since=2020-03-01&until=2020-03-02", "state=withdrawn&until=2019-12-31",
    "order=deadline&until=2019-12-31",  # of what waits nothing is that old
    "state=published&since=2017-01-01&kind=penalty", "unit=u7",
    "unit=u7&state=withdrawn", "text=连云港第777公司", "text=连云港", "text=连审〔2016〕4",
    "text=9132" + "0" * 11 + "777", "text=无此公司", "text=连云港&state=returned",
    "due=unknown", "due=withdraw", "due=disputed", "due=held",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A page as one reader asks for it, at one of several addresses in turn."""

    client: Client
    addresses: Sequence[str]


def main(rows: int, chosen: Sequence[str], *, explain: bool) -> None:
    """Fill, tell the pages, and ask for those that are named."""
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, database="portal")
    fill(rows)
    pages = dict(_chosen(chosen))
    if explain:
        for name, page in pages.items():
            _explain(name, page.client, page.addresses[0])
        return
    _tell(list(pages))
    for line in sys.stdin:
        _tell(_p95(pages[line.rstrip("\n")]))


def _tell(what: object) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _chosen(words: Sequence[str]) -> Iterator[tuple[str, _Asked]]:
    for who in PEOPLE:
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.get(username=who))
        for page, addresses in _pages(who, client).items():
            name = f"{page} ({who})"
            if not all(word in name for word in words):
                continue
            if "#" in addresses[0]:  # how deep a page is
                addresses = [_deep(client, *addresses[0].split("#"))]
            yield name, _Asked(client=client, addresses=addresses)


def _pages(who: str, client: Client) -> Mapping[str, Sequence[str]]:
    if who == "administrator":
        return {"tokens": ["/office/tokens/"]}
    pages = _records_and_batches(who, client)
    if who in ("city office", "auditor"):
        pages |= _audit()
    if who == "enterer":
        pages |= {
            "enter": ["/office/records/new/"],
            "drafts": ["/office/drafts/"],
            "subjects": [
                f"/office/subjects/u7?{urlencode({'subject_name': '连云港'})}"
            ],
        }
    if who in ("city office", "reviewer"):
        pages |= _catalogue()
    return pages


def _records_and_batches(who: str, client: Client) -> dict[str, Sequence[str]]:
    unit = Unit.objects.get(code="u60" if who == "county office" else "u7")
    keys = list(Record.objects.filter(unit=unit).values_list("pk", flat=True)[:20])
    own = list(Batch.objects.filter(unit=unit).values_list("pk", flat=True)[:10])
    lists = {f"records ?{query}": [f"/office/records/?{query}"] for query in _LISTS}
    deep = {
        f"records ?{query}, page {_DEEP}": [f"/office/records/?{query}#{_DEEP}"]
        for query in ("", "state=published", "order=deadline", "state=not_public")
    }
    return {
        "to-do page": ["/office/"],
        **(lists | deep if who in _REACHES else {}),
        "record page": [f"/office/records/{key}/" for key in keys],
        "batch page": [f"/office/batches/{key}/" for key in own],
        "batches": ["/office/batches/"],
        "batches ?state=checked": ["/office/batches/?state=checked"],
    }


def _deep(client: Client, address: str, number: str) -> str:
    """Return where the page of that number, or the last, begins."""
    after = ""
    for _ in range(int(number) - 1):
        page = client.get(f"{address}&after={after}").content.decode()
        found = _NEXT.search(page)
        if found is None:
            break
        after = found[1]
    return f"{address}&after={after}"


def _audit() -> dict[str, Sequence[str]]:
    asked = (
        "", "unit=u7", "action=review", "action=review.return", "person=person-17",
        "person=nobody", "address=10.1.3.40", "address=10.9.9.9",
        "target=00000000-0000-0000-0000-000000000000",
        f"since={date(2020, 1, 1)}&until={date(2020, 1, 2)}", "below=25000",
        "person=person-17&action=catalogue", "unit=u7&action=catalogue.approve",
        "unit=u7&address=10.9.9.9", "person=person-17&until=2015-01-01",
    )  # fmt: skip
    return {f"audit ?{query}": [f"/office/audit/?{query}"] for query in asked}


def _catalogue() -> dict[str, Sequence[str]]:
    item = CatalogueItem.objects.filter(version__unit__code="u7").order_by("pk")[0]
    return {
        "catalogues": ["/office/catalogue/"],
        "catalogue": ["/office/catalogue/u7/"],
        "item": [f"/office/catalogue/items/{item.pk}/"],
        "coverage": ["/office/coverage/"],
        "coverage of a unit": ["/office/coverage/u7/"],
    }


def _p95(page: _Asked) -> float:
    times = []
    for n in range(_WARM_UP + _RUNS):
        address = page.addresses[n % len(page.addresses)]
        begun = time.perf_counter()
        response = page.client.get(address)
        times.append((time.perf_counter() - begun) * 1000)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
    return statistics.quantiles(times[_WARM_UP:], n=20)[-1]


def _explain(page: str, client: Client, address: str) -> None:
    """Tell the processor's time of a page, and which of its queries cost most."""
    client.get(address)
    begun = _busy()
    for _ in range(_REPEATED):
        client.get(address)
    taken = (_busy() - begun) / _REPEATED * 1000
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    sys.stdout.write(f"{page}: {taken:.1f} ms busy, {len(queries)} queries\n")
    for query in queries.captured_queries:
        if query["sql"].startswith(("SELECT", "WITH")):
            _explain_query(query["sql"].replace("%", "%%"))


def _busy() -> float:
    """Return the seconds of processor time of this process and its database server's."""
    if connection.vendor == "sqlite":
        return time.process_time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    # Only where the server runs on this machine; a hundred ticks are a second.
    user, system = Path(f"/proc/{server}/stat").read_text().split()[13:15]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _explain_query(sql: str) -> None:
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(sql, [])
            cursor.fetchall()
        times.append(time.perf_counter() - begun)
    if min(times) >= _SLOW:
        sys.stdout.write(f"  {min(times) * 1000:.1f} ms  {sql[:600]}\n")
        _plan(sql)


def _plan(sql: str) -> None:
    is_sqlite = connection.vendor == "sqlite"
    how = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN (ANALYZE, BUFFERS)"
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {sql}", [])
        for row in cursor.fetchall()[:60]:
            sys.stdout.write(f"      {row[-1]}\n")


if __name__ == "__main__":
    main(
        int(sys.argv[1]),
        [word for word in sys.argv[2:] if word != "--explain"],
        explain="--explain" in sys.argv,
    )
