"""The step that keeps the public's list of units and catalogues true, within seconds."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from gongshi.audit.actors import WORKER
from gongshi.audit.models import Event, EventHead
from gongshi.publication.units import publish_changed_units

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_CONCERN_UNITS = Q(action__startswith="accounts.") | Q(action__startswith="catalogue.")


class UnitStep:
    """Publishes units again when something was written about units or catalogues.

    The audit trail says whether it was, so that a round without news costs one or
    two small queries; a new day is looked at too, as catalogues come into force.
    """

    def __init__(self) -> None:
        self._looked_on: date | None = None
        self._looked_at = 0

    def run(self, at: datetime) -> int:
        """Look once; return how many units were published."""
        on = at.astimezone(_SHANGHAI).date()
        head = _last_event()  # before looking: what is written meanwhile comes next
        if on == self._looked_on and not self._has_news(head):
            self._looked_at = head
            return 0
        published = publish_changed_units(by=WORKER, at=at)
        self._looked_on, self._looked_at = on, head
        return published

    def _has_news(self, head: int) -> bool:
        if head == self._looked_at:
            return False
        later = Event.objects.filter(sequence__gt=self._looked_at, sequence__lte=head)
        return later.filter(_CONCERN_UNITS).exists()


def _last_event() -> int:
    return EventHead.objects.values_list("sequence", flat=True).first() or 0
