"""Spreadsheets of any length as Excel and LibreOffice write them.

The XML is written row by row; a library would take minutes for a million rows, or hold them all. Below the header some
columns are times, which an .xlsx has as numbers of a cell with a date's format, and some are numbers; texts are shared.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from ingest.values.places import letters

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
OPENED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{} xmlns="{}">'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

DATE_STYLE = 1
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zone


OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


def write_ods(path: Path, rows: Iterable[list[str]], times: frozenset[int], numbers: frozenset[int]) -> None:
    """Write an OpenDocument spreadsheet of one sheet."""
    names = " ".join(f'xmlns:{name}="{OASIS}{name}:1.0"' for name in ("office", "table", "text"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        with archive.open("content.xml", "w", force_zip64=True) as part:
            opened = f'<office:document-content {names} xmlns:calcext="{CALC}"><office:body><office:spreadsheet>'
            part.write(f'{opened}<table:table table:name="Orders">'.encode())
            for number, cells in enumerate(rows):
                data = number > 0
                written = (
                    _ods_cell(cell, is_time=data and at in times, is_number=data and at in numbers)
                    for at, cell in enumerate(cells)
                )
                part.write(f"<table:table-row>{''.join(written)}</table:table-row>".encode())
            part.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")


def _ods_cell(text: str, *, is_time: bool, is_number: bool) -> str:
    kind, value = "string", ""
    if is_time:
        kind, value = "date", f' office:date-value="{text.replace(" ", "T")}"'
    elif is_number:
        kind, value = "float", f' office:value="{text}"'
    types = f'office:value-type="{kind}"{value} calcext:value-type="{kind}"'
    return f"<table:table-cell {types}><text:p>{escape(text)}</text:p></table:table-cell>"


def write_xlsx(path: Path, rows: Iterable[list[str]], times: frozenset[int], numbers: frozenset[int]) -> None:
    """Write a workbook of one sheet."""
    texts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        _rest(archive)
        with archive.open(SHEET, "w", force_zip64=True) as part:
            part.write(OPENED.format("worksheet", MAIN).encode() + b"<sheetData>")
            for number, cells in enumerate(rows, start=1):
                kinds = ("time" if at in times else "number" if at in numbers else "" for at in range(len(cells)))
                written = (
                    _cell(f"{letters(at)}{number}", cell, kind if number > 1 else "", texts)
                    for at, (cell, kind) in enumerate(zip(cells, kinds, strict=True))
                )
                part.write(f'<row r="{number}" spans="1:{len(cells)}">{"".join(written)}</row>'.encode())
            part.write(b"</sheetData></worksheet>")
        with archive.open(TEXTS, "w", force_zip64=True) as part:
            part.write(OPENED.format("sst", MAIN).encode())
            for text in texts:
                part.write(f"<si><t>{escape(text)}</t></si>".encode())
            part.write(b"</sst>")


def _cell(place: str, text: str, kind: str, texts: dict[str, int]) -> str:
    if kind == "time":
        days = (datetime.fromisoformat(text) - EPOCH) / timedelta(days=1)
        return f'<c r="{place}" s="{DATE_STYLE}"><v>{days!r}</v></c>'
    if kind == "number":
        return f'<c r="{place}"><v>{text}</v></c>'
    return f'<c r="{place}" t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'


def _rest(archive: zipfile.ZipFile) -> None:
    """Write all that a workbook has beside its rows and texts, out of a small one."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("Orders")
        sheet.write_string(0, 0, "a text")
        sheet.write_datetime(0, 1, EPOCH, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
    with zipfile.ZipFile(data) as small:
        for name in small.namelist():
            if name not in {SHEET, TEXTS}:
                archive.writestr(name, small.read(name))
