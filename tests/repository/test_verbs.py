"""Every verb of every `actions` module ends in an event of the audit trail."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

_PACKAGE = Path(settings.BASE_DIR) / "gongshi"

# Parts of a verb, or of no account to the trail; each with the reason.
_SILENT = {
    "accounts": {"told": "reads"},
    "intake": {
        "claim": "a worker's lease, which says nothing of the content",
        "save_progress": "a worker's lease and count",
        "move_waiting": "a count kept with the records that its callers move",
        "note_reason": "a count, part of confirm_warnings, which tells it",
        "finish_publishing": "part of publish_batch, which tells it",
        "reseal_drafts": "part of rotate_keys, which tells it",
        "draft_values": "what its owner typed, read by its owner",
    },
    "portal": {
        "apply_changes": "the public store holds copies of changes, which are told",
        "apply_prepared": "as apply_changes",
    },
    "records": {
        "land_rows": "unseen until finish_checking, which tells it",
        "land_identified": "unseen until finish_checking, which tells it",
        "settle_batch": "part of finish_checking",
        "discard_batch": "part of give_back and fail, which tell it",
        "mark_published": "part of publish_record and publish_batch",
        "take_over_unreviewed": "part of finish_checking",
        "keep_version": "part of correct",
        "replacement": "reads",
        "decide": "part of correct and refuse_correction",
    },
    "review": {
        "require_hold": "reads",
        "deferred": "reads",
        "private": "reads",
        "told": "reads",
        "is_kept_by_people": "reads",
        "join_waiting": "a count kept with the records that its callers move",
    },
    "publication": {"tombstone": "reads"},
    "validation": {
        "findings_of": "reads",
        "packed": "reads",
    },
}


@dataclass(frozen=True)
class Function:
    """A function of a module, by their names."""

    module: str
    name: str


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the dotted name and the syntax of every module of the package."""
    for path in sorted(_PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            parts = path.relative_to(_PACKAGE.parent).with_suffix("").parts
            yield ".".join(parts), ast.parse(path.read_text())


def calls_of_functions() -> dict[Function, set[Function]]:
    """Return what each function of the package calls of the package by name."""
    found: dict[Function, set[Function]] = {}
    for name, module in modules():
        known = _imported(module)
        own = [node for node in module.body if isinstance(node, ast.FunctionDef)]
        known |= {node.name: Function(name, node.name) for node in own}
        for node in own:
            named = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            called = {known[each] for each in named if each in known}
            found[Function(name, node.name)] = called | _attributes(node, module)
    return found


def _imported(module: ast.Module) -> dict[str, Function]:
    return {
        alias.asname or alias.name: Function(node.module, alias.name)
        for node in module.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def _attributes(node: ast.FunctionDef, module: ast.Module) -> set[Function]:
    """Return the functions named as attributes of an imported module."""
    places = {name: f"{f.module}.{f.name}" for name, f in _imported(module).items()}
    return {
        Function(places[inner.value.id], inner.attr)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute)
        and isinstance(inner.value, ast.Name)
        and inner.value.id in places
    }


_TRAIL = Function("gongshi.audit.actions", "record_event")


def verbs() -> Iterator[Function]:
    """Yield every public function of the modules of actions."""
    for name, module in modules():
        _, folder, *_, last = name.split(".") if name.count(".") > 1 else ("", "", "")
        if last.startswith("actions") and folder != "audit":
            for node in module.body:
                if isinstance(node, ast.FunctionDef) and node.name[0] != "_":
                    yield Function(name, node.name)


def reaches_the_trail(verb: Function, calls: Mapping[Function, set[Function]]) -> bool:
    """Whether the verb, or what it calls however deep, appends an event."""
    seen: set[Function] = set()
    wanted = {verb}
    while wanted - seen:
        function = (wanted - seen).pop()
        seen.add(function)
        wanted |= calls.get(function, set())
    return _TRAIL in wanted


def test_every_verb_appends_an_event() -> None:
    calls = calls_of_functions()
    found = list(verbs())

    silent = {
        (verb.module.split(".")[1], verb.name)
        for verb in found
        if not reaches_the_trail(verb, calls)
    }

    told = {(folder, verb) for folder, named in _SILENT.items() for verb in named}
    assert len(found) > 50
    assert sorted(silent - told) == [], "writes without an event, or no verb at all"
    assert sorted(told - silent) == [], "needs no excuse any more"
