"""Delimited text: any delimiter, quoted cells with line breaks in them, any usual encoding; read as a stream."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from ingest.readers.encoding import UTF_8, WINDOWS_1252, byte_order_mark, detect
from ingest.readers.table import Options, Row, Table
from omnicapi.errors import UnreadableFile

SAMPLE = 256 * 1024
"""Bytes that are looked at to find delimiter and encoding."""

SAMPLE_ROWS = 50

DELIMITERS = (("\t", ";", "|", ","), (":", "^", "~"))
"""The usual ones, and those that are tried only where no usual one splits anything; a map can declare any other."""

MAX_CELL = 131_072
"""Characters in one cell. More is a quotation mark that is never closed, which would swallow the rest of the file."""


def read(stream: BinaryIO, options: Options) -> Table:
    """Return the rows of delimited text, fetched as they are taken.

    Raises :class:`~omnicapi.errors.UnreadableFile`, at the latest when the row that cannot be read is reached.
    """
    buffered = io.BufferedReader(stream, SAMPLE)  # type: ignore[type-var]  # BinaryIO lacks readinto; every stream has it
    sample = buffered.peek(SAMPLE)
    if sample.startswith(b"PK\x03\x04"):
        raise UnreadableFile("The file is a spreadsheet or an archive under a text file's name; name it .xlsx.")
    encoding = byte_order_mark(sample) or options.encoding or detect(sample)
    delimiter = options.delimiter or find_delimiter(sample.decode(encoding, "replace"), options.width)
    errors = WINDOWS_1252 if encoding == UTF_8 else "strict"
    text = io.TextIOWrapper(buffered, encoding, errors, newline="")
    return Table(_rows(text, delimiter, encoding))


def find_delimiter(sample: str, width: int = 0) -> str:
    """Return the delimiter that makes the first rows wide enough, most alike in width, and widest, in this order.

    ``width`` is how many columns the map uses. Of equals the first wins: a comma may also be a decimal comma.
    """
    for delimiters in DELIMITERS:
        scores = {delimiter: _score(sample, delimiter, width) for delimiter in delimiters}
        best = max(delimiters, key=lambda delimiter: scores[delimiter])
        if scores[best] > _SPLITS_NOTHING:
            return best
    return ","


_SPLITS_NOTHING = (False, 0.0, 0)


def _score(sample: str, delimiter: str, needed: int) -> tuple[bool, float, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths: Counter[int] = Counter()
    with suppress(csv.Error):  # reading the file says what is wrong; the rows before tell the delimiter
        widths.update(len(cells) for cells, _ in zip(reader, range(SAMPLE_ROWS), strict=False) if cells)
    width, rows = widths.most_common(1)[0] if widths else (0, 0)
    return (width >= needed, rows / widths.total(), width) if width > 1 else _SPLITS_NOTHING


def _rows(text: io.TextIOWrapper, delimiter: str, encoding: str) -> Iterator[Row]:
    number = 0
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=delimiter), start=1):
            yield number, cells
    except csv.Error:
        raise UnreadableFile(
            f"Row {number + 1} cannot be read: one of its cells is longer than {MAX_CELL:,} characters, most likely "
            "because a quotation mark is opened and never closed."
        ) from None
    except UnicodeDecodeError:
        raise UnreadableFile(
            f"Row {number + 1} or one soon after it is not in {encoding}, as the rest is; save the file as CSV UTF-8."
        ) from None
