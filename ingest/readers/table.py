"""What every reader gives and takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Row = tuple[int, list[str]]
"""The number a spreadsheet shows for the row, counted from 1, and its cells. Rows need not be equally long."""


@dataclass(frozen=True)
class Table:
    """The rows of one sheet. ``sheet`` is its name, or ``None`` in formats without sheets."""

    rows: Iterator[Row]
    sheet: str | None = None


@dataclass(frozen=True)
class Options:
    """How to read a file: what its map says and what the settings allow.

    ``delimiter`` and ``encoding`` are found out where ``None``; ``width``, how many columns the map uses, helps. A
    spreadsheet is held in memory whole, so its size in bytes, as it is and unpacked, is limited.
    """

    delimiter: str | None = None
    encoding: str | None = None
    width: int = 0
    max_spreadsheet_bytes: int = 64_000_000
    max_unpacked_bytes: int = 1_000_000_000


USUAL = Options()
"""Nothing declared, the usual limits."""
