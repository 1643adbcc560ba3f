"""Rows and texts of an .xlsx whose XML is written as spreadsheet programs usually do, taken apart by patterns.

That is several times as fast as following every element, and as certain: patterns describe whole cells and texts, and
wherever anything but blanks is left between them, :class:`Unusual` is raised and a parser takes over
(:mod:`ingest.readers.xlsx.thorough`). What stands before the first row is always the parser's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from ingest.readers.archive import damaged
from ingest.readers.dimensions import Numbered
from ingest.readers.markup import MOST_UNFINISHED, too_long
from ingest.readers.xlsx.beginning import Beginning, beginning
from ingest.readers.xlsx.cells import COLUMNS, NUMBER, SHARED, Meaning, put, unescaped
from ingest.readers.xlsx.strings import TOGETHER

_OTHERS = r'(?:\ (?![rst]=)[\w:]+="[^"<>]*")*+'
"""Attributes without a meaning for us; those of a cell that have one stand in their usual order."""

_ROWS = r"""
<{p}row\ r="([0-9]{{1,7}})"{others}(?:\ s="[0-9]+")?{others}\ ?/?> | </{p}row>
| <{p}c\ r="([A-Z]{{1,3}})([0-9]{{1,7}})"(?:\ s="([0-9]+)")?(?:\ t="([A-Za-z]+)")?{others}(?:\ ?/>|>
  (?:<{p}f(?:\ t="[A-Za-z]+")?{others}(?:/>|>[^<]*</{p}f>))?
  (?:(?:<{p}v>|<{p}is><{p}t{space}>)([^<]*)(?:</{p}v>|</{p}t></{p}is>)|<{p}v\ ?/>)?
  </{p}c>)
"""
"""Groups: a row's number; a cell's column, row, style, type and text."""

_TEXTS = r"<{p}si>(?:<{p}t{space}>([^<]*)</{p}t>|<{p}t\ ?/>)</{p}si>"

_SPACE = r'(?:\ xml:space="(?:preserve|default)")?'

_OPENED = re.compile(rb'<[\w:]+(?:\s+[\w:]+="[^"<>]*")*\s*>')

_REFERENCE = re.compile("&(?:#([0-9]{1,7});|#x([0-9A-Fa-f]{1,6});|(amp|lt|gt|quot|apos);)?")
_CHARACTERS, _BLANKS = range(0x20, 0xD800), frozenset({0x9, 0xA, 0xD})
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Unusual(Exception):
    """Something stands here that no pattern describes."""


def rows(blocks: Iterator[bytes], meaning: Meaning, start: int) -> Iterator[Numbered]:
    """Yield the number and the cells of each row of a sheet, from row ``start`` on.

    Rows before are hardly looked at, which makes passing over them cheap.
    """
    begun = beginning(blocks, "sheetData")
    pattern = _compiled(_ROWS, begun.prefix)
    last_row = re.compile(f'(?s:.*)<{re.escape(begun.prefix)}row r="([0-9]{{1,7}})"')
    for piece in _pieces(begun, blocks, "row", "sheetData"):
        if start > 1 and (last := last_row.match(piece)) and int(last[1]) < start:
            continue
        try:
            yield from (row for row in _rows(_split(pattern, piece), meaning) if row[0] >= start)
        except (ValueError, IndexError):  # a text is named by what is no number, or none of theirs
            raise damaged() from None


def texts(blocks: Iterator[bytes]) -> Iterator[list[str]]:
    """Yield the texts of a workbook, some thousands at a time."""
    begun = beginning(blocks, "sst")
    pattern = _compiled(_TEXTS, begun.prefix)
    for piece in _pieces(begun, blocks, "si", "sst"):
        [found] = _split(pattern, piece)
        yield [unescaped(_referred(text)) if text else "" for text in found]


def _compiled(pattern: str, prefix: str) -> re.Pattern[str]:
    return re.compile(pattern.format(p=re.escape(prefix), others=_OTHERS, space=_SPACE), re.VERBOSE | re.ASCII)


def _pieces(begun: Beginning, blocks: Iterable[bytes], item: str, whole: str) -> Iterator[str]:
    """Yield what stands in a list, in pieces that end where an item does; the list ends with the element ``whole``."""
    opened = _OPENED.match(begun.rest) if begun.is_utf8 else None
    if opened is None:
        raise Unusual
    rest, item_end, whole_end = b"", f"</{begun.prefix}{item}>".encode(), f"</{begun.prefix}{whole}".encode()
    blocks = chain([begun.rest[opened.end() :]], blocks)
    for block in blocks:
        rest += block
        end = rest.find(whole_end)
        if end >= 0:
            yield _decoded(rest[:end])
            for _ in blocks:
                pass  # only to the end is it known that the part is not damaged
            return
        last = rest.rfind(item_end)
        end = last + len(item_end) if last >= 0 else 0
        yield _decoded(rest[:end])
        rest = rest[end:]
        if len(rest) > MOST_UNFINISHED:
            raise too_long()
    raise damaged()


def _decoded(piece: bytes) -> str:
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        raise damaged() from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _split(pattern: re.Pattern[str], piece: str) -> list[list[str]]:
    """Return what each group of the pattern says, match by match; nothing is ``None``."""
    parts = pattern.split(piece)
    step = pattern.groups + 1
    if "".join(parts[::step]).strip():
        raise Unusual
    return [parts[group::step] for group in range(1, step)]


def _rows(groups: list[list[str]], meaning: Meaning) -> Iterator[Numbered]:
    row, cells = "", list[str]()
    pack, text_of = meaning.strings.pack, meaning.text_of
    for number, letters, of, style, kind, written in zip(*groups, strict=True):
        if written:
            if of != row:
                raise Unusual
            if kind == SHARED:  # most cells; Strings would do the same, a call later
                place = int(written)
                text = pack(place // TOGETHER)[place % TOGETHER]
            else:
                text = text_of(_referred(written), kind or NUMBER, style)
            column = COLUMNS[letters]
            if column == len(cells) and text:
                cells.append(text)
            else:
                put(cells, column, text)
        elif number:
            if cells:
                yield int(row), cells
            row, cells = number, []
    if cells:
        yield int(row), cells


def _referred(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    decimal, hexadecimal, name = reference.groups()
    if name:
        return _NAMED[name]
    number = int(decimal) if decimal else int(hexadecimal or "0", 16)
    if number not in _CHARACTERS and number not in _BLANKS:
        raise Unusual  # no reference, or to no character; the parser knows
    return chr(number)
