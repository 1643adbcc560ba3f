"""One cell of an .ods: its value, which has its own attribute for every type, or else its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time

from ingest.readers.cell_text import WITHOUT_RESULT, as_text, number_text
from ingest.readers.markup import SPACE

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, TEXT, OFFICE = (f"{_OASIS}{name}:1.0{SPACE}" for name in ("table", "text", "office"))

_PARAGRAPH = TEXT + "p"
_SILENT = frozenset({TEXT + "note", TEXT + "ruby-text", OFFICE + "annotation"})
"""Elements within a text that are no part of it."""

_BLANKS = {TEXT + "s": " ", TEXT + "tab": "\t", TEXT + "line-break": "\n"}
_NOT_SHOWN = frozenset({"collapse", "filter"})
_MOST_BLANKS = 255
_MOST_DIGITS = 9

_TIME_OF_DAY = re.compile(r"PT(\d{1,2})H(\d{1,2})M(\d{1,2})(?:\.(\d{1,6})\d*)?S", re.ASCII)


class Cell:
    """Takes the elements of one cell; then :attr:`text` is what a person would have typed."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self._written = ""
        self._paragraphs = self._inside = 0
        self._silent_from = 0

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element within: text stands in paragraphs, what is noted beside is none."""
        self._inside += 1
        if self._silent_from:
            return
        if tag in _SILENT or (self._inside == 1 and tag != _PARAGRAPH):
            self._silent_from = self._inside
        elif self._inside == 1:
            self._written += "\n" if self._paragraphs else ""
            self._paragraphs += 1
        elif tag in _BLANKS:
            self._written += _BLANKS[tag] * min(repeated(attributes, TEXT + "c"), _MOST_BLANKS)

    def add(self, text: str) -> None:
        """Take characters."""
        if self._inside and not self._silent_from:
            self._written += text

    def end(self) -> bool:
        """Take the end of an element, and say whether it is the cell's own."""
        if not self._inside:
            return True
        if self._silent_from == self._inside:
            self._silent_from = 0
        self._inside -= 1
        return False

    @property
    def text(self) -> str:
        """The value; what is written where there is none, and where the cell shows an error."""
        return value_of(self.attributes) or self._written or (WITHOUT_RESULT if lacks_result(self.attributes) else "")


def value_of(said: Mapping[str, str]) -> str:
    """Return the value that a cell's attributes say, as a person would have typed it; empty where they say none."""
    match said.get(OFFICE + "value-type"):
        case "float" | "percentage" | "currency":
            return number_text(said.get(OFFICE + "value", ""))
        case "boolean":
            return said.get(OFFICE + "boolean-value", "").casefold()
        case "date":
            return _moment(said.get(OFFICE + "date-value", ""))
        case "time":
            return _time(said.get(OFFICE + "time-value", ""))
    return said.get(OFFICE + "string-value", "")


def lacks_result(said: Mapping[str, str]) -> bool:
    """Tell whether a cell has a formula and no type of a value: where nothing is written, its result is not there."""
    return TABLE + "formula" in said and OFFICE + "value-type" not in said


def is_hidden(said: Mapping[str, str]) -> bool:
    """Tell whether a row or a column is not shown (OpenDocument 1.3 part 3, §19.758)."""
    return said.get(TABLE + "visibility") in _NOT_SHOWN


def repeated(attributes: Mapping[str, str], name: str) -> int:
    """Return how many times something is there."""
    value = attributes.get(name, "1")
    return int(value) if value.isdecimal() and len(value) <= _MOST_DIGITS else 1


def _moment(text: str) -> str:
    try:
        return as_text(datetime.fromisoformat(text)) if "." in text else text
    except ValueError:
        return text


def _time(text: str) -> str:
    """Return a duration of less than a day as the time of day that it is."""
    found = _TIME_OF_DAY.fullmatch(text)
    if found is None:
        return text
    hour, minute, second = map(int, found.group(1, 2, 3))
    try:
        return as_text(time(hour, minute, second, int((found[4] or "").ljust(6, "0"))))
    except ValueError:
        return text
