"""Every action that the code records has a sentence, and no sentence is left over."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from gongshi.audit.sentences import GROUPS, NAMES, SENTENCES, STATES, THINGS
from gongshi.catalogue.items import NAMES as ITEM_NAMES
from gongshi.catalogue.models import VersionState
from gongshi.domain.lifecycle import State
from gongshi.domain.standards import forms
from gongshi.intake.models import BatchState
from gongshi.records.telling import LIFE

_PACKAGE = Path(settings.BASE_DIR) / "gongshi"
_FOLDERS = sorted(path.name for path in _PACKAGE.iterdir() if path.is_dir())
_ACTION = re.compile(rf'"((?:{"|".join(_FOLDERS)})\.[a-z_]+)"')
_OF_CATALOGUE = re.compile(r'\b_record\(\s*"([a-z_]+)"')
_THING = re.compile(r'Target\(\s*kind="([a-z_]+)"')
_TOLD = {"details", "changes"}
_TABLES = {"permissions.py", "sentences.py"}  # of other things, and the one tested


def sources() -> Iterator[tuple[str, str]]:
    """Yield the text of every module, with its package."""
    for name in _FOLDERS:
        for path in (_PACKAGE / name).rglob("*.py"):
            if path.name not in _TABLES and "migrations" not in path.parts:
                yield name, path.read_text()


def recorded() -> set[str]:
    """Return the actions that the code names."""
    found = set()
    for name, source in sources():
        found |= set(_ACTION.findall(source))
        if name == "catalogue":
            found |= {f"catalogue.{a}" for a in _OF_CATALOGUE.findall(source)}
    return found


def test_every_recorded_action_has_its_sentence() -> None:
    actions = recorded()

    assert len(actions) > 40
    assert sorted(actions - set(SENTENCES)) == []


def test_no_sentence_is_left_over() -> None:
    assert sorted(set(SENTENCES) - recorded()) == []


def test_every_action_belongs_to_a_named_group() -> None:
    assert {action.partition(".")[0] for action in SENTENCES} == set(GROUPS)


def test_every_thing_that_events_are_about_has_its_name() -> None:
    things = {thing for _, source in sources() for thing in _THING.findall(source)}

    assert len(things) > 6
    assert sorted(things - set(THINGS)) == []


def test_every_detail_and_every_change_has_its_name() -> None:
    names = {name for _, source in sources() for name in named_in(source)}

    assert len(names) > 40
    assert sorted(names - set(NAMES) - _field_names()) == []


def test_everything_that_is_told_of_a_life_or_an_item_has_its_name() -> None:
    assert sorted({*LIFE, *ITEM_NAMES} - set(NAMES)) == []


def test_no_word_of_ours_hides_the_official_label_of_a_field() -> None:
    assert sorted(set(NAMES) & _field_names()) == []


def test_every_state_of_a_thing_has_its_word() -> None:
    assert set(STATES["batch"]) == set(BatchState.values)
    assert set(STATES["catalogue"]) == set(VersionState.values)
    assert set(STATES["record"]) >= {str(state) for state in State}


def named_in(source: str) -> Iterator[str]:
    """Yield the keys of what a module hands to its events as details and changes."""
    if "record_event" not in source and "note(" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        for value in _told(node):
            for inner in ast.walk(value):
                if isinstance(inner, ast.Dict):
                    keys = [k for k in inner.keys if isinstance(k, ast.Constant)]
                    yield from (str(key.value) for key in keys)


def _told(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.keyword) and node.arg in _TOLD:
        return [node.value]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        return [node.value] if node.value and names & _TOLD else []
    return []


def _field_names() -> set[str]:
    return {field.name for form in forms() for field in form.fields}
