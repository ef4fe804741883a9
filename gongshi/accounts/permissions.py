"""Which role may do what: one matrix as data, in permissions.csv."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from gongshi.accounts.models import Role

_FILE = Path(__file__).parent / "permissions.csv"


class Permission(StrEnum):
    """One thing that a role may allow; its meaning stands in permissions.csv."""

    RECORD_READ = "record.read"
    RECORD_ENTER = "record.enter"
    RECORD_REVIEW = "record.review"
    RECORD_WITHDRAW = "record.withdraw"
    RECORD_HOLD = "record.hold"
    RECORD_MARK = "record.mark"
    RECORD_END = "record.end"
    RECORD_REVEAL = "record.reveal"
    CATALOGUE_READ = "catalogue.read"
    CATALOGUE_EDIT = "catalogue.edit"
    CATALOGUE_APPROVE = "catalogue.approve"
    NIL_REPORT_FILE = "nil_report.file"
    UNIT_READ = "unit.read"
    UNIT_EDIT = "unit.edit"
    UNIT_ARRANGE = "unit.arrange"
    PEOPLE_MANAGE = "people.manage"
    TOKEN_MANAGE = "token.manage"  # noqa: S105 - a permission, no secret
    AUDIT_READ = "audit.read"


# Who makes things public, takes them back, or gives rights signs in with a second
# factor: a password that was learnt or guessed must not be enough for these.
_NEED_SECOND_FACTOR = frozenset(
    {
        Permission.RECORD_REVIEW,
        Permission.RECORD_WITHDRAW,
        Permission.RECORD_HOLD,
        Permission.RECORD_MARK,
        Permission.RECORD_END,
        Permission.CATALOGUE_APPROVE,
        Permission.UNIT_EDIT,
        Permission.UNIT_ARRANGE,
        Permission.PEOPLE_MANAGE,
        Permission.TOKEN_MANAGE,
    }
)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One line of the matrix: a permission and the roles that have it."""

    permission: Permission
    roles: frozenset[Role]
    meaning: str


@cache
def matrix() -> Mapping[Permission, Grant]:
    """Return the whole matrix, in the order of its file."""
    with _FILE.open(encoding="utf-8") as lines:
        grants = [
            Grant(
                permission=Permission(line["permission"]),
                roles=frozenset(role for role in Role if line[role.value] == "x"),
                meaning=line["meaning"],
            )
            for line in csv.DictReader(lines)
        ]
    return {grant.permission: grant for grant in grants}


def roles_with(permission: Permission) -> frozenset[Role]:
    """Return the roles that have the permission."""
    return matrix()[permission].roles


_GIVEN: Mapping[Role, frozenset[Role]] = {
    Role.UNIT_ADMIN: frozenset({Role.ENTERER, Role.REVIEWER, Role.UNIT_ADMIN}),
    Role.SYSTEM_ADMIN: frozenset(Role),
}
"""Which roles a role lets one give and take, in its unit and below."""


def given_by(roles: Iterable[Role]) -> frozenset[Role]:
    """Return what somebody with these roles may give and take."""
    return frozenset().union(*(_GIVEN.get(role, frozenset()) for role in roles))


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Say whether one of the roles may do what needs a second factor."""
    return any(
        role in roles_with(permission)
        for role in roles
        for permission in _NEED_SECOND_FACTOR
    )


def describe() -> str:
    """Return the matrix as Markdown, for docs/permissions.md."""
    names = [role.value for role in Role]
    with_factor = [f"`{role.value}`" for role in Role if needs_second_factor([role])]
    lines = [
        "# Who may do what",
        "",
        "A role is given to a person in a unit, and holds for that unit and everything"
        " below it. Made from `gongshi/accounts/permissions.csv`; a test walks every"
        " address with every role and compares.",
        "",
        f"| permission | {' | '.join(names)} | meaning |",
        f"|---|{'---|' * len(names)}---|",
        *(
            f"| `{grant.permission}` |"
            + "".join(" ● |" if role in grant.roles else " |" for role in Role)
            + f" {grant.meaning} |"
            for grant in matrix().values()
        ),
        "",
        f"With a second factor only: {', '.join(with_factor)}.",
        "",
        "## Who gives which role",
        "",
        "In the own unit and below it. Nobody changes their own roles, and the last"
        " system administrator of the whole city stays. Whoever holds a role that a"
        " manager could not give gets no password from that manager either.",
        "",
        *(
            f"- `{giver}` gives and takes: "
            + ", ".join(f"`{role}`" for role in Role if role in _GIVEN[giver])
            for giver in _GIVEN
        ),
        "",
    ]
    return "\n".join(lines)
