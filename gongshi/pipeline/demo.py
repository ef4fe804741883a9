"""Prepares the demo: stores, a sample city, people who may sign in."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from gongshi.accounts.actions import give_role, load_city
from gongshi.accounts.demo import CITY, DEMO_LOGINS, DemoLogin
from gongshi.accounts.models import Unit, User
from gongshi.accounts.units.actions import edit_unit
from gongshi.audit.actors import Actor
from gongshi.domain.sample.departments import authority_code
from gongshi.pipeline.sample_catalogues import put_catalogues_in_force
from gongshi.pipeline.sample_city import deliver, deliveries
from gongshi.pipeline.sample_life import live_on
from gongshi.pipeline.sample_work import leave_work
from gongshi.publication.units import publish_changed_units

RECORDS = 20_000
_DEMO = Actor(username="demo", role="system")


class CannotDemonstrate(Exception):
    """The demo has known passwords and runs in demo mode only."""

    code = "not-demo-mode"


def prepare(at: datetime, *, on_progress: Callable[[int, int], None]) -> None:
    """Make both stores, units, logins and the sample city; quick when they are there.

    An interrupted preparation goes on where it was.

    Raises:
        CannotDemonstrate: the system does not run in demo mode.
    """
    if not settings.DEMO:
        raise CannotDemonstrate
    call_command("migrate", verbosity=0)
    call_command("migrate", database="portal", verbosity=0)
    load_city(CITY, by=_DEMO, at=at)
    _lend_credit_codes(at)
    for login in DEMO_LOGINS:
        _ensure(login, at)
    put_catalogues_in_force(at)  # before the records, which are bound to their items
    publish_changed_units(by=_DEMO, at=at)
    _deliver_all(settings.DATA_DIR / "sample-city.json", at, on_progress)
    live_on(at)
    leave_work(at, calendar=settings.CALENDAR)


def _lend_credit_codes(at: datetime) -> None:
    """Give the units that people sign in for an invented code; real ones are unknown."""
    codes = {code for login in DEMO_LOGINS for code in login.units}
    for unit in Unit.objects.filter(code__in=codes, credit_code="").order_by("code"):
        code = authority_code(unit.region_code, unit.name)
        edit_unit(unit, {"credit_code": code}, by=_DEMO, at=at)


def _ensure(login: DemoLogin, at: datetime) -> None:
    units = list(Unit.objects.filter(code__in=login.units).order_by("code"))
    user, is_new = User.objects.get_or_create(
        username=login.username, defaults={"unit": units[0]}
    )
    if is_new:
        user.set_password(login.password)
        user.save()
    for unit in units:
        give_role(user, role=login.role, unit=unit, by=_DEMO, at=at)


@dataclass(frozen=True, kw_only=True)
class _Note:
    """The plan's day and how far it came, kept across an interruption."""

    until: datetime
    done: int = 0

    @classmethod
    def read(cls, path: Path, at: datetime) -> "_Note":
        if not path.exists():
            return cls(until=at)
        kept = json.loads(path.read_text())
        return cls(until=datetime.fromisoformat(kept["until"]), done=int(kept["done"]))

    def write(self, path: Path) -> None:
        kept = {"until": self.until.isoformat(), "done": self.done}
        path.write_text(json.dumps(kept))


def _deliver_all(
    path: Path, at: datetime, on_progress: Callable[[int, int], None]
) -> None:
    note = _Note.read(path, at)
    calendar = settings.CALENDAR
    planned = list(deliveries(RECORDS, until=note.until, calendar=calendar))
    for delivery in planned[note.done :]:
        unit = delivery.unit.code
        deliver(
            delivery,
            by=Actor(username="sample", role="enterer", unit=unit),
            reviewed_by=Actor(username="sample-sh", role="reviewer", unit=unit),
            calendar=calendar,
        )
        note = replace(note, done=delivery.number + 1)
        note.write(path)
        on_progress(note.done, len(planned))
