"""What a value of a public case must be: the matchers that ``tests/cases/public/README.md`` lists."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

Matcher = Any
"""JSON: a value, a list of matchers, or an object that names one of :data:`_KINDS`."""


def matches(want: Matcher, got: Any) -> bool:
    """Whether ``got`` is what ``want`` asks for."""
    if isinstance(want, dict):
        kind = next(kind for kind in _KINDS if kind in want)
        return _KINDS[kind](want[kind], got, want)
    if isinstance(want, list):
        return isinstance(got, list) and len(got) == len(want) and all(map(matches, want, got))
    if isinstance(want, Decimal):
        return isinstance(got, int | Decimal) and not isinstance(got, bool) and got == want
    return type(got) is type(want) and bool(got == want)


def says(pattern: str, text: str) -> bool:
    """Whether ``text`` has ``pattern`` somewhere, in any case of letters."""
    return re.search(pattern, text, re.IGNORECASE) is not None


def as_list(value: Any) -> list[Any]:
    """Return a list as it is and any other value as the only one of a list."""
    return value if isinstance(value, list) else [value]


def _is_hash_of(texts: Any, got: Any, _: dict[str, Any]) -> bool:
    return got in [[hashlib.sha256(text.encode()).hexdigest()] for text in as_list(texts)]


def _is_time(times: Any, got: Any, want: dict[str, Any]) -> bool:
    seconds = [datetime.fromisoformat(time).timestamp() for time in as_list(times)]
    return type(got) is int and any(abs(got - moment) <= want.get("within", 0) for moment in seconds)


def _says(pattern: str, got: Any) -> bool:
    return says(pattern, " ".join(map(str, as_list(got))))


_KINDS: dict[str, Callable[[Any, Any, dict[str, Any]], bool]] = {
    "any": lambda wants, got, _: any(matches(want, got) for want in wants),
    "not": lambda wants, got, _: not any(matches(want, got) for want in wants),
    "sha256": _is_hash_of,
    "time": _is_time,
    "says": lambda pattern, got, _: got is not None and _says(pattern, got),
    "silent": lambda pattern, got, _: got is not None and not _says(pattern, got),
    "absent": lambda _wanted, got, _: got is None,
    "length": lambda length, got, _: isinstance(got, list) and len(got) == length,
}
