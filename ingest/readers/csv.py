"""Delimited text: any delimiter, quoted cells with line breaks in them, any usual encoding; read as a stream."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import BinaryIO

from ingest.readers.encoding import Encoding, encoding_of
from ingest.readers.lines import Lines, head
from ingest.readers.table import Position, ReadOptions, Row, Table
from omnicapi.errors import UnreadableFile

SAMPLE_ROWS = 50

DELIMITERS = (("\t", ";", "|", ","), (":", "^", "~"))
"""The usual ones, and those that are tried only where no usual one splits anything; a map can declare any other."""

MAX_CELL = 131_072
"""Characters in one cell. More is a quotation mark that is never closed, which would take in the rest of the file."""

_DECLARED = re.compile(r'"?sep=(.)"?\r?\n')
"""A first line by which Excel is told the delimiter."""

_FIRST_QUOTED = re.compile(r'[\r\n]*"[^"]*+(?:""[^"]*+)*+"(.)')
"""A first cell in quotation marks, and what follows it: where every program writes a delimiter."""

_PACKED = {b"PK\x03\x04": ".xlsx or .zip", b"\x1f\x8b": ".gz", b"\xd0\xcf\x11\xe0": ".xls"}


_DOCUMENTS = {
    b"%pdf-": "a PDF document",
    b"{\\rtf": "a document of a word processor",
    b"<?xml": "XML",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"[{": "JSON",
}
"""How documents begin that are no delimited text, in small letters, and what they are."""

_LONGEST_BEGINNING = 256


def read(stream: BinaryIO, options: ReadOptions, start: Position) -> Table:
    """Return the rows of delimited text from ``start`` on, fetched as they are taken.

    Delimiter and encoding are found at the file's beginning wherever reading starts, so that they are always the same.
    Raises :class:`~omnicapi.errors.UnreadableFile`, at the latest when the row that cannot be read is reached.
    """
    sample = head(stream)
    for magic, ending in _PACKED.items():
        if sample.startswith(magic):
            raise UnreadableFile(f"The file is a spreadsheet or an archive under a text file's name; name it {ending}.")
    begins = sample[:_LONGEST_BEGINNING].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for beginning, kind in _DOCUMENTS.items():
        if begins.startswith(beginning):
            raise UnreadableFile(f"The file is {kind}, under a text file's name; save it as CSV UTF-8.")
    encoding = encoding_of(sample, options.encoding, options.names)
    text = sample[encoding.mark :].decode(encoding.name, "replace")
    declared = _DECLARED.match(text)
    delimiter = options.delimiter or (declared[1] if declared else find_delimiter(text, options.width))
    escape = "\\" if '\\"' in text and _is_escaped(text, delimiter) else None
    offset = encoding.mark if start.offset is None else start.offset
    stream.seek(offset)
    cells = partial(split, delimiter=delimiter, escape=escape)
    rows = _rows(Lines(stream, encoding, offset), cells, encoding, start)
    return Table(rows, delimiter=delimiter, notes=encoding.notes)


def find_delimiter(sample: str, width: int = 0) -> str:
    """Return the delimiter that makes the first rows wide enough, most alike in width, and widest, in this order.

    ``width`` is how many columns the map uses. Of equals the first wins: a comma may also be a decimal comma. Where the
    first cell is in quotation marks, the delimiter is what follows it.
    """
    quoted = _FIRST_QUOTED.match(sample)
    if quoted and any(quoted[1] in delimiters for delimiters in DELIMITERS):
        return quoted[1]
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


def _is_escaped(text: str, delimiter: str) -> bool:
    r"""Tell whether a quotation mark inside a quoted cell has a backslash before it: ``"5\" pipe"``."""
    between = re.escape(delimiter)
    return re.search(rf'(?:^|{between})"[^"\r\n]*\\"(?![\r\n"]|{between})', text, re.MULTILINE) is not None


def split(lines: Iterator[str], delimiter: str, escape: str | None = None) -> Iterator[list[str]]:
    """Yield the cells of row after row, exactly as ``csv.reader`` does, which reads all from the first quoted line on.

    Up to there a line is a row: splitting it takes a third of the time. Raises csv.Error as ``csv.reader`` does.
    """
    for line in lines:
        if '"' in line or escape or len(line) > MAX_CELL:
            yield from csv.reader(chain((line,), lines), delimiter=delimiter, escapechar=escape)
            return
        text = line.rstrip("\r\n")
        yield text.split(delimiter) if text else []


def _rows(
    lines: Lines, cells_of: Callable[[Iterator[str]], Iterator[list[str]]], encoding: Encoding, start: Position
) -> Iterator[Row]:
    first = max(start.row, 1) if start.offset is not None else 1
    number, offset, ended = first - 1, lines.offset, list[bool]()
    try:
        for number, cells in enumerate(cells_of(chain(lines, _end(ended))), start=first):
            if ended:
                if cells == [_END]:
                    return
                raise _never_closed(number)
            yield Row(number, cells, offset)
            offset = lines.offset
    except csv.Error:
        raise _never_closed(number + 1) from None
    except UnicodeDecodeError:
        raise UnreadableFile(
            f"Row {number + 1} or one soon after it is not in {encoding.name}, as the rest is; "
            "save the file as CSV UTF-8."
        ) from None


_END = "\0"
"""Stands behind the last line; no line holds it. A row that goes on to it has taken in all that comes after it."""


def _end(ended: list[bool]) -> Iterator[str]:
    """Yield :data:`_END`; ``ended`` is no longer empty when it is taken."""
    ended.append(True)
    yield _END


def _never_closed(row: int) -> UnreadableFile:
    return UnreadableFile(
        f"Row {row} cannot be read: one of its cells is longer than {MAX_CELL:,} characters or goes on to the file's "
        "end, most likely because a quotation mark is opened and never closed."
    )
