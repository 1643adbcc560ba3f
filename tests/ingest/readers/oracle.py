"""Spreadsheets as calamine reads them, which holds them in memory whole."""

import io

from python_calamine import CalamineWorkbook

from ingest.readers.cell_text import as_text


def by_calamine(data: bytes, sheet: int = 0) -> dict[int, list[str]]:
    """Return the rows that are not empty by their numbers, up to their last cells that are not.

    It gives errors such as ``#N/A`` as empty cells, and leaves out tabs and line breaks in an .ods.
    """
    found = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet)
    left = [""] * found.start[1] if found.start else []
    rows = {}
    for number, values in enumerate(found.iter_rows(), start=1):
        cells = left + [as_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows[number] = cells
    return rows
