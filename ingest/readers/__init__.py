"""Readers turn a file into rows of text cells, each with the row number that a spreadsheet shows.

One module a kind of file; :func:`read` chooses by the name's ending.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import BinaryIO

from ingest.readers import csv, spreadsheet
from ingest.readers.table import USUAL, Options, Table
from omnicapi.errors import UnreadableFile

__all__ = ["USUAL", "Options", "Table", "read"]

READERS = {
    ".csv": csv.read,
    ".tsv": csv.read,
    ".txt": csv.read,
    ".xlsx": spreadsheet.read,
}


def read(name: str, stream: BinaryIO, options: Options) -> Table:
    """Return the rows of the file ``name``, whose content is ``stream``, lazily where its format allows.

    Raises :class:`~omnicapi.errors.UnreadableFile` here or while the rows are taken.
    """
    suffix = PurePosixPath(name).suffix.casefold()
    reader = READERS.get(suffix)
    if reader is None:
        what = f"ends in {suffix}" if suffix else "has no ending"
        raise UnreadableFile(f"The file's name {what}; files that can be read end in {', '.join(READERS)}.")
    return reader(stream, options)
