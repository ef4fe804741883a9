"""What the public pages show in the journeys of readers, and their addresses."""

from gongshi.portal.syndication import SCOPES
from tests.portal.changes import record_id

PUBLISH = """
from datetime import timedelta
from django.utils import timezone
from django.conf import settings
from gongshi.domain.feed import Operation
from gongshi.domain.person_key import person_key
from gongshi.portal.actions import apply_changes
from tests.portal.changes import change, withdrawal
from tests.portal.told_units import told_unit
today = timezone.localdate()
days = {
    "published_on": today.isoformat(),
    "decision_date": today.isoformat(),
    "listed_until": (today + timedelta(days=9)).isoformat(),
    "display_until": None,
}
names = ["连云港花果山茶业有限公司", "连云港云台食品有限公司"]
changes = [
    change(n, subject_name=names[n % 2] if n < 3 else f"连云港第{n}贸易公司",
           kind="penalty" if n % 3 == 0 else "licence", **days)
    for n in range(1, 41)
]
changes.append(change(41, record=4, operation=Operation.MARK, **days,
                      disputed_on=today.isoformat(), corrected_on=today.isoformat()))
changes.append(withdrawal(42, record=5))
over = dict(days, display_until=(today - timedelta(days=1)).isoformat())
changes.append(change(43, **over))
key = person_key("欧阳山川", "连食药许〔2016〕1号", key=settings.PERSON_SEARCH_KEY)
changes.append(change(44, person="natural", credit_code=None, subject_name="欧阳**",
                      person_key=key,
                      **dict(days, listed_until=None)))
changes.append(told_unit(45, code="11320700014310258G"))
changes.append(told_unit(46, code="lyg-silent", name="连云港市档案局", items=[]))
changes += [change(n, subject_name=f"连云港第{n}贸易公司", **days) for n in range(47, 53)]
apply_changes(changes)
"""
PUBLISH_ONE = """
from django.utils import timezone
from gongshi.portal.actions import apply_changes
from tests.portal.changes import change
today = timezone.localdate().isoformat()
apply_changes([change(53, subject_name="连云港新浦园林有限公司", published_on=today,
                      decision_date=today, listed_until=today, display_until=None)])
"""
RECORD, MARKED, WITHDRAWN, OVER, PERSON = (
    f"/records/{record_id(n)}/" for n in (1, 4, 5, 43, 44)
)
PAGES = (
    "/",
    "/lists/",
    "/kinds/penalty/",
    "/regions/320700/",
    "/units/",
    "/units/11320700014310258G/",
    "/units/lyg-silent/",
    "/catalogue/",
    "/catalogue/11320700014310258G/",
    "/regions/320706/",
    "/items/JS320700SY-XK-0001/",
    "/subjects/91320700MA1MBGC09C/",
    "/search",
    "/subjects/91320703MA1TE5T0XR/",
    "/search?q=公司&kind=licence",
    "/search?q=没有这样的公司",
    "/search?kind=penalty",
    "/search?kind=no",
    "/search?q=a%00b",  # refused before any view is asked
    "/people/",
    "/statistics/",
    "/about/",
    "/withdrawals/",
    "/changes",
    "/changes?before=20",
    "/open/",
    "/open/api/",
    "/embed/units/11320700014310258G/",
    "/embed/units/11320700014310258G/?theme=dark&accent=red&type=large",
    RECORD,
    MARKED,
    WITHDRAWN,
    OVER,
    PERSON,
    "/nothing/",
)
# One page with each of the things that pages are made of.
MANY_SIDED = (
    *("/", "/search?q=公司&kind=licence", "/units/11320700014310258G/", "/people/"),
    *("/catalogue/11320700014310258G/", "/statistics/", "/withdrawals/", "/changes"),
    *("/open/", "/open/api/", MARKED, WITHDRAWN, "/search?kind=no"),
)
# Addresses of the public site that are no pages: probes, the API, feeds, files.
FOR_PROGRAMS = frozenset(
    {
        *("healthz", "readyz", "open:robots", "open:sitemaps", "open:sitemap"),
        *("open-api:openapi-json", "open-api:search", "open-api:record"),
        *("open-api:subject", "open-api:units", "open-api:unit"),
        *("open-api:catalogue", "open-api:changes"),
        *("open:changes_head", "open:changes_stream", "open:embed-data"),
        *("open:file", "open:removed", "open:atom", "open:json-feed"),
        *(f"open:{scope}-{form}" for scope in SCOPES for form in ("atom", "json")),
    }
)
