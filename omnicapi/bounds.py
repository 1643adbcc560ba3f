"""How much an outcome and an attribute may say, so that no message of ours outgrows Pub/Sub (gcp.md §1.4).

What is in its bounds stays as it is. What is not is cut and shows it: ``…`` ends a text, ``and 12 more`` a list.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from omnicapi.messages import Origin, Outcome

MOST_WARNINGS = 20
"""Warnings of one event, and entries of any list of an outcome but the rows it is about."""

LONGEST_TEXT = 500
"""Characters of any text of an outcome that has to be cut."""

LONGEST_NAME = 1100
"""Characters of a text that names the place an event came from: an object's name has up to 1024 bytes."""

ORDINARY_BYTES = 2000
"""Bytes of an outcome as JSON up to which nothing of it but the number of its warnings has to be looked at."""

MOST_ROWS = 100_000
"""Rows that one outcome names."""

ATTRIBUTE_BYTES = 1024
"""Bytes of an attribute's value (gcp.md §1.4)."""


def few(texts: Sequence[str], most: int = MOST_WARNINGS) -> list[str]:
    """Return the first ``most`` different texts, and how many more there are."""
    different = list(dict.fromkeys(texts))
    kept = [short(text) for text in different[:most]]
    return kept if len(different) <= most else [*kept, f"and {len(different) - most} more"]


def short(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text of at most ``longest`` characters, every one of which UTF-8 can write."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return cut.encode("utf-8", "replace").decode("utf-8")


def bounded(outcome: Outcome) -> Outcome:
    """Return the outcome with every text and list in its bounds; the rows it is about are all kept."""
    within = msgspec.structs.replace(outcome, origin=_bounded_origin(outcome.origin))
    for name in outcome.__struct_fields__:
        value = getattr(within, name)
        if isinstance(value, str):
            setattr(within, name, short(value))
        elif isinstance(value, list):
            setattr(within, name, few(value))
    return within


def parts(outcome: Outcome) -> list[Outcome]:
    """Return the outcome, or several that share its rows where one cannot name them all."""
    rows = outcome.origin.rows
    if len(rows) <= MOST_ROWS:
        return [outcome]
    shares = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]
    origins = [msgspec.structs.replace(outcome.origin, row=share[0], rows=share) for share in shares]
    return [msgspec.structs.replace(outcome, origin=origin) for origin in origins]


def attribute(value: str) -> str:
    """Return an attribute's value, cut to what Pub/Sub takes."""
    if len(value) <= ATTRIBUTE_BYTES // 4:  # no character has more than four bytes
        return value
    return value.encode("utf-8", "replace")[:ATTRIBUTE_BYTES].decode("utf-8", "ignore")


def _bounded_origin(origin: Origin) -> Origin:
    texts = {name: value for name in origin.__struct_fields__ if isinstance(value := getattr(origin, name), str)}
    return msgspec.structs.replace(origin, **{name: short(text, LONGEST_NAME) for name, text in texts.items()})
