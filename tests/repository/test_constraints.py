"""Every constraint of our tables has a name, and a test that names it."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

_TESTS = Path(settings.BASE_DIR) / "tests"


def _constraints() -> set[str]:
    return {
        constraint.name
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("gongshi.")
        for constraint in model._meta.constraints
    }


def test_every_constraint_is_named_by_a_test() -> None:
    texts = [path.read_text("utf-8") for path in _TESTS.rglob("test_*.py")]
    words = {word for text in texts for word in re.findall(r"\w+", text)}

    constraints = _constraints()

    assert constraints
    assert sorted(constraints - words) == []
