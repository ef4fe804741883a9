"""Reads tokens: those of the units whose tokens somebody manages."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from gongshi.accounts.access import Reader, visible
from gongshi.accounts.permissions import Permission
from gongshi.intake.models import ApiToken


def tokens_for(user: Reader) -> QuerySet[ApiToken]:
    """Return the tokens that the person manages, newest first."""
    tokens = ApiToken.objects.select_related("unit")
    return visible(tokens, user, Permission.TOKEN_MANAGE).order_by("-made_at", "id")


def get_token(user: Reader, token_id: UUID) -> ApiToken:
    """Return one token that the person manages.

    Raises:
        Http404: it does not exist, or is not theirs to manage.
    """
    token = tokens_for(user).filter(pk=token_id).first()
    if token is None:
        raise Http404
    return token
