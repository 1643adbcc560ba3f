"""Parquet: columns are the header, structs give names with dots as JSON's objects do; read as a stream.

The file is decoded in another process (:mod:`ingest.readers.parquet.decoder`), which takes a moment to start and no
more memory than ``MAX_PARQUET_MEMORY_BYTES``. Rows have no offsets; those before the first that is wanted are decoded
and passed over, some 6 million a second.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from typing import BinaryIO

from ingest.readers.blocks import Blocks
from ingest.readers.objects import DEEPEST, MOST_KEYS
from ingest.readers.packed import FLOOR
from ingest.readers.parquet.decoder import Decoder
from ingest.readers.parquet.messages import Columns, Job
from ingest.readers.parquet.values import cells_of
from ingest.readers.table import Position, ReadOptions, Row, Table
from omnicapi.errors import UnreadableFile

_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
_LEAST = 12
"""Bytes of a file without columns or rows: twice the magic, and the length of what lies between."""


def read(stream: BinaryIO, options: ReadOptions, start: Position) -> Table:
    """Return the header as row 0, then the rows from ``start`` on, counted from 1, decoded as they are taken.

    Raises :class:`~omnicapi.errors.UnreadableFile`, at the latest when the rows are reached that cannot be read.
    """
    if importlib.util.find_spec("arro3") is None:
        raise UnreadableFile(
            "Parquet is not read here, because arro3 is not installed: say pip install 'omnicapi[parquet]' (for an "
            "image: give uv sync --only-group parquet, as the Dockerfile does), or export the file as CSV or NDJSON."
        )
    size = stream.seek(0, os.SEEK_END)
    _check(stream, size)
    return Table(_rows(stream, size, options, start))


def _check(stream: BinaryIO, size: int) -> None:
    stream.seek(0)
    begins = stream.read(len(_MAGIC))
    if begins == _ENCRYPTED:
        raise UnreadableFile("The Parquet file is encrypted; write it without encryption.")
    if begins != _MAGIC:
        raise UnreadableFile("The file is no Parquet, whatever its name says; export it anew.")
    stream.seek(max(0, size - len(_MAGIC)))
    if size < _LEAST or stream.read(len(_MAGIC)) != _MAGIC:
        raise UnreadableFile("The Parquet file is cut off; let its program finish writing it, and drop it again.")


def _rows(stream: BinaryIO, size: int, options: ReadOptions, start: Position) -> Iterator[Row]:
    left = max(FLOOR, size * options.max_packing)
    number = max(start.row, 1)
    job = Job(size=size, skip=number - 1, deepest=DEEPEST, memory=options.max_parquet_memory_bytes)
    with Decoder(job, Blocks(stream).read) as decoder:
        for message in decoder.messages():
            if isinstance(message, Columns):
                yield Row(0, _header(message))
                if message.names:
                    continue
                return  # a file may claim any number of rows of nothing
            texts = list(map(cells_of, message.columns))
            left -= sum(len(column) + sum(map(len, column)) for column in texts)
            if left < 0:
                raise UnreadableFile(
                    f"Row {number:,} and those after it would make more than {options.max_packing} times the file's "
                    "size of text; if the file is meant so, raise MAX_PACKING, or export it as CSV."
                )
            for cells in zip(*texts, strict=True):
                yield Row(number, list(cells))
                number += 1


def _header(columns: Columns) -> list[str]:
    if len(columns.names) > MOST_KEYS:
        raise UnreadableFile(
            f"The Parquet file has {len(columns.names):,} columns, more than {MOST_KEYS:,}; export those that the map "
            "uses."
        )
    return columns.names
