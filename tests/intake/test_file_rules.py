"""Every rule about files says of its own small files what they are there to show."""

from pathlib import Path

import pytest

from gongshi.domain.findings import Severity
from gongshi.domain.rules import RULES, FileExample, Outcome, Rule
from gongshi.intake.reading import CannotRead, read

FILE_EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{example.outcome}")
    for rule in RULES
    for example in rule.examples
    if isinstance(example, FileExample)
]


def found_in(example: FileExample, folder: Path) -> set[tuple[str, str]]:
    """Return severity and code of everything that reading finds in the file."""
    path = folder / example.name
    path.write_bytes(example.content)
    reading = read(path, name=example.name)
    findings = [reading.problems]
    try:
        findings += [part.problems for part in reading.parts]
    except CannotRead as error:
        findings.append(error.finding)
    return {pair for each in findings for pair in each[["severity", "code"]].rows()}


@pytest.mark.parametrize(("rule", "example"), FILE_EXAMPLES)
def test_rule_about_files_says_of_its_example_what_it_shows(
    rule: Rule, example: FileExample, tmp_path: Path
) -> None:
    found = found_in(example, tmp_path)

    fails = (str(rule.severity), rule.code) in found
    errors = {code for severity, code in found if severity == Severity.ERROR}
    assert fails is (example.outcome is Outcome.FAILS)
    if example.outcome is Outcome.PASSES:
        assert not errors
    if example.outcome is Outcome.NOT_APPLICABLE:
        assert errors - {rule.code}  # another fault keeps the rule from its question
