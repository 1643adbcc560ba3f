"""Readers turn a file into rows of text cells, each with the row number that a spreadsheet shows.

One module a kind of file; :func:`read` chooses by the name's ending. Reading can begin at any row's position, which is
how a large file is read in pieces, and by several instances: see :func:`read`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import dropwhile
from pathlib import PurePosixPath
from typing import BinaryIO

from ingest.readers import csv, json, ndjson, packed, spreadsheet
from ingest.readers.boundary import Watched, guarded, guarded_rows
from ingest.readers.parquet.reader import read as read_parquet
from ingest.readers.table import BEGINNING, Position, ReadOptions, Table
from omnicapi.errors import UnreadableFile

READERS = {
    ".csv": csv.read,
    ".tsv": csv.read,
    ".txt": csv.read,
    ".ndjson": ndjson.read,
    ".jsonl": ndjson.read,
    ".json": json.read,
    ".xlsx": spreadsheet.read,
    ".xlsm": spreadsheet.read,
    ".xls": spreadsheet.read,
    ".ods": spreadsheet.read,
    ".parquet": read_parquet,
}
PACKED = (".gz", ".zip")

MOST_SHOWN = 40
"""Characters of a name's ending that a refusal shows: that of a file in an archive may have 64 kB."""

PASSING_OVER = frozenset({".parquet", ".xlsx", ".xlsm", ".ods"})
"""Formats without offsets in which rows are passed over much faster than they are read."""

HERE_AND_THERE = frozenset({".parquet", ".xlsx", ".xlsm", ".xls", ".ods"})
"""Formats that are not read from their beginning to their end."""


def read(name: str, stream: BinaryIO, options: ReadOptions, start: Position = BEGINNING) -> Table:
    """Return the rows of the file ``name``, whose content is ``stream``, from ``start`` on, lazily where it can be.

    ``stream`` can be sought. Rows have the same numbers and cells wherever reading starts: the rows that are read from
    the position of a row are that row and all that come after it, as if the file had been read from its beginning. A
    header that comes from keys (row 0) is only given at the beginning.

    Raises :class:`~omnicapi.errors.UnreadableFile` here or while the rows are taken, whatever is wrong with the file;
    besides only what ``stream`` raises, and TransientError where the file could not be decoded this time.
    """
    watched = Watched(stream)
    with guarded(watched):
        table = _table(name, watched.as_stream(), options, start)
    return replace(table, rows=guarded_rows(dropwhile(lambda row: row.number < start.row, table.rows), watched))


def _table(name: str, stream: BinaryIO, options: ReadOptions, start: Position) -> Table:
    suffix = PurePosixPath(name).suffix.casefold()
    if suffix in PACKED:
        name, stream = _unpacked(name, suffix, stream, options)
        suffix = PurePosixPath(name).suffix.casefold()
        if suffix in HERE_AND_THERE:
            stream = packed.held(stream, options.max_spreadsheet_bytes)
    reader = READERS.get(suffix)
    if reader is None:
        raise _unknown(suffix)
    return reader(stream, options, start)


def begins_anywhere(name: str, position: Position) -> bool:
    """Tell whether reading from ``position`` takes much less than reading from the file's beginning."""
    return position.offset is not None or PurePosixPath(name).suffix.casefold() in PASSING_OVER


def _unpacked(name: str, suffix: str, stream: BinaryIO, options: ReadOptions) -> tuple[str, BinaryIO]:
    if suffix == ".gz":
        return packed.open_gzip(name, stream, options.max_packing)
    return packed.open_zip(stream, options.max_packing)


def _unknown(suffix: str) -> UnreadableFile:
    what = f"ends in {suffix[:MOST_SHOWN]}" if suffix else "has no ending"
    return UnreadableFile(
        f"The file's name {what}; files that can be read end in {', '.join(READERS)}, "
        f"or in one of these and {' or '.join(PACKED)}."
    )
