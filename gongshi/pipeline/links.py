"""The step that has units' sites looked at, where the operator wants it."""

from datetime import datetime

from django.conf import settings

from gongshi.catalogue.sites import claim_due_sites
from gongshi.catalogue.tasks import check_site


def queue_site_checks(at: datetime) -> int:
    """Queue a check of each site that is due; return how many.

    As tasks of their own: a site that takes its time must not hold up the watch.
    """
    if not settings.LINK_CHECK:
        return 0
    codes = claim_due_sites(at)
    for code in codes:
        check_site.enqueue(code)
    return len(codes)
