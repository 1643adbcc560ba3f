"""Where a value stands in GA4's event data: ``user_data.address.city``, through objects, lists and indexed objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.values.lists import listed

HASHED_BY_GOOGLE = "x-ga-em"
"""The key of customer information that Google's tag hashed (:mod:`ingest.topic.ga4.customer`)."""


@dataclass(frozen=True)
class Path:
    """A dotted path, split once. ``unit`` is how many of a time's units make a second; 1 where the name says none."""

    text: str
    keys: tuple[str, ...] = field(init=False)
    by_google: bool = field(init=False)
    """Whether what stands there was hashed by Google's rules, which are not Meta's (ga4-gtm.md §4.1)."""
    unit: int = field(init=False)

    def __post_init__(self) -> None:
        keys = tuple(self.text.split("."))
        object.__setattr__(self, "keys", keys)
        object.__setattr__(self, "by_google", keys[0] == HASHED_BY_GOOGLE or keys[-1].startswith("sha256_"))
        object.__setattr__(
            self, "unit", 1000 if self.text.endswith("_ms") else 1_000_000 if self.text.endswith("_micros") else 1
        )

    def value(self, data: Mapping[str, Any]) -> Any:
        """Return what stands at the path, or ``None``; through a list, the list of what its elements say."""
        first = data.get(self.keys[0])
        if first is None or type(first) is str:  # most are, and a text holds nothing further
            return first if len(self.keys) == 1 else None
        return _within(first, self.keys, 1)


def _within(value: Any, keys: tuple[str, ...], at: int) -> Any:
    for depth in range(at, len(keys)):
        if isinstance(value, dict) and keys[depth] in value:
            value = value[keys[depth]]
        elif (elements := listed(value)) is not None:
            return _through(elements, keys, depth)
        else:
            return None
    elements = listed(value)
    return value if elements is None else elements


def _through(elements: list[Any], keys: tuple[str, ...], depth: int) -> list[Any]:
    found: list[Any] = []
    for element in elements:
        one = _within(element, keys, depth) if isinstance(element, dict) else None
        if isinstance(one, list):
            found += one
        elif one is not None:
            found.append(one)
    return found
