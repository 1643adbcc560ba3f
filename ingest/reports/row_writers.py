"""The forms in which the rows to mend are written, each read back by ingest as the cells that it was given.

In no form does a cell run as a formula, nor is one divided by a program that expects another delimiter.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple, Protocol

import xlsxwriter
from typing_extensions import Buffer
from xlsxwriter.exceptions import XlsxWriterException

from ingest.maps.field_map import Map
from ingest.readers.cell_text import as_text
from ingest.readers.csv import DELIMITERS, MAX_CELL, SAMPLE_ROWS, find_delimiter
from ingest.readers.dimensions import MOST_COLUMNS, MOST_ROWS
from ingest.readers.lines import BLOCK
from ingest.readers.table import USUAL, Table
from ingest.rows.conversion import read_by
from ingest.values.convert import Numeral
from ingest.values.formula_escapes import escaped

SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})

MOST_IN_CELL = 32_767
"""Characters that Excel takes in a cell; the library cuts off what is more."""

MOST_IN_ROW = 3_000_000
"""Characters of a row in CSV: in any alphabet fewer bytes than readers take in a line."""

USUAL_DELIMITERS = ",;\t|"
"""At these a program that is not told the delimiter may divide a cell that is not in quotation marks."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0e-\x1b\ufffe\uffff]")


class CannotBeWritten(Exception):
    """A form cannot hold what it is given; the text says why and quotes nothing."""


class Form(NamedTuple):
    """How the rows to mend may be written: the file's ending, and whether there is no other form behind it."""

    ending: str
    is_last: bool = True

    @property
    def content_type(self) -> str:
        """What Cloud Storage is told of the file."""
        return _OF_EXCEL if self.ending == ".xlsx" else "text/csv; charset=utf-8"


_OF_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def forms(name: str) -> tuple[Form, ...]:
    """Return the forms for the rejected rows of the file ``name``, the likeliest first.

    Spreadsheets come back as such, or else as CSV, as packed files, JSON and Parquet do.
    """
    ending = PurePosixPath(name).suffix.casefold()
    if ending in SPREADSHEETS:
        return Form(".xlsx", is_last=False), Form(".csv")
    return (Form(ending if ending in {".csv", ".tsv", ".txt"} else ".csv"),)


class Sink(io.BufferedIOBase):
    """Where a form is written, of which is known what it failed with: the bucket's failures are not the form's."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.failure: Exception | None = None

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, data: Buffer, /) -> int:
        """Write bytes to the stream, which is left open when this is closed."""
        try:
            return self._stream.write(data)
        except Exception as error:
            self.failure = error
            raise


@contextmanager
def written(sink: Sink) -> Iterator[None]:
    """Raise what ``sink`` failed with; whatever else a library raises means that its form cannot be written."""
    try:
        yield
    except CannotBeWritten:
        raise
    except Exception as error:  # noqa: BLE001 - no library says all that it raises
        raise sink.failure or CannotBeWritten(f"the library raised {type(error).__name__}") from None


class Writer(Protocol):
    """Writes rows of cells."""

    def row(self, cells: list[str]) -> None:
        """Write one row, or raise :class:`CannotBeWritten` and leave the file as it was."""
        ...

    def close(self) -> None:
        """Write what is left; the stream stays open."""
        ...


class _Delimited:
    """UTF-8 with a byte order mark, which spreadsheet programs need to see that it is UTF-8.

    Cells are in quotation marks where they hold any usual delimiter; all of them where a reader would find another
    delimiter than ``delimiter`` in the first rows, for what follows a first cell in quotation marks is certain. So the
    first rows wait for each other. ``width`` is how many columns the reader expects, ``None`` where it is told.
    """

    def __init__(self, sink: Sink, delimiter: str, decimal: str | None, width: int | None) -> None:
        if delimiter in '"\r\n':
            raise CannotBeWritten("nothing can stand between cells that is a quotation mark or a line end")
        self._sink = sink
        self._delimiter, self._decimal, self._width = delimiter, decimal, width
        self._must_be_quoted = re.compile(f'["\\r\\n{re.escape(USUAL_DELIMITERS + delimiter)}]').search
        self._waiting: list[list[str]] | None = []
        self._room = BLOCK  # characters that may wait: a reader looks at no more
        self._sink.write(codecs.BOM_UTF8)

    def row(self, cells: list[str]) -> None:
        """Write one row; nothing in it runs as a formula."""
        texts = [escaped(self._written(cell)) for cell in cells]
        if max(map(len, texts), default=0) > MAX_CELL or sum(map(len, texts)) > MOST_IN_ROW:
            raise CannotBeWritten(f"a cell has more than {MAX_CELL:,} characters, or the row more than {MOST_IN_ROW:,}")
        if self._waiting is None:
            self._write(texts)
            return
        self._waiting.append(texts)
        self._room -= sum(map(len, texts))
        if len(self._waiting) >= SAMPLE_ROWS or self._room <= 0:
            self._begin()

    def _written(self, cell: str) -> str:
        """Write a number, which had a point whatever the map says, so that the map reads it as a text too."""
        if not isinstance(cell, Numeral) or "." not in cell:
            return cell
        if self._decimal == ",":
            return cell.replace(".", ",")
        return f"{cell}0" if len(cell) - cell.index(".") == len(".000") else str(cell)  # 1.234 may be a thousand

    def _begin(self) -> None:
        """Write the rows that wait, all cells in quotation marks where that is needed."""
        waiting, self._waiting = self._waiting or [], None
        begun = "".join(map(self._line, waiting)).encode()[: BLOCK - len(codecs.BOM_UTF8)].decode("utf-8", "replace")
        if self._width is not None and find_delimiter(begun, self._width) != self._delimiter:
            self._must_be_quoted = re.compile("").search
        for texts in waiting:
            self._write(texts)

    def _write(self, texts: list[str]) -> None:
        self._sink.write(self._line(texts).encode())

    def _line(self, texts: list[str]) -> str:
        return self._delimiter.join(map(self._quoted, texts)) + "\r\n"

    def _quoted(self, text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if self._must_be_quoted(text) else text

    def close(self) -> None:
        """Write what is left."""
        if self._waiting is not None:
            self._begin()


class _Spreadsheet:
    """Numbers with a fraction are numbers, all else is text as it was read: nothing runs and no zero is lost."""

    def __init__(self, sink: Sink, sheet: str | None, folder: str, *, must_be_named: bool) -> None:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(sink, options)
        self._sheet = _sheet(self._book, sheet, must_be_named=must_be_named)
        self._row = 0

    def row(self, cells: list[str]) -> None:
        """Write one row."""
        if self._row >= MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise CannotBeWritten("a sheet has not so many rows or columns")
        if not all(map(_fits, cells)):
            raise CannotBeWritten(f"a cell has more than {MOST_IN_CELL:,} characters, or some that no .xlsx can hold")
        for column, cell in enumerate(cells):
            if isinstance(cell, Numeral) and as_text(float(cell)) == cell:
                self._sheet.write_number(self._row, column, float(cell))
            elif cell:
                self._sheet.write_string(self._row, column, cell)
        self._row += 1

    def close(self) -> None:
        """Write the file."""
        self._book.close()


def _fits(cell: str) -> bool:
    """Say whether an .xlsx can hold a cell; what looks like rich text the library would take for XML of its own."""
    is_rich = cell.startswith("<r>") and cell.endswith("</r>")
    return len(cell) <= MOST_IN_CELL and not is_rich and _NOT_IN_XML.search(cell) is None


def _sheet(book: xlsxwriter.Workbook, name: str | None, *, must_be_named: bool) -> xlsxwriter.worksheet.Worksheet:
    """Add a sheet of this name, or of another one where Excel forbids it and nobody looks for it."""
    with suppress(XlsxWriterException):
        if name is None or name.casefold() != _RESERVED:
            return book.add_worksheet(name)
    if must_be_named:
        raise CannotBeWritten("the map names a sheet by a name that Excel forbids")
    return book.add_worksheet(_ANY_SHEET)


_RESERVED = "history"
"""Excel has a sheet of that name for itself, and finds a file with another one damaged."""

_ANY_SHEET = "Sheet1"


def writer(sink: Sink, ending: str, table: Table, map_: Map | None, folder: str) -> Writer:
    """Return the writer of one of the :func:`forms` of a file, which may keep what it needs in ``folder``.

    It was read as ``table`` and will be read by ``map_`` again. Raises :class:`CannotBeWritten`.
    """
    if ending == ".xlsx":
        return _Spreadsheet(sink, table.sheet, folder, must_be_named=map_ is not None and map_.sheet is not None)
    found = table.delimiter if any(table.delimiter in each for each in DELIMITERS) else None
    usual = "\t" if ending == ".tsv" else ","
    if map_ is None:
        return _Delimited(sink, found or usual, None, 0)
    width = None if map_.delimiter else read_by(map_, USUAL).width
    return _Delimited(sink, map_.delimiter or found or usual, map_.formats.decimal, width)
