"""What every reader gives and takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec


class Position(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a row begins, so that reading can go on there: its number, and its byte offset where the format has one.

    The offset counts in the file as it is read, that is, of a .gz or .zip in what it unpacks to. Without one the rows
    before are read again and passed over. It is made to be stored: it is a struct of two numbers.
    """

    row: int = 0
    offset: int | None = None


BEGINNING = Position()


class Row(msgspec.Struct, gc=False):
    """One row: the number that a spreadsheet shows for it, counted from 1, its cells, and where it begins.

    Rows need not be equally long. A header that a file does not write as a row (the keys of JSON) is row 0.
    """

    number: int
    cells: list[str]
    offset: int | None = None
    fault: str | None = None
    """Why this row alone cannot be read, and what to do; its cells are then empty."""
    is_hidden: bool = False
    """Whether the spreadsheet does not show it, as rows that a filter leaves out."""

    @property
    def position(self) -> Position:
        """Where to read on so that this row comes next."""
        return Position(self.number, self.offset)


@dataclass(frozen=True)
class Table:
    """The rows of one sheet; ``sheet`` is its name, ``delimiter`` what divides cells, where the format has one.

    ``notes`` are what a person should know of how they are read.
    ``hidden_columns`` are those that the spreadsheet does not show, counted from 0.
    """

    rows: Iterator[Row]
    sheet: str | None = None
    delimiter: str | None = None
    notes: tuple[str, ...] = ()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file: what its map says and what the settings allow.

    ``delimiter`` and ``encoding`` are found out where ``None``; ``width``, how many columns the map uses, helps.
    ``names`` are the keys that the map uses, which a file of JSON objects may first say far from its beginning.
    ``sheet`` is the first visible one where ``None``.

    The limits keep one file from taking the instance's memory or time (docs/files-reference.md): a spreadsheet's bytes
    and its cells, and what decoding Parquet takes (``max_parquet_memory_bytes``). ``max_packing`` is how many times its
    packed size anything may unpack to.
    """

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    width: int = 0
    names: Sequence[str] = ()
    max_spreadsheet_bytes: int = 500_000_000
    max_parquet_memory_bytes: int = 1_000_000_000
    max_cells: int = 100_000_000
    max_packing: int = 200


USUAL = ReadOptions()
"""Nothing declared, the usual limits."""
