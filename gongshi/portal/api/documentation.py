"""The page that explains the interface, made from its OpenAPI document."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from gongshi.portal.api.operations import document
from gongshi.portal.pages import page as rendered
from gongshi.portal.pages import public_page

_REFERENCE = "#/components/schemas/"
_EXAMPLES: Mapping[str, str] = {
    "search": "/records?q=化工&kind=licence",
    "record": "/records/5f0c9c8e-0a57-5d5e-9f3e-3a1f4c1f2b10",
    "subject": "/subjects/91320703MA1TE5T0XR",
    "units": "/units",
    "unit": "/units/lyg-hbj",
    "catalogue": "/catalogue?unit=lyg-hbj",
    "changes": "/changes?since=0&limit=100",
}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    description: str
    values: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation as the page shows it."""

    name: str
    path: str
    summary: str
    description: str
    parameters: list[Parameter]
    call: str
    answer: str


@public_page
def page(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters and an example."""
    site = request.build_absolute_uri("/").rstrip("/")
    context = {"operations": list(operations(site)), "site": site}
    return rendered(request, "open/api.html", context)


def operations(site: str) -> Iterator[Operation]:
    """Yield the operations in the order of the document."""
    schema = document()
    for path, methods in schema["paths"].items():
        found = methods["get"]
        name = found["operationId"]
        base = path[: path.index("/v1") + 3]
        yield Operation(
            name=name,
            path=path,
            summary=found["summary"],
            description=_described(found["description"]),
            parameters=[_parameter(each) for each in found.get("parameters", [])],
            call=f"{site}{base}{_EXAMPLES[name]}",
            answer=_answer(schema, found),
        )


def _parameter(found: Mapping[str, Any]) -> Parameter:
    schema = found["schema"]
    choices = [value for value in schema.get("enum", []) if value]
    low, high = schema.get("minimum"), schema.get("maximum")
    values = ", ".join(choices) or (f"{low} – {high}" if high is not None else "")
    return Parameter(
        name=found["name"],
        description=_described(schema.get("description", "")),
        values=values,
    )


def _described(text: str) -> str:
    return gettext(text) if text else ""


def _answer(schema: Mapping[str, Any], operation: Mapping[str, Any]) -> str:
    content = operation["responses"][200]["content"]["application/json"]["schema"]
    name = content["$ref"].removeprefix(_REFERENCE)
    example = schema["components"]["schemas"][name]["example"]
    return json.dumps(example, ensure_ascii=False, indent=2)
