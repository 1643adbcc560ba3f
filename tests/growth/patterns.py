"""Every regular expression of the packages: how the code calls it, and the texts that may make it slow."""

from __future__ import annotations

import ast
import importlib
import itertools
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

# How a pattern was understood is nowhere else to be had.
parser: Any = importlib.import_module("re._parser")
sre: Any = importlib.import_module("re._constants")

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cli", "forward", "gtm", "handle", "ingest", "local", "omnicapi")
CALLS = {"fullmatch", "match", "search", "sub", "split", "findall", "finditer"}
MOST_UNITS = 14


class Use(NamedTuple):
    """A compiled pattern and one method by which it is used."""

    name: str
    pattern: re.Pattern[Any]
    call: str

    def run(self, text: str) -> None:
        """Use the pattern on a text as the code does."""
        subject: Any = text if isinstance(self.pattern.pattern, str) else text.encode("latin-1", "replace")
        if self.call == "sub":
            self.pattern.sub(subject[:0], subject)
        elif self.call == "finditer":
            for _ in self.pattern.finditer(subject):
                pass
        else:
            getattr(self.pattern, self.call)(subject)


def uses() -> list[Use]:
    """Return each use of each pattern that a module of the packages holds, however it is imported elsewhere."""
    calls = _calls()
    found: dict[tuple[int, str], Use] = {}
    for path in _sources():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        module = importlib.import_module(name.removesuffix(".__init__"))
        for attribute, value in vars(module).items():
            for use in _uses_of(f"{module.__name__}.{attribute}", attribute, value, calls):
                found.setdefault((id(use.pattern), use.call), use)
    return sorted(found.values(), key=lambda use: use.name)


def _uses_of(name: str, attribute: str, value: Any, calls: dict[str, set[str]]) -> Iterator[Use]:
    for pattern in _patterns(value):
        if isinstance(pattern, re.Pattern):
            for call in sorted(calls.get(attribute, {"fullmatch"})):
                yield Use(name, pattern, call)
        else:
            yield Use(name, pattern.__self__, pattern.__name__)


def _patterns(value: Any) -> Iterator[Any]:
    """Yield the patterns in a module's attribute: itself, its bound method, or the values of a table."""
    if isinstance(value, re.Pattern) or isinstance(getattr(value, "__self__", None), re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(_patterns, value.values()))
    elif isinstance(value, tuple | list):
        yield from itertools.chain.from_iterable(map(_patterns, value))


def _sources() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.name != "__main__.py" and "re." in path.read_text(encoding="utf-8")
    ]


def _calls() -> dict[str, set[str]]:
    """Return by the name of a pattern the methods that any module calls on it."""
    calls: dict[str, set[str]] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in CALLS:
                    calls.setdefault(node.value.id, set()).add(node.attr)
    return calls


def texts(pattern: re.Pattern[Any]) -> list[Callable[[int], str]]:
    """Return functions of a length that make texts a backtracking engine may be slow on.

    Each repeats one or two pieces of what the pattern itself repeats, behind what may stand before it, and ends in
    something that no pattern expects, so that every way of matching is tried.
    """
    written = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    pieces = list(dict.fromkeys(_pieces(parser.parse(written, pattern.flags & ~re.LOCALE))))
    units = list(dict.fromkeys(["0", "a", " ", *pieces]))[:MOST_UNITS]
    pairs = [left + right for left, right in itertools.permutations(units[:6], 2)]
    starts = ["", *pieces[:3]]
    return [
        partial(_text, start, unit, end) for unit in (*units, *pairs) for start in starts for end in ("\x00!", "Zq", "")
    ]


def _text(start: str, unit: str, end: str, length: int) -> str:
    return (start + unit * (length // len(unit)))[:length] + end


def _pieces(parsed: Any) -> Iterator[str]:
    """Yield a sample of each part of a pattern, repeated parts first."""
    later: list[str] = []
    for op, argument in parsed:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, getattr(sre, "POSSESSIVE_REPEAT", None)):
            yield from _pieces(argument[2])
            later.append("".join(itertools.islice(_pieces(argument[2]), 3)))
        elif op is sre.SUBPATTERN:
            yield from _pieces(argument[-1])
        elif op is sre.BRANCH:
            for branch in argument[1]:
                later.append("".join(itertools.islice(_pieces(branch), 4)))
                yield from _pieces(branch)
        elif op is sre.LITERAL:
            later.append(chr(argument))
        elif op is sre.IN:
            later.extend(itertools.islice(_of_class(argument), 4))
        elif op in (sre.ANY, sre.NOT_LITERAL):
            later.append("~")
    yield from filter(None, later)


_CATEGORIES = {sre.CATEGORY_DIGIT: "7", sre.CATEGORY_SPACE: " ", sre.CATEGORY_WORD: "w", sre.CATEGORY_NOT_DIGIT: "x"}


def _of_class(members: Any) -> Iterator[str]:
    for op, argument in members:
        if op is sre.LITERAL:
            yield chr(argument)
        elif op is sre.RANGE:
            yield chr(argument[0])
        elif op is sre.CATEGORY:
            yield _CATEGORIES.get(argument, "_")
        elif op is sre.NEGATE:
            yield "~"
