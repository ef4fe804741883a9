"""Reads drafts: everybody sees their own, nobody another's."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from gongshi.accounts.access import Reader
from gongshi.accounts.models import User
from gongshi.intake.models import Draft


def drafts_of(user: Reader) -> QuerySet[Draft]:
    """Return the person's drafts, the one saved last first."""
    drafts = Draft.objects.select_related("unit").order_by("-saved_at", "id")
    return drafts.filter(owner=user) if isinstance(user, User) else drafts.none()


def get_draft(user: Reader, draft_id: UUID) -> Draft:
    """Return one of the person's drafts.

    Raises:
        Http404: it does not exist, or is another's.
    """
    draft = drafts_of(user).filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    return draft
