"""The description of the office API: as OpenAPI 3.1, and as a plain page of ours."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_safe

from gongshi.domain.standards import forms
from gongshi.validation.api import MIB, api
from gongshi.validation.api_errors import MOST_ROWS, refusals
from gongshi.validation.editions import form_title

PREFIX = "api/v1/"
_READ_BY_PEOPLE = ("title", "summary", "description")


def description(language: str) -> Mapping[str, Any]:
    """Return the OpenAPI document in a language, with the limits that hold here."""
    document = _described(language)
    info = document["info"]
    return {
        **document,
        "info": {**info, "description": info["description"] % _limits()},
    }


@cache
def _described(language: str) -> Mapping[str, Any]:
    document: dict[str, Any] = json.loads(
        json.dumps(api.get_openapi_schema(path_prefix=PREFIX), default=str)
    )
    for operation in _operations(document):
        _name_refusals(operation)
    with override(language):
        _translate(document)
    return document


def _limits() -> Mapping[str, object]:
    return {
        "calls": settings.API_CALLS_PER_MINUTE,
        "megabytes": settings.API_LIMIT_BYTES // MIB,
        "rows": MOST_ROWS,
    }


def _translate(part: object) -> None:
    """Put what people read into the active language; examples stay as they are."""
    if isinstance(part, list):
        for each in part:
            _translate(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if isinstance(value, str) and name in _READ_BY_PEOPLE and value:
                part[name] = gettext(value)
            elif name != "examples":
                _translate(value)


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Give the description for programs."""
    return JsonResponse(
        description(get_language()), json_dumps_params={"ensure_ascii": False}
    )


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description to people; nothing is loaded from anywhere else."""
    context = {
        "operations": list(_shown(description(get_language()))),
        "refusals": refusals(),
        "forms": [{"title": form_title(f.key), "fields": f.fields} for f in forms()],
        "calls": settings.API_CALLS_PER_MINUTE,
        "megabytes": settings.API_LIMIT_BYTES // MIB,
        "most_rows": MOST_ROWS,
    }
    return render(request, "office/api_docs.html", context)


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def _name_refusals(operation: dict[str, Any]) -> None:
    """Tell which header comes with a call that was one too many, or unsigned."""
    responses = operation["responses"]
    integer, text = {"type": "integer"}, {"type": "string"}
    if "429" in responses:
        responses["429"]["headers"] = {"Retry-After": {"schema": integer}}
    if "401" in responses:
        responses["401"]["headers"] = {"WWW-Authenticate": {"schema": text}}


def _shown(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {})
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "description": operation.get("description", ""),
                "parameters": operation["parameters"],
                "request": _example(body, document),
                "answers": [
                    {"status": status, "example": _example(answer, document)}
                    for status, answer in operation["responses"].items()
                    if status.startswith("2")
                ],
            }


def _example(part: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """Return the first example of a body, written out."""
    schema = part.get("content", {}).get("application/json", {}).get("schema", {})
    schema = schema.get("anyOf", [schema])[0]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    examples = schema.get("examples", [])
    if not examples:
        return ""
    return json.dumps(examples[0], ensure_ascii=False, indent=2)
