"""Spreadsheets (.xlsx): the first visible sheet, its cells as the text a person would have typed.

calamine reads a sheet whole, so size is limited before it sees the file (gcp.md §6.2).
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ingest.readers.table import Options, Position, Row, Table
from omnicapi.errors import UnreadableFile

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

_EXACT = 1e16
"""Whole numbers below are exact; of larger ones only the digits that were written are known."""


def read(stream: BinaryIO, options: Options, _: Position) -> Table:
    """Return the rows of the first visible sheet.

    Raises :class:`~omnicapi.errors.UnreadableFile` where it is too large, damaged, encrypted or no spreadsheet.
    """
    content = io.BytesIO(stream.read(options.max_spreadsheet_bytes + 1))
    if content.getbuffer().nbytes > options.max_spreadsheet_bytes:
        raise UnreadableFile(
            f"The spreadsheet is larger than {options.max_spreadsheet_bytes:,} bytes; "
            "export it as CSV, which may have any size, or split it."
        )
    _check_unpacked(content, options.max_unpacked_bytes)
    sheet = _sheet(content, options.sheet)
    return Table(_rows(sheet), sheet.name)


def _check_unpacked(content: io.BytesIO, limit: int) -> None:
    try:
        with zipfile.ZipFile(content) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise _unreadable() from None
    if unpacked > limit:
        raise UnreadableFile(f"The spreadsheet unpacks to more than {limit:,} bytes; export it as CSV or split it.")


def _sheet(content: io.BytesIO, name: str | None) -> CalamineSheet:
    """Return the sheet that the map names, in any case, hidden or not; else the first visible one."""
    content.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(content)
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        for sheet in sheets:
            visible = sheet.visible == SheetVisibleEnum.Visible
            if visible if name is None else sheet.name.strip().casefold() == name.strip().casefold():
                return workbook.get_sheet_by_name(sheet.name)
    except CalamineError:
        raise _unreadable() from None
    if name is None:
        raise UnreadableFile("The spreadsheet has no visible sheet.")
    there = ", ".join(repr(sheet.name) for sheet in sheets)
    raise UnreadableFile(f"The spreadsheet has no sheet {name!r}, which the map names; it has {there}.")


def _unreadable() -> UnreadableFile:
    return UnreadableFile(
        "The file is no .xlsx spreadsheet, or it is damaged or protected by a password; save it anew."
    )


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    if sheet.start is None:
        return
    # Rows above the first used cell are given, columns left of it are not.
    left = [""] * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        yield Row(number, left + [as_text(value) for value in values])


def as_text(value: Value) -> str:
    """Write a cell's value so that nothing is lost: whole numbers without ``.0`` or exponent, dates in ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _EXACT
        return str(int(value)) if whole else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
