"""What a plan is made of: the columns of a file, or the keys of a message, and what is known of them besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.events.filling import Column
from ingest.values.convert import PLAIN, Cell, Formats
from ingest.values.fields import Field

Mend = Callable[[Sequence[Cell], int | str], tuple[Sequence[Cell], list[str]]]
"""Takes a row's cells and its number; returns the cells as they are to be read, and a warning for each it changed."""


@dataclass(frozen=True, slots=True)
class Header:
    """Everything a plan is made of.

    ``defaults`` holds cells for fields whose own cell is empty. ``properties`` are (name, position) of cells that go to
    ``custom_data`` untouched. ``absent`` says of required fields where they were expected. ``width`` is how many cells
    the caller wants a row to have, whatever the columns need. ``mend`` looks at a row's cells before they are read.
    With ``one_name`` two cells of one field must say the same; else the first that says something counts.
    """

    columns: Sequence[Column]
    defaults: Mapping[Field, Cell] = field(default_factory=dict)
    formats: Formats = PLAIN
    date_format: str | None = None
    properties: Sequence[tuple[str, int]] = ()
    warnings: Sequence[str] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    width: int = 0
    mend: Mend | None = None
    one_name: bool = False
