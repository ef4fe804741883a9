"""Every action that the code records has a sentence, and no sentence is left over."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from gongshi.audit.sentences import GROUPS, SENTENCES, THINGS

_PACKAGE = Path(settings.BASE_DIR) / "gongshi"
_FOLDERS = sorted(path.name for path in _PACKAGE.iterdir() if path.is_dir())
_ACTION = re.compile(rf'"((?:{"|".join(_FOLDERS)})\.[a-z_]+)"')
_OF_CATALOGUE = re.compile(r'\b_record\(\s*"([a-z_]+)"')
_THING = re.compile(r'Target\(\s*kind="([a-z_]+)"')
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
