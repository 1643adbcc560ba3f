"""Spreadsheets of the old binary format (.xls): one sheet, read by xlrd, which keeps errors apart.

The library does not tell which cells hold formulas, so one without a result is an empty cell here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

import xlrd
from xlrd.book import Book
from xlrd.sheet import Cell, Sheet
from xlrd.xldate import XLDateError, xldate_as_datetime

from ingest.readers.boundary import refused
from ingest.readers.cell_text import as_text
from ingest.readers.sheet_choice import choose
from ingest.readers.table import Row, Table
from omnicapi.errors import UnreadableFile

MOST_BYTES = 64_000_000

_VISIBLE = 0

_DAMAGED = "The spreadsheet is damaged or protected by a password; save it anew, as .xlsx without a password."


def read(stream: BinaryIO, wanted: str | None) -> Table:
    """Return the rows; raises :class:`~omnicapi.errors.UnreadableFile` where the file is damaged or encrypted.

    The format holds at most 65,536 rows of 256 columns. It is held in memory whole, so its bytes are limited.
    """
    stream.seek(0)
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            f"The spreadsheet is larger than {MOST_BYTES:,} bytes, too large for an .xls; save it as .xlsx or CSV."
        )
    book, sheets = _opened(content)
    sheet = book.sheet_by_name(choose(((sheet.name, sheet.visibility == _VISIBLE) for sheet in sheets), wanted))
    hidden = frozenset(index for index, column in sheet.colinfo_map.items() if column.hidden)
    return Table(_rows(sheet, book), sheet.name, hidden_columns=hidden)


def _opened(content: bytes) -> tuple[Book, list[Sheet]]:
    """Return a workbook and its sheets, with what is hidden in them where its formats can be read too."""
    try:
        return _with(content, formats=True)
    except Exception:  # noqa: BLE001 - formats are not needed: without them the library reads more files
        with refused(_DAMAGED):
            return _with(content, formats=False)


def _with(content: bytes, *, formats: bool) -> tuple[Book, list[Sheet]]:
    book = xlrd.open_workbook(file_contents=content, logfile=_Silent(), ragged_rows=True, formatting_info=formats)
    return book, list(map(book.sheet_by_index, range(book.nsheets)))


class _Silent(io.TextIOBase):
    """Takes what xlrd prints of each record that it doubts, millions of lines for a damaged file."""

    def write(self, text: str, /) -> int:
        return len(text)


def _rows(sheet: Sheet, book: Book) -> Iterator[Row]:
    for index in range(sheet.nrows):
        cells = [_text(cell, book) for cell in sheet.row(index)]
        shown = sheet.rowinfo_map.get(index)
        is_hidden = shown is not None and bool(shown.hidden)
        yield Row(index + 1, cells + [""] * (sheet.ncols - len(cells)), is_hidden=is_hidden)


def _text(cell: Cell, book: Book) -> str:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code[int(cell.value)]
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return as_text(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:  # the book says whether days are counted from 1900 or, as Macs did, from 1904
            return as_text(xldate_as_datetime(float(cell.value), book.datemode))
        except (XLDateError, OverflowError, ValueError):
            return as_text(cell.value)
    return as_text(cell.value)
