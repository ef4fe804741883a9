"""What was published lately as Atom and JSON feeds, to be followed by readers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from gongshi.portal.directory import find_unit
from gongshi.portal.models import Kind, PublishedRecord
from gongshi.portal.places import is_listed_region, region_name
from gongshi.portal.queries import FeedHead, Listing, rolling_list
from gongshi.portal.subjects import find_subject, subject_records

_SIZE = 50
ATOM, JSON = "atom", "json"


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What a feed tells: its title, the page that shows the same, the records."""

    title: str
    page: str
    records: Sequence[PublishedRecord]


def everything(on: date) -> Feed:
    """Return what was published in the last ten days."""
    return Feed(title=_("Newly published"), page="/lists/", records=_listed(on, None))


def of_kind(kind: str, on: date) -> Feed:
    """Return the licences or the penalties among it."""
    if kind not in Kind.values:
        raise Http404("No such kind.")
    records = _listed(on, Listing(kind=kind))
    return Feed(title=str(Kind(kind).label), page=f"/kinds/{kind}/", records=records)


def of_region(code: str, on: date) -> Feed:
    """Return what is of one region."""
    if not is_listed_region(code):
        raise Http404("No such region.")
    records = _listed(on, Listing(region_code=code))
    return Feed(title=region_name(code), page=f"/regions/{code}/", records=records)


def of_unit(code: str, on: date) -> Feed:
    """Return what one unit published."""
    unit = find_unit(code)
    if unit is None:
        raise Http404("No such unit.")
    records = _listed(on, Listing(unit_code=code))
    return Feed(title=unit.name, page=f"/units/{code}/", records=records)


def of_subject(credit_code: str, on: date) -> Feed:
    """Return what is on display of one subject, the latest decided first."""
    subject = find_subject(credit_code, on)
    if subject is None:
        raise Http404("Nothing is on display of this subject.")
    records = subject_records(credit_code, on).records
    page = f"/subjects/{credit_code}/"
    return Feed(title=subject.name, page=page, records=records)


# What may be followed by itself, and how its feed is found.
SCOPES: Mapping[str, Callable[[str, date], Feed]] = {
    "kind": of_kind,
    "region": of_region,
    "unit": of_unit,
    "subject": of_subject,
}


def atom(feed: Feed, *, site: str, address: str, head: FeedHead) -> str:
    """Return the feed in Atom."""
    written = Atom1Feed(
        title=_full_title(feed),
        link=site + feed.page,
        description="",
        feed_url=address,
        feed_guid=address,
        language="zh-CN",
    )
    for record in feed.records:
        written.add_item(
            title=_item_title(record),
            link=_address(record, site),
            description=_text(record),
            unique_id=f"urn:uuid:{record.record_id}",
            pubdate=None,
            updateddate=record.updated_at,
            author_name=record.authority,
            categories=[str(Kind(record.kind).label)],
        )
    text: str = written.writeString("utf-8")
    return text


def json_feed(feed: Feed, *, site: str, address: str, head: FeedHead) -> dict[str, Any]:
    """Return the feed as JSON Feed 1.1; `_gongshi` says of which change it is."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _full_title(feed),
        "home_page_url": site + feed.page,
        "feed_url": address,
        "language": "zh-CN",
        "_gongshi": {"change": head.sequence, "hash": head.hash},
        "items": [
            {
                "id": f"urn:uuid:{record.record_id}",
                "url": _address(record, site),
                "title": _item_title(record),
                "content_text": _text(record),
                "date_modified": record.updated_at.isoformat(),
                "authors": [{"name": record.authority}],
                "tags": [str(Kind(record.kind).label)],
            }
            for record in feed.records
        ],
    }


def _listed(on: date, listing: Listing | None) -> Sequence[PublishedRecord]:
    return rolling_list(on, listing or Listing(), size=_SIZE).records


def _full_title(feed: Feed) -> str:
    return f"{feed.title} · {_('Gongshi public register')}"


def _item_title(record: PublishedRecord) -> str:
    return f"{Kind(record.kind).label}：{record.subject_name} · {record.title}"


def _text(record: PublishedRecord) -> str:
    return f"{record.decision_number} · {record.authority} · {record.decision_date}"


def _address(record: PublishedRecord, site: str) -> str:
    return f"{site}/records/{record.record_id}/"
