"""Every number, span and range that a module names in capitals, and every number that a setting has by default.

``limits.json`` holds them, so that none changes unnoticed; a room's own ``test_limits.py`` holds it to its part, and
says how they must stand to each other. After a change or a move that is meant: ``python -m tests.limits``.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import TypeGuard

import msgspec

ROOT = Path(__file__).parents[1]
FILE = Path(__file__).with_name("limits.json")
ROOMS = ("cli", "forward", "handle", "ingest", "local", "omnicapi")

IF_MEANT = "If this is meant, `python -m tests.limits` writes it down."

Value = int | float | str
"""A number, or what else can be a limit as Python writes it."""


def numbers(room: str) -> dict[str, Value]:
    """Return the numbers of a room as its modules have them now, by module and name."""
    files = (file for file in sorted((ROOT / room).rglob("*.py")) if file.name != "__main__.py")
    return dict(chain.from_iterable(map(_of_file, files)))


def pinned(room: str) -> dict[str, Value]:
    """Return the numbers of a room as they ought to be."""
    known = msgspec.json.decode(FILE.read_bytes(), type=dict[str, Value])
    return {name: value for name, value in known.items() if name.startswith(f"{room}.")}


def _of_file(file: Path) -> Iterator[tuple[str, Value]]:
    """Yield the numbers that a file itself defines, not those that it imports."""
    nodes = ast.parse(file.read_text(encoding="utf-8")).body
    names = [name for node in nodes if (name := _defined(node))]
    if not names:
        return
    parts = file.relative_to(ROOT).with_suffix("").parts
    module = importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    for name in names:
        yield from _of_name(module, name)


def _defined(node: ast.stmt) -> str:
    """Return the name that a statement defines, of those that may be a number's: one in capitals, or a class."""
    target = (
        node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
    )
    if isinstance(target, ast.Name) and target.id.isupper():
        return target.id
    return node.name if isinstance(node, ast.ClassDef) else ""


def _of_name(module: ModuleType, name: str) -> Iterator[tuple[str, Value]]:
    value = getattr(module, name)
    if _is_number(value):
        yield f"{module.__name__}.{name}", value
    elif isinstance(value, Decimal | range | timedelta):
        yield f"{module.__name__}.{name}", repr(value)
    elif name.endswith("Settings") and isinstance(value, type) and issubclass(value, msgspec.Struct):
        for setting in msgspec.structs.fields(value):
            if _is_number(setting.default) and setting.name in value.__annotations__:
                yield f"{module.__name__}.{name}.{setting.name}", setting.default


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _main(arguments: list[str]) -> str:
    """Write the file, or with ``--check`` return what it does not say as it is, with what to do."""
    found = dict(chain.from_iterable(numbers(room).items() for room in ROOMS))
    if arguments != ["--check"]:
        FILE.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
        return ""
    known = dict(chain.from_iterable(pinned(room).items() for room in ROOMS))
    other = sorted({name for name, _ in found.items() ^ known.items()})
    return f"tests/limits.json does not say what these are now: {', '.join(other)}. {IF_MEANT}" if other else ""


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]) or 0)
