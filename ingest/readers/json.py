"""JSON: a list of objects, at the top or inside an object (``{"orders": […]}``), read element by element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import BinaryIO

from ingest.readers import ndjson
from ingest.readers.elements import STRING, elements
from ingest.readers.encoding import UTF_8, encoding_of
from ingest.readers.lines import head
from ingest.readers.objects import ObjectCells, value_of
from ingest.readers.table import Position, ReadOptions, Row, Table
from omnicapi.errors import UnreadableFile

SAMPLE_OBJECTS = 200
"""Objects whose keys make the header, beside those that the map names."""

_LIST_OF_OBJECTS = re.compile(STRING + rb"|(\[)\s*\{", re.DOTALL)


def read(stream: BinaryIO, options: ReadOptions, start: Position) -> Table:
    """Return the header as row 0, then a row an object of the list; rows are counted from 1.

    A file of one object per line is read as what it is, and one object alone is one row. Raises
    :class:`~omnicapi.errors.UnreadableFile`, at the latest when the place is reached that is not JSON.
    """
    sample = head(stream)
    encoding = encoding_of(sample, options.encoding, is_json=True)
    mark = encoding.mark
    if encoding.name != UTF_8:
        raise UnreadableFile(f"The file is in {encoding.name}; JSON is UTF-8 (RFC 8259). Export it anew.")
    if _is_object_a_line(sample[mark:]):
        return ndjson.read(stream, options, start)
    first = _first(sample, mark)
    listed, first = first is not None, mark if first is None else first
    objects = ObjectCells(map(value_of, _sample(stream, first, listed)), options.names)
    offset = first if start.offset is None else start.offset
    stream.seek(offset)
    return Table(_rows(elements(stream, offset, listed), objects, start))


def _is_object_a_line(sample: bytes) -> bool:
    lines = sample.splitlines()
    return len(lines) > 1 and isinstance(value_of(lines[0]), dict)


def _first(sample: bytes, mark: int) -> int | None:
    """Return where the first element lies: in the first list of objects, else in the list that the file is."""
    found = next((match.end() - 1 for match in _LIST_OF_OBJECTS.finditer(sample, mark) if match[1]), None)
    if found is None and sample[mark:].lstrip().startswith(b"["):
        return sample.index(b"[") + 1
    return found


def _sample(stream: BinaryIO, first: int, listed: bool) -> Iterator[bytes]:
    stream.seek(first)
    with suppress(UnreadableFile):  # the rows say it once they come there
        for _, element in islice(elements(stream, first, listed), SAMPLE_OBJECTS):
            yield element


def _rows(found: Iterator[tuple[int, bytes]], objects: ObjectCells, start: Position) -> Iterator[Row]:
    if start.offset is None:
        yield Row(0, objects.header)
    for number, (offset, element) in enumerate(found, start=max(start.row, 1) if start.offset is not None else 1):
        yield objects.row(number, element, offset, "the list holds something that is no object; each is one event.")
