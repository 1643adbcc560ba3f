"""The rows to mend, as a file of the same kind: the original columns and a last one that says what is wrong.

It is made to be corrected and dropped again as it is. It holds the client's own rows and stays in the client's bucket.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol

import xlsxwriter

from ingest.convert import Numeral
from ingest.defused import defused
from ingest.maps import Map
from ingest.readers import Row, Table
from ingest.readers.cell_text import as_text
from ingest.reports.ending import verdict
from ingest.reports.page import Page, first_of

REASON = "omnicapi_reason"
"""What stands above the last column."""

SPREADSHEETS = frozenset({".xlsx", ".xls", ".ods"})


def suffix(name: str) -> str:
    """Return the ending of the file of rejected rows; packed files and JSON come back as CSV."""
    ending = PurePosixPath(name).suffix.casefold()
    if ending in SPREADSHEETS:
        return ".xlsx"
    return ending if ending in {".csv", ".tsv", ".txt"} else ".csv"


CONTENT_TYPES = {".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
"""By ending; the others are ``text/csv``."""


def reasons(page: Page) -> dict[int, str]:
    """Return what to mend by row, for the rejected rows of a page."""
    return {
        row: "; ".join(f"{one.reason}: {one.text(row)}" for one in endings if one.verdict == "rejected")
        for endings, rows in page.ways()
        if verdict(endings) == "rejected"
        for row in rows
    }


def to_mend(rows: Iterable[Row], pages: Iterable[Page], first: int) -> Iterator[list[str]]:
    """Yield the rows before ``first``, which are the header, and those that were rejected, each with its reason."""
    header, rest = _divided(iter(rows), first)
    width = max(map(len, header), default=0)
    place = next((cells.index(REASON) for cells in header if REASON in cells), -1)
    names = max((index for index, cells in enumerate(header) if any(cells)), default=-1)
    for index, cells in enumerate(header):
        yield _with(cells, REASON, place, width) if index == names and place < 0 else cells
    by_page = iter(pages)
    page: Page | None = None
    wrong: Mapping[int, str] = {}
    for row in rest:
        while page is None or page.first < first_of(row.number):
            page = next(by_page, None)
            if page is None:
                return
            wrong = reasons(page)
        if row.number in wrong:
            yield _with(row.cells, wrong[row.number], place, width)


def _divided(rows: Iterator[Row], first: int) -> tuple[list[list[str]], Iterator[Row]]:
    """Return the cells of the rows before ``first``, and the rows from there on."""
    header: list[list[str]] = []
    for row in rows:
        if row.number >= first:
            return header, chain([row], rows)
        header.append(row.cells)
    return header, iter(())


def _with(cells: list[str], reason: str, place: int, width: int) -> list[str]:
    """Return cells with the reason in its column, behind ``width`` others where there is none yet."""
    padded = cells + [""] * (max(width, place + 1) - len(cells))
    if place < 0:
        return [*padded, reason]
    return [*padded[:place], reason, *padded[place + 1 :]]


class Writer(Protocol):
    """Writes rows of cells."""

    def row(self, cells: list[str]) -> None:
        """Write one row."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


class _Delimited:
    """UTF-8 with a byte order mark, which spreadsheet programs need to see that it is UTF-8."""

    def __init__(self, stream: BinaryIO, delimiter: str, decimal: str | None) -> None:
        self._text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
        self._writer = csv.writer(self._text, delimiter=delimiter)
        self._decimal = decimal

    def row(self, cells: list[str]) -> None:
        """Write one row; nothing in it runs as a formula."""
        self._writer.writerow(defused(self._written(cell)) for cell in cells)

    def _written(self, cell: str) -> str:
        """Write a number, which had a point whatever the map says, so that the map reads it as a text too."""
        if not isinstance(cell, Numeral) or "." not in cell:
            return cell
        if self._decimal == ",":
            return cell.replace(".", ",")
        return f"{cell}0" if len(cell) - cell.index(".") == len(".000") else str(cell)  # 1.234 may be a thousand

    def close(self) -> None:
        """Write what is left; the stream stays open."""
        self._text.flush()
        self._text.detach()


class _Spreadsheet:
    """Numbers with a fraction are numbers, all else is text as it was read: nothing runs and no zero is lost."""

    def __init__(self, stream: BinaryIO, sheet: str | None) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(stream, options)
        self._sheet = self._book.add_worksheet(sheet)
        self._row = 0

    def row(self, cells: list[str]) -> None:
        """Write one row."""
        for column, cell in enumerate(cells):
            if isinstance(cell, Numeral) and as_text(float(cell)) == cell:
                self._sheet.write_number(self._row, column, float(cell))
            elif cell:
                self._sheet.write_string(self._row, column, cell)
        self._row += 1

    def close(self) -> None:
        """Write the file."""
        self._book.close()


def writer(stream: BinaryIO, name: str, table: Table, map_: Map | None) -> Writer:
    """Return the writer of a file like ``name``, which was read as ``table`` and will be read by ``map_`` again."""
    if suffix(name) == ".xlsx":
        return _Spreadsheet(stream, table.sheet)
    declared = map_.delimiter if map_ else None
    usual = "\t" if suffix(name) == ".tsv" else ","
    return _Delimited(stream, table.delimiter or declared or usual, map_.formats.decimal if map_ else None)
