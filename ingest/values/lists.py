"""Lists as producers write them: PHP makes an object of a list with a gap, and some lists come within lists."""

from __future__ import annotations

from typing import Any

DEEPEST = 4
"""Levels of lists within lists that are opened; deeper is something else."""


def listed(value: Any) -> list[Any] | None:
    """Return a list's elements, also where the list became an object ``{"0": …, "2": …}`` on its way, else ``None``."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value and next(iter(value)).isdecimal() and all(map(str.isdecimal, value)):
        return list(value.values())
    return None


def flattened(value: Any, depth: int = DEEPEST) -> list[Any]:
    """Return a list's elements, those of lists within it in their place; anything else is a list of itself."""
    elements = listed(value)
    if elements is None or not depth:
        return [value]
    found: list[Any] = []
    for element in elements:
        if isinstance(element, str) or listed(element) is None:  # nearly all
            found.append(element)
        else:
            found += flattened(element, depth - 1)
    return found
