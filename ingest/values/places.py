"""Where a column stands: counted from 0, by the letters of spreadsheets, or by the name in its header."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Place = Annotated[int, Meta(ge=0, le=16_383, description="Column, counted from 0: A is 0.")] | str
"""Where a field stands: a zero-based column, the column's letter as a spreadsheet writes a whole column (``F:F``), the
name of a header cell, or a JSON key (``contact.email``)."""


def letters(index: int) -> str:
    """Name a zero-based column as spreadsheets do."""
    name = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def index_of(letters: str) -> int:
    """Return the zero-based column that spreadsheets call so: ``A`` is 0, ``AA`` is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
