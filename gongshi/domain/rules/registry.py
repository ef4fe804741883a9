"""Lists every rule, in the order in which the documentation shows them."""

from functools import cache

from gongshi.domain.rules.base import Check, Context, Rule
from gongshi.domain.rules.date_rules import DATE_RULES
from gongshi.domain.rules.field_rules import FIELD_RULES
from gongshi.domain.rules.file_rules import FILE_RULES
from gongshi.domain.rules.history_rules import HISTORY_RULES
from gongshi.domain.rules.identifier_rules import IDENTIFIER_RULES
from gongshi.domain.rules.penalty_rules import PENALTY_RULES
from gongshi.domain.rules.privacy_rules import PRIVACY_RULES
from gongshi.domain.rules.subject_rules import SUBJECT_RULES

RULES: tuple[Rule, ...] = (
    *FILE_RULES,
    *FIELD_RULES,
    *IDENTIFIER_RULES,
    *SUBJECT_RULES,
    *DATE_RULES,
    *PENALTY_RULES,
    *HISTORY_RULES,
    *PRIVACY_RULES,
)
BY_CODE = {rule.code: rule for rule in RULES}
TO_CONFIRM = frozenset(rule.code for rule in RULES if rule.needs_confirmation)


@cache
def plan(context: Context) -> tuple[tuple[Rule, Check], ...]:
    """Return every check of every rule that the context's form calls for."""
    return tuple((rule, check) for rule in RULES for check in rule.checks(context))
