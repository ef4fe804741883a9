"""Walks the resolver: every address, with the view that answers it."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, kw_only=True)
class Address:
    """One pattern of the resolver; `name` is what `reverse` takes, else its route."""

    name: str
    route: str
    view: Callable[..., object]
    arguments: tuple[str, ...]

    @property
    def permission(self) -> str:
        """The permission that `requires` stamped on the view, or nothing."""
        view = self.view
        while isinstance(view, functools.partial):
            view = view.func
        return str(getattr(view, "permission", ""))

    @property
    def suggestion(self) -> str:
        """The line to add to ROUTES."""
        given = ", a_sample" if self.arguments else ""
        if not self.permission:
            return f'"{self.name}": public(),  # or signed_in(), token(…)'
        member = self.permission.upper().replace(".", "_")
        return f'"{self.name}": guarded(Permission.{member}{given}),'


def addresses() -> list[Address]:
    """Return every address of the whole system."""
    return list(_walk(get_resolver(settings.ROOT_URLCONF), "", ()))


def _walk(
    resolver: URLResolver, route: str, spaces: tuple[str, ...]
) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern, path, inner)
        elif isinstance(pattern, URLPattern):
            yield Address(
                name=":".join((*spaces, pattern.name)) if pattern.name else path,
                route=path,
                view=pattern.callback,
                arguments=tuple(pattern.pattern.regex.groupindex),
            )
