"""Writes the pages of docs/ that are made from the code."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from gongshi.accounts import permissions
from gongshi.domain import lifecycle
from gongshi.domain.messages import Translate
from gongshi.domain.rules import RULES, Example, FileExample, Rule

_MADE = "<!-- Made by `gongshi docs`; edit the code, not this page. -->\n\n"


def pages(translate: Translate) -> Mapping[str, str]:
    """Return each generated page's text by its path below docs/."""
    return {
        "rules.md": _MADE + _rules_page(translate),
        "lifecycle.md": _MADE + lifecycle.describe(),
        "permissions.md": _MADE + permissions.describe(),
    }


def outdated(folder: Path, translate: Translate) -> list[str]:
    """Return the generated pages that differ from what the code says."""
    return [
        name
        for name, text in pages(translate).items()
        if not (folder / name).exists() or (folder / name).read_text() != text
    ]


def write(folder: Path, translate: Translate) -> None:
    """Write all generated pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(translate).items():
        (folder / name).write_text(text)


def _rules_page(translate: Translate) -> str:
    head = (
        "# Rules\n\nEvery rule that a file, a form or a call is checked with. All rules run on all"
        " rows in one pass; a cell that cannot be read only switches off the rules that need it."
        " An *error* sends the row back, a *warning* and an *info* let it land. A warning *to"
        " confirm* is explained by somebody of the unit before the row can be approved.\n\n"
        "| code | severity | level | protects | demand | source |\n|---|---|---|---|---|---|\n"
    )
    lines = [
        f"| [`{r.code}`](#{r.code}) | {r.severity}{', to confirm' if r.needs_confirmation else ''} | {r.level} | {r.category} | {r.summary}"
        f" | {r.source} |\n"
        for r in RULES
    ]
    return (
        head
        + "".join(lines)
        + "\n"
        + "\n".join(_rule_section(r, translate) for r in RULES)
    )


def _rule_section(rule: Rule, translate: Translate) -> str:
    return (
        f"## {rule.code}\n\n{rule.summary} {translate(rule.summary)}\n\n"
        f"- {rule.message}\n- {translate(rule.message)}\n\n"
        "| example | outcome |\n|---|---|\n" + "".join(_examples(rule.examples)) + "\n"
    )


def _examples(examples: Iterable[Example | FileExample]) -> Iterable[str]:
    for example in examples:
        shown = _changes(example) if isinstance(example, Example) else _file(example)
        yield f"| {shown} | {example.outcome} |\n"


def _changes(example: Example) -> str:
    changes = [f"`{name}` = {_cell(text)}" for name, text in example.changes.items()]
    if example.before:
        changes.append(f"{len(example.before)} row before it")
    if example.held:
        changes.append(f"held: {example.held}")
    asked = f" (asked about `{example.field}`)" if example.field else ""
    return f"{example.form}: {', '.join(changes) or 'a valid row'}{asked}"


def _cell(text: str | None) -> str:
    return "empty" if text is None else f"`{text!r}`".replace("|", "\\|")


def _file(example: FileExample) -> str:
    if not example.content:
        return "no file"
    if example.content.startswith(b"PK"):
        return "a workbook"  # whose bytes tell nobody anything, and the time of day
    text = example.content.decode(errors="replace").splitlines()
    return f"{len(text)} lines, first: `{text[0][:60]}`".replace("|", "\\|")
