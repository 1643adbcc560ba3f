"""What shows that a row of a file is data and not a header."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ingest.events.filling import Column
from ingest.readers.cell_text import WITHOUT_RESULT
from ingest.values.fields import USER, Field, Kind
from omnicapi.standard_names import ACTION_SOURCES, EVENTS, standard_event


def is_action_source(cell: str) -> bool:
    """Tell whether a cell says where an event happened, in Meta's words (meta-capi.md §2.2)."""
    return cell.casefold() in ACTION_SOURCES  # ``E-Mail`` is a column's name


def is_standard_event(cell: str) -> bool:
    """Tell whether a cell names a standard event of Meta's (meta-capi.md §6.1)."""
    return standard_event(cell) in EVENTS


_PERSONAL = re.compile(r"[0-9a-f]{64}|[^@\s]+@[^@\s]+\.[^@\s]+|[+(]?\d[\d\s().-]{6,}|fb\.\d\..+", re.IGNORECASE)
"""A hash, an e-mail address, a telephone number, a click or browser id."""

_DIGIT = re.compile(r"\d")

_ALIKE = ("event_name", "action_source")
"""Fields that few words fill: a row above the data that has the same word there is data too."""


_NO_WORDS = re.compile(r"(?=\D*\d)[\W\d]*+")


def is_data(cell: str) -> bool:
    """Tell whether a cell is no name of a column, whatever its column may be: a number, a date, an address, an id."""
    return (
        bool(_PERSONAL.fullmatch(cell) or _NO_WORDS.fullmatch(cell))
        or is_standard_event(cell)
        or is_action_source(cell)
    )


def first_data_row(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> int | None:
    """Return the position of the first row that is data, or ``None`` where none looks like it.

    A row counts as data when one of its mapped cells looks like data, or when it has the same event name or action
    source as the first such row: a row of data whose time is missing must be refused, not passed over.
    """
    checks = [(column.index, check) for column in columns if (check := _evidence(column.field))]

    def is_shown(cell: str, check: Callable[[str], object]) -> bool:
        return cell == WITHOUT_RESULT or bool(check(cell))

    found = next(
        (n for n, cells in enumerate(rows) if any(is_shown(_cell(cells, index), check) for index, check in checks)),
        None,
    )
    if found is None:
        return None
    alike = [column.index for column in columns if column.field.path in _ALIKE]
    words = [(index, word) for index in alike if (word := _cell(rows[found], index))]
    return next(
        n for n in range(found + 1) if n == found or any(_cell(rows[n], index) == word for index, word in words)
    )


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


def _evidence(of: Field) -> Callable[[str], object] | None:
    """Return the test by which a cell of this field shows that its row is data, or ``None`` where none can."""
    if of.kind in {Kind.TIME, Kind.NUMBER, Kind.INTEGER}:
        return _DIGIT.search
    if of.path == "action_source":
        return is_action_source
    if of.path == "event_name":
        return is_standard_event
    if of.group == USER:
        return _PERSONAL.fullmatch
    return None
