"""The import rule: cli → local → ingest | handle | forward → omnicapi, and the services never import each other."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

MAY_IMPORT: dict[str, set[str]] = {
    "omnicapi": set(),
    "ingest": {"omnicapi"},
    "handle": {"omnicapi"},
    "forward": {"omnicapi"},
    "local": {"omnicapi", "ingest", "handle", "forward"},
    "cli": {"omnicapi", "ingest", "handle", "forward", "local"},
}
OURS = {*MAY_IMPORT, "tests", "bench"}
UNKNOWN = "a module named at run time"


def imports(source: str, package: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield line, module and names of every import, inside functions and for type checkers only too.

    A relative one is resolved against ``package``; one by name at run time counts where its name is a literal.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: -node.level + 1 or None] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield node.lineno, module, [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            first = node.args[0]
            yield node.lineno, str(first.value) if isinstance(first, ast.Constant) else UNKNOWN, []


def imports_of(room: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield place, module and names of every import of a room."""
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for file in files:
        relative = file.relative_to(ROOT)
        for line, module, names in imports(file.read_text(encoding="utf-8"), ".".join(relative.parent.parts)):
            yield f"{relative}:{line}", module, names


def test_every_package_of_the_repository_is_a_room_with_a_rule() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert packages <= set(MAY_IMPORT)
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(MAY_IMPORT)
    assert set(project["tool"]["coverage"]["run"]["source"]) == set(MAY_IMPORT)


def test_the_rule_has_one_direction() -> None:
    for room, below in MAY_IMPORT.items():
        assert room not in below
        for lower in below:
            assert MAY_IMPORT[lower] < below


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_itself_and_those_below_it_only(room: str) -> None:
    allowed = {room, *MAY_IMPORT[room]}
    wrong = [
        f"{place} imports {module}"
        for place, module, _ in imports_of(room)
        if module.partition(".")[0] in OURS - allowed or module == UNKNOWN
    ]
    assert wrong == []


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_file_takes_a_private_name_of_another(room: str) -> None:
    wrong = [
        f"{place} imports {name} of {module}"
        for place, module, names in imports_of(room)
        for name in [*module.split(".")[1:], *names]
        if module.partition(".")[0] in OURS and name.startswith("_") and not name.endswith("__")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import handle.app", "handle.app"),
        ("def f():\n    from handle import app", "handle"),
        ("if TYPE_CHECKING:\n    import handle", "handle"),
        ("from . import batcher", "omnicapi.inner"),
        ("from .batcher import Batcher", "omnicapi.inner.batcher"),
        ("from ..messages import Event", "omnicapi.messages"),
        ("importlib.import_module('handle.app')", "handle.app"),
        ("__import__(name)", UNKNOWN),
    ],
)
def test_no_way_to_import_is_overlooked(source: str, found: str) -> None:
    assert [module for _, module, _ in imports(source, "omnicapi.inner")] == [found]
