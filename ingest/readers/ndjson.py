"""JSON, one object per line (NDJSON, JSON Lines)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from ingest.readers.encoding import encoding_of
from ingest.readers.lines import Lines, head
from ingest.readers.objects import ObjectCells, value_of
from ingest.readers.table import Position, ReadOptions, Row, Table


def read(stream: BinaryIO, options: ReadOptions, start: Position) -> Table:
    """Return the header as row 0, then a row per line from ``start`` on, fetched as they are taken.

    Raises :class:`~omnicapi.errors.UnreadableFile` while the rows are taken, where a line never ends.
    """
    sample = head(stream)
    found = encoding_of(sample, options.encoding, options.names, is_json=True)
    encoding = replace(found, is_declared=False)  # a line that is not of it is the fault of that line alone
    whole_lines = sample[encoding.mark :].decode(encoding.name, "replace").splitlines()
    objects = ObjectCells(map(value_of, whole_lines), options.names)
    offset = encoding.mark if start.offset is None else start.offset
    stream.seek(offset)
    return Table(_rows(Lines(stream, encoding, offset), objects, start), notes=encoding.notes)


def _rows(lines: Lines, objects: ObjectCells, start: Position) -> Iterator[Row]:
    if start.offset is None:
        yield Row(0, objects.header)
    offset = lines.offset
    for number, line in enumerate(lines, start=max(start.row, 1) if start.offset is not None else 1):
        if line.isspace():
            yield Row(number, [], offset)
        else:
            yield objects.row(number, line, offset, "the line is no JSON object; write one object per line.")
        offset = lines.offset
