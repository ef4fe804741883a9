"""The operations of the public interface, version 1."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Status
from ninja.errors import ValidationError
from ninja.params.functions import Path

from gongshi.domain.messages import noop
from gongshi.portal import directory, finding, subjects
from gongshi.portal.api import reading
from gongshi.portal.api.schemas import (
    Catalogue,
    CatalogueFilters,
    Changes,
    ChangesFilters,
    Cursor,
    Filters,
    Gone,
    Problem,
    Record,
    Records,
    Subject,
    Unit,
    Units,
)
from gongshi.portal.changes import entries_after
from gongshi.portal.models import PublishedRecord, Tombstone
from gongshi.portal.queries import CannotRead, feed_head, find_record, is_displayed
from gongshi.portal.refusing import sentence

_DESCRIPTION = """\
All that the public register shows of legal persons, for programs. Reading only, no key.

Each address may ask so often in a minute; then the answer is 429 and `Retry-After` says
when to ask again. Answers carry an `ETag` that changes with the register: send it back
as `If-None-Match` and get 304 while nothing has changed. Pages of all sites may read it.
Natural persons' records are not in it. For everything at once take the bulk sets at
`/open/`, and follow the changes from there.
"""
_RecordId = Annotated[
    UUID, Path(description=noop("The record's id, as in its permanent address."))
]
_CreditCode = Annotated[str, Path(description=noop("All 18 characters of the code."))]
_UnitCode = Annotated[str, Path(description=noop("Code of the unit."))]
_LONGEST_NAME, _MOST_NAMES = 40, 5  # of parameters that a refusal repeats
_BAD: Mapping[int | frozenset[int], Any] = {400: Problem, 429: Problem}
_NONE = {404: Problem, **_BAD}

api = NinjaAPI(
    title="双公示 Gongshi public register",
    version="1.0.0",
    description=_DESCRIPTION,
    urls_namespace="open-api",
    docs_url=None,
    openapi_extra={
        "info": {
            "license": {
                "name": "CC-BY-4.0",
                "url": "https://creativecommons.org/licenses/by/4.0/",
            }
        },
    },
)


@api.get(
    "/records",
    response={200: Records, **_BAD},
    operation_id="search",
    description=noop(
        "Records whose name, code, number or text holds q. Without q: those published in the last ten days, as all others are found by what they say only. The first page says how many there are."
    ),
)
def search(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """Find records.

    With `q`: all on display whose name, code, number or text holds it. Without: those
    published in the last ten days, as all others are found by what they say only.
    The first page says how many there are.
    """
    given = filters.model_dump(mode="json", by_alias=True, exclude_none=True)
    after, limit = given.pop("after"), given.pop("limit")
    query = finding.read_query(given, on=timezone.localdate())
    page = finding.find(query, after=after, size=limit)
    summary = reading.summariser(request)
    count = None if after else finding.count(query, first=page)
    return {
        "records": [summary(record) for record in page.records],
        "next": page.next,
        "count": count,
    }


@api.get(
    "/records/{record_id}",
    response={200: Record, 410: Gone, **_NONE},
    operation_id="record",
    description=noop(
        "One record as it was published; 410 says that it is no longer shown."
    ),
)
def record(request: HttpRequest, record_id: _RecordId) -> Any:  # noqa: ANN401 - a status and a body, or a body
    """Return one record as it was published; 410 says that it is no longer shown."""
    found = find_record(record_id)
    if isinstance(found, Tombstone) and found.is_named:
        body = {"code": found.operation, "message": found.reason, "at": found.at}
        return Status(410, body)
    if not isinstance(found, PublishedRecord) or found.is_natural_person:
        raise Http404
    if not is_displayed(found, timezone.localdate()):
        message = _("The display period of this record has ended")
        return Status(410, {"code": "display-ended", "message": message, "at": None})
    return reading.detail(found, reading.summariser(request))


@api.get(
    "/subjects/{credit_code}",
    response={200: Subject, **_NONE},
    operation_id="subject",
    description=noop(
        "All that is on display under one credit code, the latest decided first."
    ),
)
def subject(
    request: HttpRequest, credit_code: _CreditCode, cursor: Query[Cursor]
) -> dict[str, Any]:
    """Return all that is on display under one credit code, the latest decided first."""
    _require_text(credit_code)
    today = timezone.localdate()
    found = subjects.find_subject(credit_code.upper(), today)
    if found is None:
        raise Http404
    page = subjects.subject_records(found.credit_code, today, after=cursor.after)
    summary = reading.summariser(request)
    return {
        "credit_code": found.credit_code,
        "name": found.name,
        "other_names": found.other_names,
        "licences": found.licences,
        "penalties": found.penalties,
        "is_complete": found.is_complete,
        "records": [summary(record) for record in page.records],
        "next": page.next,
    }


@api.get(
    "/units",
    response={200: Units, **_BAD},
    operation_id="units",
    description=noop("All units that disclose."),
)
def units(request: HttpRequest) -> dict[str, Any]:
    """Return all units that disclose."""
    return {"units": [reading.unit_values(unit) for unit in reading.all_units()]}


@api.get(
    "/units/{code}",
    response={200: Unit, **_NONE},
    operation_id="unit",
    description=noop("One unit."),
)
def unit(request: HttpRequest, code: _UnitCode) -> dict[str, Any]:
    """Return one unit."""
    _require_text(code)
    found = directory.find_unit(code)
    if found is None:
        raise Http404
    return reading.unit_values(found)


@api.get(
    "/catalogue",
    response={200: Catalogue, **_BAD},
    operation_id="catalogue",
    description=noop("The catalogues in force: what each unit must disclose."),
)
def catalogue(request: HttpRequest, filters: Query[CatalogueFilters]) -> dict[str, Any]:
    """Return the catalogues in force: what each unit must disclose."""
    items, following = reading.items_page(
        unit=filters.unit,
        kind=filters.kind,
        after=filters.after,
        limit=filters.limit,
    )
    return {"items": items, "next": following}


@api.get(
    "/changes",
    response={200: Changes, **_BAD},
    operation_id="changes",
    description=noop(
        "The changes behind a number, in order; /changes.ndjson streams them."
    ),
)
def changes(request: HttpRequest, filters: Query[ChangesFilters]) -> dict[str, Any]:
    """Return the changes behind a number, in order; `/changes.ndjson` streams them."""
    head, today = feed_head(), timezone.localdate()
    entries = entries_after(filters.since, limit=filters.limit, on=today)
    return {
        "changes": [reading.change_values(entry) for entry in entries],
        "head": {"sequence": head.sequence, "hash": head.hash},
    }


@api.exception_handler(CannotRead)
def _refused(request: HttpRequest, error: CannotRead) -> HttpResponse:
    return _problem(request, 400, error.code, sentence(error.code))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    names = [str(each["loc"][-1]) for each in error.errors]
    message = _("Look at the documentation for what these may be: %(names)s.")
    return _problem(request, 400, "invalid", message % {"names": ", ".join(names)})


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return _problem(request, 404, "not-found", _("There is nothing at this address"))


def refusal_of_unknown(request: HttpRequest, operation: str) -> HttpResponse | None:
    """Refuse a request with parameters that the operation does not have.

    A misspelt filter must not be answered with what it was to leave out.
    """
    known = _parameters().get(operation)
    unknown = [] if known is None else sorted(set(request.GET) - known)
    if not unknown:
        return None
    names = ", ".join(name[:_LONGEST_NAME] for name in unknown[:_MOST_NAMES])
    message = _("There is no such parameter: %(names)s. Correct or remove it.")
    return _problem(request, 400, "unknown-parameter", message % {"names": names})


@cache
def _parameters() -> dict[str, frozenset[str]]:
    """Return the parameters behind the question mark of each operation."""
    return {
        each["get"]["operationId"]: frozenset(
            parameter["name"]
            for parameter in each["get"]["parameters"]
            if parameter["in"] == "query"
        )
        for each in document()["paths"].values()
    }


def _problem(
    request: HttpRequest, status: int, code: str, message: str
) -> HttpResponse:
    body = {"code": code, "message": message}
    return api.create_response(request, body, status=status)


def _require_text(text: str) -> None:
    if "\x00" in text:
        raise Http404


def document() -> dict[str, Any]:
    """Return the OpenAPI document, in English."""
    with translation.override("en"):
        return dict(api.get_openapi_schema())
