"""A running system for the journeys: clerks of several units, their files, a worker."""

import http.client
import socket
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from gongshi.domain.findings import Severity
from gongshi.domain.rules import BY_CODE
from gongshi.domain.standards import Kind, form
from tests.pipeline.site import Site
from tests.second_factor import SECRET

PASSWORD = "the sea at dawn 3207"  # noqa: S105 - of people who live for one test
_FORM = form("jiangsu-2016", Kind.LICENCE)
_CITY = """
from django.utils import timezone
from gongshi.accounts.actions import give_role
from gongshi.accounts.models import Role, Unit, User
from allauth.mfa.totp.internal.auth import TOTP
from gongshi.accounts.permissions import needs_second_factor
from gongshi.audit.actors import Actor
for code, name, role in {people!r}:
    unit = Unit.objects.get(code=code)
    user = User.objects.create_user(name, password={password!r}, unit=unit)
    by = Actor(username="test")
    give_role(user, role=Role(role), unit=unit, by=by, at=timezone.now())
    if needs_second_factor([Role(role)]) and not name.startswith("new-"):
        TOTP.activate(user, {secret!r})
"""


@dataclass(frozen=True, kw_only=True)
class Clerk:
    """Somebody who sends files of one unit, where a colleague reviews them."""

    name: str
    unit: str
    unit_name: str

    @property
    def reviewer(self) -> str:
        """The name of the colleague."""
        return f"{self.name}-sh"


# One each, so that no test meets the records of another.
HUAN = Clerk(name="huan", unit="lyg-hbj", unit_name="连云港市环境保护局")
SHI = Clerk(name="shi", unit="lyg-syjj", unit_name="连云港市食品药品监督管理局")
ZHI = Clerk(name="zhi", unit="lyg-zjj", unit_name="连云港市质量技术监督局")
TU = Clerk(name="tu", unit="lyg-gtj", unit_name="连云港市国土资源局")
JIAO = Clerk(name="jiao", unit="lyg-jtj", unit_name="连云港市交通运输局")
MIN = Clerk(name="min", unit="lyg-mzj", unit_name="连云港市民政局")
WU = Clerk(name="wu", unit="lyg-wjj", unit_name="连云港市物价局")
YAN = Clerk(name="yan", unit="lyg-ajj", unit_name="连云港市安全生产监督管理局")
WEI = Clerk(name="wei", unit="lyg-wjw", unit_name="连云港市卫生和计划生育委员会")
NEWCOMER = "new-reviewer"  # has a password, and no second factor yet
# Of a body that acts for WEI's unit.
SUO = Clerk(name="suo", unit="lyg-wsjd", unit_name="连云港市卫生监督所")
CLERKS = (HUAN, SHI, ZHI, TU, JIAO, WEI, MIN, WU, YAN, SUO)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A generated file and what is wrong in it: `faults` has row and code."""

    path: Path
    faults: pl.DataFrame

    @property
    def labels(self) -> dict[str, str]:
        """Our names of the fields by their headings in the file."""
        return {field.label: field.name for field in _FORM.fields}

    @property
    def codes(self) -> set[str]:
        """The codes of all rules that must speak up."""
        return set(self.faults.get_column("code"))

    @property
    def bad_rows(self) -> set[int]:
        """The rows that must go back, as a spreadsheet numbers them."""
        errors = [c for c in self.codes if BY_CODE[c].severity is Severity.ERROR]
        return set(self.faults.filter(pl.col("code").is_in(errors)).get_column("row"))

    @cached_property
    def rows(self) -> pl.DataFrame:
        """All rows as text: row, and the form's fields by their names."""
        frame = pl.read_csv(self.path, infer_schema=False).rename(self.labels)
        return frame.with_row_index("row", offset=2)

    def findable(self) -> tuple[str, str]:
        """Return a faultless company that two characters of its name lead to.

        Gives the two characters, which no other row of the file holds, and the name.
        """
        flawless = self.rows.filter(
            ~pl.col("row").is_in(self.faults.get_column("row").implode()),
            pl.col("credit_code").is_not_null(),
        )
        everything = "\n".join(self.path.read_text().splitlines())
        for name in flawless.get_column("subject_name"):
            for start in range(len(name) - 1):
                pair = name[start : start + 2]
                if everything.count(pair) == name.count(pair) == 1:
                    return pair, name
        raise AssertionError("no company of the file has two characters of its own")


class Town:
    """A site with a web server on a free port of this machine."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._port = _free_port()
        self._worker: subprocess.Popen[bytes] | None = None
        people = [
            (clerk.unit, name, role)
            for clerk in CLERKS
            for name, role in (
                (clerk.name, "enterer"),
                (clerk.reviewer, "reviewer"),
            )
        ]
        people.append((HUAN.unit, NEWCOMER, "reviewer"))
        site.do(_CITY.format(people=people, password=PASSWORD, secret=SECRET))
        site.start("serve", "--port", str(self._port), "--workers", "1")
        site.wait_for(self._answers)

    @property
    def address(self) -> str:
        """Where the system is reached."""
        return f"http://127.0.0.1:{self._port}"

    def begin_work(self) -> None:
        """Have a worker, starting one where there is none."""
        self._worker = self._worker or self.site.start("worker")

    def rest(self) -> None:
        """Stop the worker after what it has in hand."""
        if self._worker is not None:
            self.site.stop(self._worker)
            self._worker = None

    def sample(self, folder: Path, clerk: Clerk, *, rows: int, errors: float) -> Sheet:
        """Return a file of the clerk's unit, of today, with known faults."""
        folder.mkdir(exist_ok=True)
        path = folder / f"{clerk.unit}.csv"
        options = ("--kind", "licence", "--unit", clerk.unit_name)
        share = ("--errors", str(errors), "--seed", "11", "--natural-share", "0")
        self.site.run("sample", str(rows), *options, *share, "--out", str(path))
        planted = path.with_suffix(".faults.csv")
        faults = pl.read_csv(planted, schema={"row": pl.UInt32, "code": pl.String})
        return Sheet(path=path, faults=faults)

    def batches_of(self, clerk: Clerk) -> list[object]:
        """Return the states of the clerk's batches."""
        batches = self.site.fetch("SELECT received_by, state FROM intake_batch")
        return [state for name, state in batches if name == clerk.name]

    def changes_of(self, clerk: Clerk) -> tuple[int, int]:
        """Count the changes of the clerk's unit in the feed, and their records."""
        changes = self.site.fetch(
            "SELECT u.code, c.record_id FROM publication_change c"
            " JOIN records_record r ON r.id = c.record_id"
            " JOIN accounts_unit u ON u.id = r.unit_id"
        )
        records = [record for code, record in changes if code == clerk.unit]
        return len(records), len(set(records))

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1):
                pass
        except OSError:
            return False
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False  # it listens, and is too busy yet
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
