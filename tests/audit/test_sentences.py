"""Every action that the code records has a sentence, and no sentence is left over."""

import re
from pathlib import Path

from django.conf import settings

from gongshi.audit.sentences import GROUPS, SENTENCES

_ACTION = re.compile(rf'"((?:{"|".join(GROUPS)})\.[a-z_]+)"')
_OF_CATALOGUE = re.compile(r'\b_record\(\s*"([a-z_]+)"')
_TABLES = {"permissions.py", "sentences.py"}  # of other things, and the one tested


def recorded() -> set[str]:
    """Return the actions that the code names."""
    found = set()
    for name in GROUPS:
        for path in (Path(settings.BASE_DIR) / "gongshi" / name).rglob("*.py"):
            if path.name in _TABLES or "migrations" in path.parts:
                continue
            source = path.read_text()
            found |= set(_ACTION.findall(source))
            if name == "catalogue":
                found |= {f"catalogue.{a}" for a in _OF_CATALOGUE.findall(source)}
    return found


def test_every_recorded_action_has_its_sentence() -> None:
    actions = recorded()

    assert len(actions) > 20
    assert sorted(actions - set(SENTENCES)) == []


def test_no_sentence_is_left_over() -> None:
    assert sorted(set(SENTENCES) - recorded()) == []
