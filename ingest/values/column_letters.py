"""The letters by which spreadsheets call their columns."""

from __future__ import annotations


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
