"""What the office's frame shows a reader: the ways that their roles allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.access import Reader, can, roles_of
from gongshi.accounts.permissions import Permission
from gongshi.pipeline.help import ROLE_PAGES


@dataclass(frozen=True, kw_only=True)
class Way:
    """One entry of the menu; `help` names the page below /help/ that explains it.

    Its place holds the addresses below its own (none, if `is_alone`) and below those
    of `beside`.
    """

    view: str
    name: str | Promise
    icon: str
    permission: Permission
    help: str = ""
    beside: str = ""
    is_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """Entries that belong together, under a heading."""

    name: str | Promise
    ways: Sequence[Way]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A way as this reader sees it on this page."""

    way: Way
    address: str
    is_current: bool


MENU: Sequence[Group] = (
    Group(
        name=_("Daily work"),
        ways=(
            Way(
                view="review:todo",
                name=_("To do"),
                icon="inbox",
                permission=Permission.UNIT_READ,
                is_alone=True,  # its address begins all others
            ),
            Way(
                view="review:records",
                name=_("Records"),
                icon="card-list",
                permission=Permission.RECORD_READ,
                help="correct-and-withdraw",
            ),
            Way(
                view="validation:enter",
                name=_("Enter a record"),
                icon="pencil-square",
                permission=Permission.RECORD_ENTER,
                help="enterer",
                beside="validation:drafts",
            ),
            Way(
                view="validation:upload",
                name=_("Upload"),
                icon="upload",
                permission=Permission.RECORD_ENTER,
                help="batches",
            ),
            Way(
                view="validation:batches",
                name=_("Batches"),
                icon="list-check",
                permission=Permission.RECORD_READ,
                help="batches",
            ),
        ),
    ),
    Group(
        name=_("Catalogue"),
        ways=(
            Way(
                view="catalogue:catalogues",
                name=_("Disclosure catalogue"),
                icon="journal-text",
                permission=Permission.CATALOGUE_READ,
                help="catalogue",
            ),
            Way(
                view="assessment:coverage",
                name=_("Coverage and nil reports"),
                icon="clipboard-check",
                permission=Permission.CATALOGUE_READ,
                help="catalogue",
            ),
        ),
    ),
    Group(
        name=_("Administration"),
        ways=(
            Way(
                view="accounts:units",
                name=_("Units"),
                icon="diagram-3",
                permission=Permission.UNIT_READ,
                help="unit-admin",
            ),
            Way(
                view="accounts:people",
                name=_("People and roles"),
                icon="people",
                permission=Permission.PEOPLE_MANAGE,
                help="unit-admin",
            ),
            Way(
                view="office-api:tokens",
                name=_("Tokens"),
                icon="key",
                permission=Permission.TOKEN_MANAGE,
                help="api",
            ),
            Way(
                view="audit:events",
                name=_("Audit trail"),
                icon="shield-check",
                permission=Permission.AUDIT_READ,
                help="auditor",
            ),
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class ShownGroup:
    """A group of the menu with the links that this reader has."""

    name: str | Promise
    links: Sequence[Link]


def menu_for(user: Reader, path: str) -> Sequence[ShownGroup]:
    """Return the groups in which the reader may go anywhere; marks where they are."""
    current = _current(path)
    shown = [
        ShownGroup(
            name=group.name,
            links=[
                Link(way=way, address=address, is_current=way == current)
                for way, address in _reachable(group.ways)
                if can(user, way.permission)
            ],
        )
        for group in MENU
    ]
    return [group for group in shown if group.links]


def help_topic(user: Reader, path: str) -> str:
    """Return the help page on what is done at this address, else the role's own."""
    current = _current(path)
    if current and current.help:
        return current.help
    roles = roles_of(user)
    return ROLE_PAGES[roles[0]] if roles else ""


def _current(path: str) -> Way | None:
    """Return the way whose address begins this one with the most letters."""
    found: tuple[int, Way | None] = (0, None)
    for group in MENU:
        for way, address in _reachable(group.ways):
            if _holds(way, address, path) and len(address) > found[0]:
                found = len(address), way
    return found[1]


def _holds(way: Way, address: str, path: str) -> bool:
    if way.is_alone:
        return path == address
    beside = _address(way.beside) if way.beside else ""
    return path.startswith(address) or bool(beside and path.startswith(beside))


def _reachable(ways: Sequence[Way]) -> list[tuple[Way, str]]:
    return [(way, address) for way in ways if (address := _address(way.view))]


@cache
def _address(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
