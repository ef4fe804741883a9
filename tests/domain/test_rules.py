"""Every rule says of its own examples what they are there to show."""

import pytest

from gongshi.domain.messages import placeholders
from gongshi.domain.rules import RULES, Example, Outcome, Rule
from gongshi.domain.rules.base import Context
from gongshi.domain.rules.engine import Checker
from gongshi.domain.rules.examples import RECEIVED_ON, outcome, valid_row
from gongshi.domain.standards import Form, forms
from gongshi.domain.working_days import default_calendar
from tests.builders import frame_of

ROW_EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{index}")
    for rule in RULES
    for index, example in enumerate(rule.examples)
    if isinstance(example, Example)
]


@pytest.mark.parametrize(("rule", "example"), ROW_EXAMPLES)
def test_rule_says_of_its_example_what_it_shows(rule: Rule, example: Example) -> None:
    said, expected = outcome(rule, example)

    assert said is example.outcome
    assert example.expected in (None, expected)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_has_examples_of_all_three_outcomes(rule: Rule) -> None:
    assert {example.outcome for example in rule.examples} == set(Outcome)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_message_uses_known_placeholders_only(rule: Rule) -> None:
    assert set(placeholders(rule.message)) <= {"label", "value", "expected"}


def test_rule_codes_are_unique() -> None:
    codes = [rule.code for rule in RULES]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.key)
def test_valid_row_has_no_finding_in_any_form(form: Form) -> None:
    context = Context(form=form, received_on=RECEIVED_ON, calendar=default_calendar())

    checked = Checker().check(frame_of(form, [valid_row(form)]), context)

    assert checked.findings.rows() == []
    assert checked.rows.get_column("is_good").to_list() == [True]
