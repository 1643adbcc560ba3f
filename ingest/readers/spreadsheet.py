"""Spreadsheets (.xlsx, .xlsm, .ods, .xls): one sheet, its cells as the text a person would have typed.

A sheet is read whole, so its size is limited before anything unpacks it (gcp.md §6.2). Of merged cells the first has
the value and the others are empty, which is how every format stores them.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ingest.readers import csv, open_document, sheet_scan, xls
from ingest.readers.cell_text import as_text
from ingest.readers.sheet_choice import choose
from ingest.readers.table import Options, Position, Row, Table
from ingest.readers.xlsx_parts import part_of
from omnicapi.errors import UnreadableFile

Errors = Mapping[int, Mapping[int, str]]
"""Texts such as ``#N/A`` by row, counted from 1, and column, counted from 0."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MARKUP = b"<"


def read(stream: BinaryIO, options: Options, start: Position) -> Table:
    """Return the rows of one sheet; what the file is, its content says and not its name.

    Old systems write text under the name of a spreadsheet, which Excel opens; it is read too. Raises
    :class:`~omnicapi.errors.UnreadableFile` where the file is too large, damaged, encrypted or no spreadsheet.
    """
    stream.seek(0)
    content = io.BytesIO(stream.read(options.max_spreadsheet_bytes + 1))
    if content.getbuffer().nbytes > options.max_spreadsheet_bytes:
        raise UnreadableFile(
            f"The spreadsheet is larger than {options.max_spreadsheet_bytes:,} bytes; "
            "export it as CSV, which may have any size, or split it."
        )
    beginning = content.getvalue()[:256].lstrip(b"\xef\xbb\xbf \r\n\t")
    if beginning.startswith(_OLE):
        return xls.read(content, options.sheet)
    if beginning.startswith(_ZIP):
        return _unpacking(content, options)
    if not beginning or beginning.startswith(_MARKUP):
        raise UnreadableFile(
            "The file is empty, or a web page or XML under a spreadsheet's name; open it in a spreadsheet program and "
            "save it as .xlsx or CSV."
        )
    return csv.read(content, options, start)


def _unpacking(content: io.BytesIO, options: Options) -> Table:
    try:
        with zipfile.ZipFile(content) as archive:
            if open_document.CONTENT in archive.namelist():
                open_document.check(archive, options)
                parts: Mapping[str, sheet_scan.Sheet] = {}
            else:
                parts = _scanned(archive, options)
            sheet = _sheet(content, options.sheet)
            part = parts.get(part_of(archive, sheet.name)) if parts else None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, CalamineError):
        raise _unreadable() from None
    return Table(_rows(sheet, part.errors if part else {}), sheet.name)


def _scanned(archive: zipfile.ZipFile, options: Options) -> dict[str, sheet_scan.Sheet]:
    left = options.max_unpacked_bytes
    parts = {}
    for entry in archive.infolist():
        parts[entry.filename] = part = sheet_scan.scan(sheet_scan.unpacked(archive, entry, left))
        left -= part.size
        if left < 0:
            raise too_large(f"unpacks to more than {options.max_unpacked_bytes:,} bytes")
        if part.has_doctype:
            raise UnreadableFile(
                "The spreadsheet declares XML entities, which no spreadsheet program does; save it anew."
            )
        if part.columns > sheet_scan.MOST_COLUMNS or part.area > options.max_cells:
            raise too_large(
                f"reaches to a cell far off, over more than {options.max_cells:,} cells, or beyond column ZZ; "
                "delete what lies there"
            )
    return parts


def too_large(what: str) -> UnreadableFile:
    """Return the refusal of a spreadsheet that would take too much memory."""
    return UnreadableFile(f"The spreadsheet {what}; export it as CSV, or split it.")


def _sheet(content: io.BytesIO, wanted: str | None) -> CalamineSheet:
    content.seek(0)
    workbook = CalamineWorkbook.from_filelike(content)
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = ((sheet.name, sheet.visible == SheetVisibleEnum.Visible) for sheet in sheets)
    return workbook.get_sheet_by_name(choose(names, wanted))


def _unreadable() -> UnreadableFile:
    return UnreadableFile("The file is no spreadsheet, or it is damaged or protected by a password; save it anew.")


def _rows(sheet: CalamineSheet, errors: Errors) -> Iterator[Row]:
    if sheet.start is None:
        return
    # Rows above the first used cell are given, columns left of it are not.
    left = [""] * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = left + [as_text(value) for value in values]
        for column, error in errors.get(number, {}).items():
            cells[column] = error
        yield Row(number, cells)
