"""The office API for departments' own systems, below /api/v1/.

Rows take the way of every row: received, checked by the same rules, landed. A
token hands in for its own unit only, and reads of that and the units below it; what
it enters somebody else reviews.
"""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from ninja import Header, NinjaAPI, Query, Status
from ninja.security import HttpBearer

from gongshi.accounts.models import Unit
from gongshi.accounts.requests import address_of
from gongshi.audit.actors import Actor
from gongshi.domain.messages import noop
from gongshi.domain.standards import form_by_key
from gongshi.intake.actions import Rows, receive_rows
from gongshi.intake.actions_tokens import CannotUse, use_token
from gongshi.intake.files import CannotReceive
from gongshi.intake.models import ApiToken, Batch, BatchSource, TokenScope
from gongshi.intake.reading import Document
from gongshi.records.models import Record
from gongshi.validation.actions import Hand, check_batch
from gongshi.validation.api_answers import batch_out, record_out, trial_out
from gongshi.validation.api_errors import Refused, WrongParts, answer_refusals
from gongshi.validation.api_schemas import (
    BatchIn,
    BatchOut,
    FormKey,
    RecordIn,
    RecordOut,
    RefusalOut,
    Row,
    TrialOut,
)
from gongshi.validation.dry_run import try_rows
from gongshi.validation.tasks import check_batch as check_later

MIB = 1024 * 1024
_REFUSALS = dict.fromkeys((400, 401, 403, 409, 411, 413, 422, 429), RefusalOut)
_READ_REFUSALS = dict.fromkeys((401, 404, 422, 429), RefusalOut)
Key = Annotated[
    str | None,
    Header(
        None,
        alias="Idempotency-Key",
        description=noop(
            "Of your own making, one for each hand-in: the same key brings the same"
            " receipt, however often the call is repeated."
        ),
    ),
]
DryRun = Annotated[
    bool,
    Query(default=False, description=noop("Check only; nothing is received or kept.")),
]


class Token(HttpBearer):
    """The unit's token, counted and limited."""

    openapi_description = noop("A token of your unit, made at /office/tokens/.")

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        """Return the token of the call.

        Raises:
            Refused: where the token, the size or the number of calls does not allow it.
        """
        limit = settings.API_LIMIT_BYTES
        length = request.META.get("CONTENT_LENGTH")
        if request.method == "POST" and not length:  # in chunks, or over HTTP/2
            raise Refused("length-missing")
        if int(length or 0) > limit:
            raise Refused("too-large", limit=limit // MIB)
        try:
            return use_token(token, address=address_of(request), at=timezone.now())
        except CannotUse as error:
            values = {"limit": settings.API_CALLS_PER_MINUTE, "wait": error.wait}
            raise Refused(error.code, **(values if error.wait else {})) from error


api = NinjaAPI(
    title=noop("Gongshi office API"),
    version="1",
    description=noop(
        "Hands in licence and penalty decisions of a unit and reads what became of"
        " them. Every answer that refuses has `code` and `message`; messages are in"
        " Chinese. A call has at most %(megabytes)s MB and a batch %(rows)s rows (413"
        " otherwise); a token makes at most %(calls)s calls a minute (429, with"
        " `Retry-After`)."
    ),
    auth=Token(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="office-api-v1",
)
answer_refusals(api)


@api.post(
    "/records",
    response={200: BatchOut | TrialOut, 201: BatchOut, **_REFUSALS},
    operation_id="hand_in_record",
    summary=noop("Hand in one record"),
    description=noop(
        "Checks one decision at once and lands it if no rule finds an error. It is a"
        " batch of one row. 201: received; `records` names the record, or `findings` say"
        " what to correct. 200: a dry run, or a key that was used before."
    ),
    tags=["records"],
)
def hand_in_record(
    request: HttpRequest, body: RecordIn, idempotency_key: Key, dry_run: DryRun
) -> Status[BatchOut | TrialOut]:
    """Check one decision at once and land it if no rule finds an error."""
    token = _submitting(request, "dry_run")
    document = _document(body.form, [body.record])
    if dry_run:
        return Status(200, trial_out(try_rows(document, unit=token.unit, at=_now())))
    rows = Rows(
        document=document,
        source=BatchSource.API,
        name="接口报送",
        key=_key(idempotency_key),
    )
    batch = _receive(rows, token, request)
    if batch.already_received:
        return Status(200, batch_out(batch))
    hand = Hand(
        worker=f"api-{uuid.uuid4().hex[:12]}", by=_by(token, request), clock=_now
    )
    if not check_batch(batch, hand):
        check_later.enqueue(str(batch.pk))
    batch.refresh_from_db()
    return Status(201, batch_out(batch))


@api.post(
    "/batches",
    response={200: BatchOut | TrialOut, 202: BatchOut, **_REFUSALS},
    operation_id="hand_in_batch",
    summary=noop("Hand in many records"),
    description=noop(
        "Receives many decisions; they are checked in the background. 202: received; ask"
        " for the batch until its `state` is no longer `received` or `checking`. 200: a"
        " dry run, or a key that was used before."
    ),
    tags=["batches"],
)
def hand_in_batch(
    request: HttpRequest, body: BatchIn, idempotency_key: Key, dry_run: DryRun
) -> Status[BatchOut | TrialOut]:
    """Receive many decisions; they are checked in the background."""
    token = _submitting(request, "dry_run")
    document = _document(body.form, body.rows)
    if dry_run:
        return Status(200, trial_out(try_rows(document, unit=token.unit, at=_now())))
    rows = Rows(
        document=document,
        source=BatchSource.API,
        name=body.name,
        key=_key(idempotency_key),
    )
    batch = _receive(rows, token, request)
    if batch.already_received:
        return Status(200, batch_out(batch))
    check_later.enqueue(str(batch.pk))
    return Status(202, batch_out(batch))


@api.get(
    "/batches/{uuid:batch_id}",
    response={200: BatchOut, **_READ_REFUSALS},
    operation_id="get_batch",
    summary=noop("How far a batch is, and what the check found"),
    description=noop(
        "A batch of the unit, or of one below it, with up to 1,000 findings, and its"
        " records."
    ),
    tags=["batches"],
)
def get_batch(
    request: HttpRequest,
    batch_id: UUID,
    skip: Annotated[
        int, Query(0, ge=0, le=10_000_000, description=noop("Findings to leave out."))
    ],
) -> BatchOut:
    """Return a batch of the unit, or of one below it, with its records."""
    batches = Batch.objects.select_related("file").filter(
        unit__in=_readable(request, "skip")
    )
    batch = batches.filter(pk=batch_id).first()
    if batch is None:
        raise Refused("not-found")
    return batch_out(batch, skip=skip)


@api.get(
    "/records/{uuid:record_id}",
    response={200: RecordOut, **_READ_REFUSALS},
    operation_id="get_record",
    summary=noop("One record as it stands"),
    description=noop(
        "A record of the unit, or of one below it, identity numbers masked."
    ),
    tags=["records"],
)
def get_record(request: HttpRequest, record_id: UUID) -> RecordOut:
    """Return a record of the unit, or of one below it, identity numbers masked."""
    records = Record.objects.settled().filter(unit__in=_readable(request))
    record = records.filter(pk=record_id).first()
    if record is None:
        raise Refused("not-found")
    return record_out(record)


def urls() -> list[URLPattern]:
    """Return the addresses; what is not among them is answered in the same form."""
    patterns = [
        path(
            str(each.pattern),
            _in_one_form(each.callback),
            name=f"office-api-{each.name.replace('_', '-')}",
        )
        for each in api.urls[0]
        if isinstance(each, URLPattern) and each.name and each.name != "api-root"
    ]
    nothing = re_path(r"^.*$", csrf_exempt(_nothing_here), name="office-api-nothing")
    return [*patterns, nothing]


def _in_one_form(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    @csrf_exempt
    def answering(
        request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        body = Refused("method-not-allowed").body()
        return JsonResponse(
            body, status=405, headers={"Allow": response.headers["Allow"]}
        )

    return answering


def _nothing_here(
    request: HttpRequest, *args: object, **kwargs: object
) -> HttpResponse:
    return JsonResponse(Refused("not-found").body(), status=404)


def _token(request: HttpRequest, *parameters: str) -> ApiToken:
    """Return the token of a call that has no parameters but these, each once.

    A misspelt `dry_run` must not hand the rows in, nor one that is taken back.
    """
    repeated = gettext("The parameter comes more than once. Send it once.")
    unknown = gettext("No such parameter. Correct its name or leave it out.")
    problems = {
        f"query.{name[:100]}": repeated if name in parameters else unknown
        for name, values in sorted(request.GET.lists())
        if name not in parameters or len(values) > 1
    }
    if problems:
        raise WrongParts(problems)
    token = getattr(request, "auth", None)
    assert isinstance(token, ApiToken)
    return token


def _readable(request: HttpRequest, *parameters: str) -> frozenset[int]:
    """Return the keys of the units of which the token reads: its own, and below."""
    found, level = set[int](), {_token(request, *parameters).unit.pk}
    while level:
        found |= level
        below = Unit.objects.filter(superior__in=level).values_list("pk", flat=True)
        level = set(below) - found
    return frozenset(found)


def _submitting(request: HttpRequest, *parameters: str) -> ApiToken:
    token = _token(request, *parameters)
    if token.scope != TokenScope.SUBMIT:
        raise Refused("scope-missing")
    return token


def _by(token: ApiToken, request: HttpRequest) -> Actor:
    unit: Unit = token.unit
    return Actor(
        username=token.username,
        role="token",
        unit=unit.code,
        address=address_of(request),
    )


def _now() -> datetime:
    return timezone.now()


def _document(key: FormKey, rows: Sequence[Row]) -> Document:
    return Document(form=form_by_key(key.value), rows=rows)


def _receive(rows: Rows, token: ApiToken, request: HttpRequest) -> Batch:
    try:
        return receive_rows(rows, unit=token.unit, by=_by(token, request), at=_now())
    except CannotReceive as error:
        if error.code == "no-name":
            problem = gettext("The name holds nothing that can be read. Give another.")
            raise WrongParts({"body.body.name": problem}) from error
        limit = settings.UPLOAD_LIMIT_BYTES // MIB
        values = {"limit": limit} if error.code == "too-large" else {}
        raise Refused(error.code, **values) from error


def _key(given: str | None) -> str:
    """Return the batch's key; forms and files have keys of another form."""
    return "api" + hashlib.sha256((given or uuid.uuid4().hex).encode()).hexdigest()[:61]
