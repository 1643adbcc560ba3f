"""The rooms are those that ``[tool.importlinter]`` orders; here stands what import-linter does not look at."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS: set[str] = {*PROJECT["tool"]["importlinter"]["root_packages"]}
MOST_FILES = 25
"""Files that lie side by side in a folder before nobody finds one among them."""

MOST_LINES = 250
"""Lines of a file of a package: one idea, read in one go."""

LONGER = {
    "omnicapi/messages.py": "the types that travel between the services, each of which is a list of fields",
    "omnicapi/intake/pulling.py": "one stream of messages, from its opening to the answers for what it brought",
}
"""Files of more than :data:`MOST_LINES` lines that are one idea, and which."""


def imports(source: str, package: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield line, module and names of every import, inside functions and for type checkers only too.

    A relative one is resolved against ``package``.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: -node.level + 1 or None] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield node.lineno, module, [alias.name for alias in node.names]


def files_of(room: str) -> Iterator[tuple[str, str, str]]:
    """Yield the path, the package and the text of every module of a room."""
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for file in files:
        relative = file.relative_to(ROOT)
        yield str(relative), ".".join(relative.parent.parts), file.read_text(encoding="utf-8")


def imports_at_run_time(source: str) -> list[int]:
    """Return the lines that import by a name which import-linter does not see."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if re.search(r"(^|\.)(import_module|__import__)$", ast.unparse(call.func))]


def test_every_package_of_the_repository_is_a_room_with_a_place_in_the_order() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    [rooms] = [one for one in PROJECT["tool"]["importlinter"]["contracts"] if "containers" not in one]
    assert packages <= ROOMS
    assert {room for layer in rooms["layers"] for room in re.split(r"\W+", layer)} == ROOMS
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) >= ROOMS
    assert set(PROJECT["tool"]["coverage"]["run"]["source"]) == ROOMS


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_nothing_at_run_time_past_the_order(room: str) -> None:
    assert [f"{path}:{line}" for path, _, text in files_of(room) for line in imports_at_run_time(text)] == []


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_no_room_imports_tests_or_benches(room: str) -> None:
    wrong = [
        f"{path}:{line} imports {module}"
        for path, package, text in files_of(room)
        for line, module, _ in imports(text, package)
        if module.partition(".")[0] in {"tests", "bench", "gtm"}
    ]
    assert wrong == []


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_no_file_takes_a_private_name_of_another(room: str) -> None:
    wrong = [
        f"{path}:{line} imports {name} of {module}"
        for path, package, text in files_of(room)
        for line, module, names in imports(text, package)
        for name in [*module.split(".")[1:], *names]
        if module.partition(".")[0] in ROOMS and name.startswith("_") and not name.endswith("__")
    ]
    assert wrong == []


def test_a_file_is_one_idea_that_is_read_in_one_go() -> None:
    long = {path: lines for room in sorted(ROOMS) for path, _, text in files_of(room) if (lines := text.count("\n"))}
    assert {path for path, lines in long.items() if lines > MOST_LINES} == {*LONGER}


def test_no_folder_is_a_long_flat_list() -> None:
    folders = {path.parent for room in (*sorted(ROOMS), "bench", "tests") for path in (ROOT / room).rglob("*.py")}
    long = {str(folder.relative_to(ROOT)): len([*folder.glob("*.py")]) for folder in folders}
    assert {folder: count for folder, count in long.items() if count > MOST_FILES} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import handle.app", "handle.app"),
        ("def f():\n    from handle import app", "handle"),
        ("if TYPE_CHECKING:\n    import handle", "handle"),
        ("from . import batcher", "omnicapi.inner"),
        ("from .batcher import Batcher", "omnicapi.inner.batcher"),
        ("from ..messages import Event", "omnicapi.messages"),
    ],
)
def test_no_way_to_import_is_overlooked(source: str, found: str) -> None:
    assert [module for _, module, _ in imports(source, "omnicapi.inner")] == [found]


@pytest.mark.parametrize("source", ["import_module('a')", "importlib.import_module(name)", "x = __import__(name)"])
def test_no_import_at_run_time_is_overlooked(source: str) -> None:
    assert imports_at_run_time(source) == [1]
