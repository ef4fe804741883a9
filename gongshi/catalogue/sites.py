"""Which units' sites are due for a look, and what was found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from gongshi.accounts.models import Unit
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import WORKER
from gongshi.catalogue.link_check import Checker, Outcome
from gongshi.catalogue.models import SiteCheck

EVERY = timedelta(days=1)
_AT_ONCE = 20


@transaction.atomic
def claim_due_sites(at: datetime) -> Sequence[str]:
    """Return the codes of some units whose site is due, each to one caller only.

    A site is due when it was not looked at for a day, or its address is another.
    """
    _add_new_sites(at)
    other = ~Q(address=F("unit__site_address"))
    due = SiteCheck.objects.filter(Q(due_at__lte=at) | other)
    due = due.exclude(unit__site_address="").select_related("unit")
    claimed = []
    for check in due.order_by("due_at", "pk")[:_AT_ONCE]:
        mine = SiteCheck.objects.filter(
            pk=check.pk, due_at=check.due_at, address=check.address
        ).update(due_at=at + EVERY, address=check.unit.site_address)
        if mine:
            claimed.append(check.unit.code)
    return claimed


def check_site(code: str, *, at: datetime, checker: Checker) -> Outcome | None:
    """Fetch the unit's site and keep what was found, None where it has none."""
    unit = Unit.objects.exclude(site_address="").filter(code=code).first()
    if unit is None:
        return None
    outcome = checker.check(unit.site_address)
    _note(unit, outcome, at)
    return outcome


@transaction.atomic
def _note(unit: Unit, outcome: Outcome, at: datetime) -> None:
    before = SiteCheck.objects.filter(unit=unit).first()
    SiteCheck.objects.update_or_create(
        unit=unit,
        defaults={
            "address": unit.site_address,
            "state": outcome.state.value,
            "status": outcome.status,
            "checked_at": at,
            "due_at": at + EVERY,
        },
    )
    # Only a change is worth an event: most days nothing is new.
    if before is None or before.state != outcome.state:
        record_event(
            at=at,
            by=replace(WORKER, unit=unit.code),
            action="catalogue.check_site",
            target=Target(kind="unit", key=unit.code),
            details={"address": unit.site_address, "http_status": outcome.status},
            changes={"state": (before.state if before else None, outcome.state.value)},
        )


def _add_new_sites(at: datetime) -> None:
    unseen = Unit.objects.exclude(site_address="").filter(site_check__isnull=True)
    SiteCheck.objects.bulk_create(
        [SiteCheck(unit=unit, address=unit.site_address, due_at=at) for unit in unseen],
        ignore_conflicts=True,
    )
