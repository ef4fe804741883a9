"""Small rules of the repository that no linter knows, kept by machine."""

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from gongshi.domain.standards import forms
from gongshi.pipeline import documentation
from tests.repository import messages

BASE = Path(settings.BASE_DIR)
CATALOGUE = BASE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
READMES = ("README.md", "README.zh-CN.md")
MODULE_LINES = 400
FUNCTION_LINES = 60
FILE_BYTES = 1024 * 1024
# The lock file names where each package came from; that is its purpose.
LOCK = "uv.lock"
REGISTRIES = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|crates\.io"
    r"|ghcr\.io|docker\.io|quay\.io|artifactory|jfrog"
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w")


def _modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((BASE / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def _shown(path: Path) -> str:
    return path.relative_to(BASE).as_posix()


def _tracked() -> list[Path]:
    git = shutil.which("git")
    assert git is not None, "git is needed to list the tracked files"
    # A checkout that belongs to somebody else, as in a container, is still ours.
    command = [git, "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=BASE, capture_output=True, check=True)  # noqa: S603 - fixed arguments
    names = listed.stdout.decode().split("\0")
    return [BASE / name for name in names if name and (BASE / name).is_file()]


def _texts() -> Iterator[tuple[Path, str]]:
    for path in _tracked():
        content = path.read_bytes()
        # This module holds the names that it looks for.
        is_searched = path.name != LOCK and path != Path(__file__)
        if is_searched and b"\0" not in content:
            yield path, content.decode(errors="replace")


def _table_cells(page: str, *, column: int) -> list[str]:
    lines = (BASE / page).read_text().splitlines()
    return [line.split("|")[column] for line in lines if line.startswith("| ")]


def _code_in(texts: list[str]) -> list[str]:
    return [code for text in texts for code in re.findall(r"`([^`]+)`", text)]


def _folders(readme: str) -> list[str]:
    cells = _code_in(_table_cells(readme, column=1))
    return [cell for cell in cells if cell.endswith("/")]


def _commands() -> list[str]:
    paths = (BASE / "gongshi").glob("*/management/commands/*.py")
    return sorted(path.stem for path in paths if not path.stem.startswith("_"))


def test_module_keeps_to_its_budget_of_lines() -> None:
    modules = list(_modules("gongshi", "tests", "benchmarks"))

    long = [
        f"{_shown(path)}: {count}"
        for path in modules
        if (count := len(path.read_text().splitlines())) > MODULE_LINES
    ]

    assert len(modules) > 100
    assert long == []


def test_function_keeps_to_its_budget_of_lines() -> None:
    long = []

    for path in _modules("gongshi"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long.append(f"{_shown(path)} {node.name}: {lines}")

    assert long == []


def test_package_says_its_place_at_the_top_of_every_module() -> None:
    silent = [
        _shown(path)
        for path in _modules("gongshi")
        if path.read_text().strip()
        and ast.get_docstring(ast.parse(path.read_text())) is None
    ]

    assert silent == []


def test_operations_page_has_every_setting_and_no_other() -> None:
    sources = [BASE / "gongshi" / name for name in ("settings.py", "environment.py")]
    read = {
        name
        for source in sources
        for name in re.findall(r"\"(GONGSHI_[A-Z_]+)\"", source.read_text())
    }

    documented = _code_in(_table_cells("docs/operations.md", column=1))
    settings_table = [name for name in documented if name.startswith("GONGSHI_")]

    assert set(settings_table) == read


@pytest.mark.parametrize("command", _commands())
def test_command_is_named_for_its_users(command: str) -> None:
    pages = [(BASE / page).read_text() for page in ("README.md", "docs/operations.md")]

    assert any(re.search(rf"\bgongshi {command}\b", page) for page in pages)


def test_generated_pages_say_what_the_code_says() -> None:
    with translation.override("zh-hans"):
        outdated = documentation.outdated(BASE / "docs", translation.gettext)

    assert outdated == [], "run 'make fix'"


def test_catalogue_has_every_text_of_the_code() -> None:
    catalogue = messages.read_catalogue(CATALOGUE)

    assert messages.faults(BASE, catalogue) == []


def test_compiled_catalogue_is_current() -> None:
    catalogue = messages.read_catalogue(CATALOGUE)

    compiled = CATALOGUE.with_suffix(".mo").read_bytes()

    assert compiled == messages.compiled(catalogue), "run 'make fix'"


def test_glossary_names_every_field() -> None:
    names = {name for form in forms() for name in form.names}

    named = set(_code_in(_table_cells("docs/glossary.md", column=1)))

    assert names - named == set()


def test_glossary_names_every_official_code() -> None:
    codes = {field.code for form in forms() for field in form.fields}

    named = set(
        re.findall(r"`([A-Z][A-Z0-9_]+)`", (BASE / "docs/glossary.md").read_text())
    )

    assert codes - named == set()


def test_dependency_has_its_reason_behind_its_line() -> None:
    text = (BASE / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    groups = [
        project["project"]["dependencies"],
        *project["dependency-groups"].values(),
    ]

    without = [
        dependency
        for group in groups
        for dependency in group
        if not re.search(rf'^\s*"{re.escape(dependency)}",? *# \S', text, re.MULTILINE)
    ]

    assert without == []


def test_tracked_file_names_no_registry_and_no_machine() -> None:
    named = [
        f"{_shown(path)}: {found[0]}"
        for path, text in _texts()
        for pattern in (REGISTRIES, MACHINE_PATHS)
        if (found := pattern.search(text))
    ]

    assert named == []


def test_tracked_file_is_small() -> None:
    large = [
        _shown(path)
        for path in _tracked()
        if path.name != LOCK and path.stat().st_size > FILE_BYTES
    ]

    assert large == []


def test_vendored_folder_has_its_licence_and_its_version() -> None:
    vendor = BASE / "static" / "vendor"
    folders = sorted(path for path in vendor.iterdir() if path.is_dir())

    listed = _code_in(_table_cells("static/vendor/README.md", column=1))

    assert folders
    assert [path.name for path in folders if not (path / "LICENSE").is_file()] == []
    assert set(listed) == {f"{path.name}/" for path in folders}


@pytest.mark.parametrize("readme", READMES)
def test_readme_names_folders_that_exist(readme: str) -> None:
    folders = _folders(readme)

    assert folders
    assert [name for name in folders if not (BASE / name).is_dir()] == []


def test_readmes_name_the_same_folders() -> None:
    english, chinese = (_folders(readme) for readme in READMES)

    assert english == chinese


def test_readme_names_every_package() -> None:
    packages = {
        f"gongshi/{path.parent.name}/"
        for path in (BASE / "gongshi").glob("*/__init__.py")
    }

    assert packages - set(_folders("README.md")) == set()


def test_link_of_a_page_leads_somewhere() -> None:
    pages = [*BASE.glob("*.md"), *(BASE / "docs").rglob("*.md")]

    broken = [
        f"{_shown(page)}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / link).exists()
    ]

    assert broken == []


def test_decision_record_has_all_its_parts() -> None:
    records = sorted((BASE / "docs" / "adr").glob("*.md"))

    numbers = [int(path.name[:4]) for path in records]
    incomplete = [
        _shown(path)
        for path in records
        for part in (
            "- Date: ",
            "- Status: ",
            "## Context",
            "## Decision",
            "## Consequences",
        )
        if f"\n{part}" not in path.read_text()
    ]

    assert numbers == list(range(1, len(records) + 1))
    assert incomplete == []


def test_migration_is_named_for_what_it_does() -> None:
    migrations = (BASE / "gongshi").glob("*/migrations/[0-9]*.py")
    names = [path.stem for path in migrations]

    unnamed = [name for name in names if re.match(r"\d{4}_(auto_|initial$)", name)]

    assert names
    assert unnamed == []
