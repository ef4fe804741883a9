"""The rules: what a record must be, each rule one object in one registry."""

from gongshi.domain.rules.base import Context, Example, FileExample, Outcome, Rule
from gongshi.domain.rules.engine import Checked, Checker
from gongshi.domain.rules.registry import BY_CODE, RULES, TO_CONFIRM

__all__ = [
    "BY_CODE",
    "RULES",
    "TO_CONFIRM",
    "Checked",
    "Checker",
    "Context",
    "Example",
    "FileExample",
    "Outcome",
    "Rule",
]
