"""Rows and texts of an .xlsx, taken apart by patterns; see :mod:`ingest.readers.patterns`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.readers.archive import damaged
from ingest.readers.patterns import Unusual, pieces, referred, split
from ingest.readers.table import Row
from ingest.readers.xlsx.beginning import Beginning, beginning
from ingest.readers.xlsx.cells import COLUMNS, NUMBER, SHARED, Meaning, put, unescaped
from ingest.readers.xlsx.formulas import Formulas
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

_HIDDEN_ROW = r'<{p}row\ r="([0-9]{{1,7}})"(?:\ [\w:]+="[^"<>]*")*?\ hidden="(?:1|true|on)"'
_HIDDEN = ' hidden="'

_SPACE = r'(?:\ xml:space="(?:preserve|default)")?'


def rows(begun: Beginning, blocks: Iterator[bytes], meaning: Meaning, start: int) -> Iterator[Row]:
    """Yield each row of a sheet that has begun and goes on in ``blocks``, from row ``start`` on.

    Rows before are hardly looked at, which makes passing over them cheap.
    """
    pattern, hidden = (_compiled(of, begun.prefix) for of in (_ROWS, _HIDDEN_ROW))
    formulas = Formulas(begun.prefix, meaning)
    last_row = re.compile(f'(?s:.*)<{re.escape(begun.prefix)}row r="([0-9]{{1,7}})"')
    for piece in _pieces(begun, blocks, "row", "sheetData"):
        if start > 1 and (last := last_row.match(piece)) and int(last[1]) < start:
            continue
        is_hidden = {int(number) for number in hidden.findall(piece)} if _HIDDEN in piece else ()
        try:
            for row in _rows(split(pattern, formulas.told(piece)), meaning):
                if row.number >= start:
                    if is_hidden:
                        row.is_hidden = row.number in is_hidden
                    yield row
        except (ValueError, IndexError):  # a text is named by what is no number, or none of theirs
            raise damaged() from None


def texts(blocks: Iterator[bytes]) -> Iterator[list[str]]:
    """Yield the texts of a workbook, some thousands at a time."""
    begun = beginning(blocks, "sst")
    pattern = _compiled(_TEXTS, begun.prefix)
    for piece in _pieces(begun, blocks, "si", "sst"):
        [found] = split(pattern, piece)
        yield [unescaped(referred(text)) if text else "" for text in found]


def _compiled(pattern: str, prefix: str) -> re.Pattern[str]:
    return re.compile(pattern.format(p=re.escape(prefix), others=_OTHERS, space=_SPACE), re.VERBOSE | re.ASCII)


def _pieces(begun: Beginning, blocks: Iterator[bytes], item: str, whole: str) -> Iterator[str]:
    if not begun.is_utf8:
        raise Unusual
    return pieces(begun.rest, blocks, f"</{begun.prefix}{item}>", f"</{begun.prefix}{whole}")


def _rows(groups: list[list[str]], meaning: Meaning) -> Iterator[Row]:
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
                text = text_of(referred(written), kind or NUMBER, style)
            column = COLUMNS[letters]
            if column == len(cells) and text:
                cells.append(text)
            else:
                put(cells, column, text)
        elif number:
            if cells:
                yield Row(int(row), cells)
            row, cells = number, []
    if cells:
        yield Row(int(row), cells)
