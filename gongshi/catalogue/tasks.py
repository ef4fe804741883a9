"""The background task that looks at a unit's site; harmless to repeat."""

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from gongshi.catalogue.link_check import Checker
from gongshi.catalogue.sites import check_site as look_at


@task()
def check_site(code: str) -> str:
    """Fetch the site of the unit with that code; says how it was found."""
    if not settings.LINK_CHECK:
        return ""
    outcome = look_at(code, at=timezone.now(), checker=Checker())
    return str(outcome.state) if outcome else ""
