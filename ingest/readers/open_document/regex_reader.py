"""Rows of an .ods, taken apart by patterns; see :mod:`ingest.readers.patterns`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from ingest.readers.archive import damaged
from ingest.readers.cell_text import WITHOUT_RESULT
from ingest.readers.dimensions import MOST_COLUMNS
from ingest.readers.open_document.cell import OFFICE, TABLE, is_hidden, lacks_result, repeated, value_of
from ingest.readers.open_document.xml_reader import Begun
from ingest.readers.patterns import Unusual, pieces, referred, split
from ingest.readers.table import Row

_ANY = r'(?:\ (?!xmlns)[\w:-]+="[^"<>]*")*+'
_ROWS = re.compile(
    rf"""
<table:table-row({_ANY})\ ?> | </table:table-row>
| <table:(?:covered-)?table-cell({_ANY})(?:\ ?/>|>(?:<text:p{_ANY}>([^<]*)</text:p>)?</table:(?:covered-)?table-cell>)
| </?table:table-(?:header-rows|header-columns|columns|rows|row-group){_ANY}> | <table:table-column{_ANY}\ ?/>
""",
    re.VERBOSE | re.ASCII,
)
"""Groups: a row's attributes; a cell's attributes and text."""

_ROW = re.compile(rf"<table:table-row({_ANY}) ?>", re.ASCII)
_ROW_END = "</table:table-row>"

_ATTRIBUTE = re.compile(r'(?<![\w:-])([\w:-]++)="([^"]*)"', re.ASCII)
_NAMESPACES = {"office": OFFICE, "table": TABLE}

_SHORT = 200
"""Most characters of attributes that are remembered."""

Said = Callable[[str], tuple[str, int, int, bool]]
"""Returns what the attributes of a cell or a row say: its value, and how many times the cell and the row are repeated;
last, whether the row is hidden, or the cell has a formula without a result."""


def rows(begun: Begun, start: int) -> Iterator[Row]:
    """Yield each row that has cells, from row ``start`` on."""
    if not begun.is_usual:
        raise Unusual
    number = 1
    said = _remembering()
    for piece in pieces(begun.rest, begun.blocks, _ROW_END, "</table:table>"):
        if number < start and (after := number + _count(piece, said)) <= start:
            number = after
            continue
        for times, hidden, cells in _rows(split(_ROWS, _without_rest(piece)), said):
            if cells:
                for each in range(max(number, start), number + times):
                    yield Row(each, cells.copy(), is_hidden=hidden)
            number += times


def _count(piece: str, said: Said) -> int:
    """Return how many rows there are in a piece."""
    if "<!" in piece or "<?" in piece:
        raise Unusual
    return sum(said(attributes)[2] for attributes in _ROW.findall(piece))


def _without_rest(piece: str) -> str:
    """Leave out what may stand behind the last row of a sheet, such as conditional formats."""
    last = piece.rfind(_ROW_END)
    end = last + len(_ROW_END) if last >= 0 else 0
    if "<table:table-" in piece[end:]:
        raise Unusual
    return piece[:end]


def _rows(groups: list[list[str]], said: Said) -> Iterator[tuple[int, bool, list[str]]]:
    """Yield how many times there is each row, whether it is hidden, and its cells."""
    times, hidden, column, cells = 0, False, 0, list[str]()
    for row, cell, written in zip(*groups, strict=True):
        if cell is not None:
            value, repeated_columns, _, lacks = said(cell)
            text = value or (referred(written) if written else WITHOUT_RESULT if lacks else "")
            if text:
                if column + repeated_columns > MOST_COLUMNS:
                    raise damaged()
                if column > len(cells):
                    cells += [""] * (column - len(cells))
                cells += [text] * repeated_columns
            column += repeated_columns
        elif row is not None:
            if times:
                yield times, hidden, cells
            _, _, times, hidden = said(row)
            column, cells = 0, []
    if times:
        yield times, hidden, cells


def _remembering() -> Said:
    """Return what takes attributes apart and remembers the short ones, no longer than one file is read.

    Values are a person's; and a long one in each cell would fill the memory.
    """
    remembered = lru_cache(1024)(_said)
    return lambda attributes: remembered(attributes) if len(attributes) <= _SHORT else _said(attributes)


def _said(attributes: str) -> tuple[str, int, int, bool]:
    said = {}
    for name, value in _ATTRIBUTE.findall(attributes):
        prefix, _, local = name.partition(":")
        said[_NAMESPACES.get(prefix, "") + local] = referred(value)
    rows, columns = (repeated(said, f"{TABLE}number-{what}-repeated") for what in ("rows", "columns"))
    return value_of(said), columns, rows, is_hidden(said) or lacks_result(said)
