"""Reads a Parquet file, whose bytes the asker has, and tells its rows: the decoding process's work."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection
from typing import Any, BinaryIO, cast

from arro3.io import read_parquet

from ingest.readers.parquet.columns import columns, names
from ingest.readers.parquet.messages import BytesWanted, Columns, Damaged, End, Job, Message, Rows

BATCH = 1024
"""Rows that are decoded at a time. However few bytes a file has, each of their cells may be as long as a page."""


def decode(asker: Connection[Message, Any], job: Job) -> None:
    """Send columns and rows until the file ends."""
    try:
        reader = read_parquet(cast("BinaryIO", _Remote(asker, job.size)), batch_size=BATCH)
        asker.send(Columns(list(names(map(reader.schema.field, range(len(reader.schema))), job.deepest))))
        skip = job.skip
        for batch in reader:
            if skip < batch.num_rows:
                arrays = batch.slice(skip).columns
                asker.send(Rows([values for array in arrays for values in columns(array, job.deepest)]))
            skip = max(0, skip - batch.num_rows)
        asker.send(End())
    except MemoryError:
        raise
    except BaseException:  # noqa: BLE001 - panics of the library are no Exceptions, and say nothing to anybody
        asker.send(Damaged())


class _Remote:
    """The file as the library reads it: a jump, then a page. It asks a file for no more than these two."""

    def __init__(self, asker: Connection[Message, Any], size: int) -> None:
        self._asker = asker
        self._size = size
        self._at = 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        self._asker.send(BytesWanted(self._at, size if size >= 0 else self._size))
        data = self._asker.recv_bytes()
        self._at += len(data)
        return data
