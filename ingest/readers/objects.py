"""Objects become rows: their keys are the header, which is row 0, and every further row has a cell per key.

Nested objects give keys with dots (``contact.email``), a list of plain values one cell with bars between them, as a
person would write it, and any other list its JSON text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from ingest.json.faults import fault as why
from ingest.json.items import NOT_JSON, decode
from ingest.readers.table import Row
from ingest.values.convert import as_cell
from ingest.values.fields import fold
from omnicapi.publishing.publisher import encode

DEEPEST = 8
"""Levels of nesting that get keys of their own; what lies deeper is one cell with its JSON text."""

MOST_KEYS = 2_000
"""Columns of the header at most; a file with more has values where keys belong."""


class ObjectCells:
    """Turns the objects of one file into cells.

    ``sample`` are its first objects, ``names`` the keys that its map uses; keys that neither has say nothing to anybody
    and are left out.
    """

    def __init__(self, sample: Iterable[Any], names: Sequence[str] = ()) -> None:
        self.header: list[str] = []
        self._places: dict[str, int | None] = {}
        folded: dict[str, int] = {}
        seen = (key for value in sample if isinstance(value, dict) for key, _ in _flat(value))
        for name in chain(seen, names):
            if len(self.header) == MOST_KEYS:
                break
            if (key := fold(name)) not in folded:
                folded[key] = len(self.header)
                self.header.append(name)
        self._folded = folded

    def row(self, number: int, text: str | bytes, offset: int, fault: str) -> Row:
        """Return the row of one object, or one with ``fault`` where ``text`` is none."""
        try:
            value = decode(text)
        except NOT_JSON as error:
            data = text.encode("utf-8", "replace") if isinstance(text, str) else text
            return Row(number, [], offset, f"{fault} It cannot be read as JSON: {why(data, error)}.")
        return Row(number, self.cells(value), offset) if isinstance(value, dict) else Row(number, [], offset, fault)

    def cells(self, value: Mapping[str, Any]) -> list[str]:
        """Return the cells of one object, as many as the header has."""
        cells = [""] * len(self.header)
        for key, cell in _flat(value):
            place = self._places[key] if key in self._places else self._place(key)
            if place is not None and not cells[place]:
                cells[place] = cell
        return cells

    def _place(self, key: str) -> int | None:
        place = self._folded.get(fold(key))
        if len(self._places) < MOST_KEYS:
            self._places[key] = place
        return place


def value_of(text: str | bytes) -> Any:
    """Return what ``text`` says, or ``None`` where it is not JSON."""
    try:
        return decode(text)
    except NOT_JSON:
        return None


def _flat(value: Mapping[str, Any], prefix: str = "", depth: int = 1) -> Iterable[tuple[str, str]]:
    for key, inner in value.items():
        if isinstance(inner, dict) and depth < DEEPEST:
            yield from _flat(inner, f"{prefix}{key}.", depth + 1)
        else:
            yield prefix + key, one_cell(inner)


def _plain_list(values: list[Any]) -> str | None:
    """Return plain values with bars between them, or ``None`` where one is not plain."""
    cells: list[str] = []
    for value in values:
        cell = as_cell(value)
        if not isinstance(cell, str) or "|" in cell:
            return None
        cells.append(cell)
    return "|".join(cells)


def one_cell(value: Any) -> str:
    """Return what one value says as one cell."""
    if isinstance(value, list | dict):
        plain = _plain_list(value) if isinstance(value, list) else None
        return encode(value).decode() if plain is None else plain
    cell: str = as_cell(value)
    return cell
