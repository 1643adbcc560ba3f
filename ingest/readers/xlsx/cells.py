"""What the cells of an .xlsx say, and where they stand (ECMA-376 part 1, §18.3.1.4 and §18.18.11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.readers.archive import damaged
from ingest.readers.cell_text import as_text, finite, number_text
from ingest.readers.dimensions import MOST_COLUMNS
from ingest.readers.xlsx.number_formats import Padded, Shown, iso_text, value_of
from ingest.readers.xlsx.strings import Strings

NUMBER = "n"
"""The type of a cell that names none."""

SHARED = "s"
"""The type of a cell that gives the number of a text."""

_BOOLEAN = "b"
_DATE = "d"
TRUE = frozenset({"1", "true", "on"})
"""Ways in which a document says yes (ECMA-376 part 1, §22.9.2.7)."""

_RESULT_TEXT = "str"
"""The type of a cell whose formula gives a text."""

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Meaning:
    """What a workbook says of its sheets' cells: its texts, as what each style shows a number, and its first day.

    ``is_recalculated`` says that its formulas are to be worked out anew.
    """

    strings: Strings
    shown: Mapping[str, Shown | Padded]
    from_1904: bool
    is_recalculated: bool = False

    def text_of(self, text: str, kind: str, style: str | None) -> str:
        """Return a cell's text as a person would have typed it.

        ``text`` is what the file has for it, which is not empty. What is no number although it should be stays as it
        is, as do errors such as ``#N/A`` and dates in ISO 8601.
        """
        if kind == SHARED:
            return self.strings[int(text)]
        if kind == NUMBER:
            shown = self.shown.get(style) if style else None
            return number_text(text) if shown is None else self._shown(text, shown)
        if kind == _BOOLEAN:
            return as_text(text in TRUE)
        if kind == _DATE:
            return iso_text(text, from_1904=self.from_1904)
        return unescaped(text)

    def lacks_result(self, text: str, kind: str, *, is_stored: bool) -> bool:
        """Tell whether ``text`` is no result of the formula that a cell of ``kind`` has; see :data:`WITHOUT_RESULT`.

        ``is_stored`` is false where the cell has no value, not even an empty one, which is a result of kind ``str``.
        Libraries that work nothing out write none, or a zero in a workbook that is to be recalculated.
        """
        if text:
            return self.is_recalculated and text == "0"
        return not (is_stored and kind == _RESULT_TEXT)

    def _shown(self, text: str, shown: Shown | Padded) -> str:
        number = finite(text)
        if isinstance(shown, Padded):
            return (None if number is None else shown.text_of(number)) or number_text(text)
        return text if number is None else as_text(value_of(number, shown, from_1904=self.from_1904))


def unescaped(text: str) -> str:
    """Return a text with the characters that XML cannot hold, which a file has as ``_x000D_``."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character.isprintable() or character.isspace() else escape[0]


def put(cells: list[str], column: int, text: str) -> None:
    """Set the text of a column, counted from 0, in a row that ends with its last text."""
    gap = column - len(cells)
    if not text:
        return
    if gap < 0:
        cells[column] = text
    else:
        cells.extend([""] * gap)
        cells.append(text)


class _Columns(dict[str, int]):
    """Columns, counted from 0, by the letters that stand for them."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters.upper():  # programs write capitals, and all take others
            number = number * 26 + ord(letter) - 64
        if not 0 < number <= MOST_COLUMNS or not (letters.isascii() and letters.isalpha()):
            raise damaged()
        self[letters] = number - 1
        return number - 1


COLUMNS = _Columns()
