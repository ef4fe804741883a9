"""Keeps one address from asking so much that others wait: a clear 429 instead.

Counted in each web worker by itself, without a store: that of a portal apart cannot
be written. Each worker allows its share of the limit, so that all of them together
allow what the settings say; an address whose requests all reach one worker gets that
share only. A proxy in front may count for all machines (deploy/nginx.conf).
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from gongshi.addresses import address_of, network_of
from gongshi.portal.holding import leave_to_view
from gongshi.portal.pages import known_head

Clock = Callable[[], float]
_ADDRESSES = 50_000  # the least recent is forgotten beyond these
_SEARCH, _PERSON, _CALL = "search", "person", "call"
# By the name of the view, or by its namespace.
_LIMITED: Mapping[str, str] = {
    "portal:search": _SEARCH,
    "portal:subject": _SEARCH,
    "portal:person": _PERSON,
    "open:removed": _CALL,
    "open:changes": _CALL,
    "open:changes_stream": _CALL,
    "open:atom": _CALL,
    "open:json-feed": _CALL,
    **{
        f"open:{scope}-{form}": _CALL
        for scope in ("kind", "region", "unit", "subject")
        for form in ("atom", "json")
    },
    "open-api": _CALL,
}


@dataclass(kw_only=True, slots=True)
class _Bucket:
    tokens: float
    at: float


class Buckets:
    """So many requests a minute for each key, and no more than that at once."""

    def __init__(self, per_minute: float, *, clock: Clock = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._most = max(1.0, per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str) -> int:
        """Take one request; return 0, or after how many seconds to ask again."""
        now = self._clock()
        with self._lock:
            bucket = self._buckets.pop(key, None) or _Bucket(tokens=self._most, at=now)
            bucket.tokens = min(
                self._most, bucket.tokens + (now - bucket.at) * self._rate
            )
            bucket.at = now
            self._buckets[key] = bucket
            if len(self._buckets) > _ADDRESSES:
                self._buckets.popitem(last=False)
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0
            return math.ceil((1 - bucket.tokens) / self._rate)


class Throttle:
    """Answers 429 where an address has used up its requests of the minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._limits = {
            _SEARCH: Buckets(_share(settings.SEARCHES_PER_MINUTE)),
            _PERSON: Buckets(_share(settings.PERSON_SEARCHES_PER_MINUTE)),
            _CALL: Buckets(_share(settings.CALLS_PER_MINUTE)),
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; what it asks for is known in `process_view`."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Refuse the request where its address asked too often."""
        limit = _limit_of(request)
        if limit is None:
            return None
        leave_to_view(request)
        seconds = self._limits[limit].take(network_of(address_of(request)))
        return _refusal(request, limit, seconds) if seconds else None


def _share(per_minute: int) -> float:
    return max(1.0, per_minute / settings.WEB_WORKERS)


def _limit_of(request: HttpRequest) -> str | None:
    match = request.resolver_match
    if match is None:
        return None
    return _LIMITED.get(match.view_name) or _LIMITED.get(match.namespace)


def _refusal(request: HttpRequest, limit: str, seconds: int) -> HttpResponse:
    if limit == _CALL and "text/html" not in request.headers.get("Accept", ""):
        message = gettext("Too many requests. Ask again in %(seconds)s seconds.")
        response: HttpResponse = JsonResponse(
            {"code": "too-many-requests", "message": message % {"seconds": seconds}},
            status=429,
        )
    else:
        context = {"seconds": seconds, "feed_head": known_head()}
        response = render(request, "429.html", context, status=429)
        if request.headers.get("HX-Request") == "true":
            # htmx shows no refusals in a part of a page: let it load the whole one.
            response["HX-Redirect"] = request.get_full_path()
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
