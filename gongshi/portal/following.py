"""Which feed a page offers to its readers: of what it shows, or of everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One feed by its two addresses."""

    title: str
    atom: str
    json: str


def of_everything() -> Offer:
    """Return the feed of all that is newly published."""
    return Offer(
        title=_("Newly published"),
        atom=reverse("open:atom"),
        json=reverse("open:json-feed"),
    )


def of_one(scope: str, key: str, title: str) -> Offer:
    """Return the feed of one kind, region, unit or subject."""
    return Offer(
        title=title,
        atom=reverse(f"open:{scope}-atom", args=[key]),
        json=reverse(f"open:{scope}-json", args=[key]),
    )


def announced(context: Mapping[str, Any]) -> list[Offer]:
    """Return what a page names in its head: its own feed first, then everything's."""
    own, everything = context.get("feed"), of_everything()
    if isinstance(own, Offer) and own != everything:
        return [own, everything]
    return [everything]
