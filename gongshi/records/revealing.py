"""Shows what is masked, to those who may, for a reason, and never without a trace."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.access import Reader, visible
from gongshi.accounts.permissions import Permission
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.records.models import Record
from gongshi.records.queries import withheld_values


class RevealReason(models.TextChoices):
    """For what an unmasked identity number is needed."""

    COMPARE = "compare", _("Compare what was entered with the decision")
    OBJECTION = "objection", _("Deal with an objection of the person")
    CORRECTION = "correction", _("Correct the record")
    ENQUIRY = "enquiry", _("Answer an enquiry made under the law")
    OTHER = "other", _("Another reason")


def record_to_reveal(user: Reader, record_id: UUID) -> Record:
    """Return a record whose masked values the user may ask for.

    Raises:
        Http404: it does not exist, or the user may not know of it.
    """
    records = Record.objects.settled().select_related("unit")
    found = visible(records, user, Permission.RECORD_REVEAL).filter(pk=record_id)
    record = found.first()
    if record is None:
        raise Http404
    return record


@transaction.atomic(durable=True)
def reveal(
    record: Record, *, kind: RevealReason, reason: str, by: Actor, at: datetime
) -> Mapping[str, str]:
    """Return the record's unmasked values by field name; the event is kept first.

    The event names the fields, never a value. It is committed before the caller has
    anything to show.

    Raises:
        CannotUnseal: the values are damaged or their key is gone; nothing is kept.
    """
    values = withheld_values(record)
    record_event(
        at=at,
        by=by,
        action="records.reveal",
        target=Target(kind="record", key=str(record.pk)),
        details={"kind": kind.value, "fields": sorted(values)},
        reason=reason,
    )
    return values
