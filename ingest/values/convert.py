"""How one cell becomes the value of a field.

A cell is text, or, in a message, a list or an object; numbers, booleans and nulls have become text before
(:func:`as_cell`). What cannot be read for certain is refused with a hint, never guessed (meta-capi.md §11 row 25).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Any, Literal

from ingest.json.items import NOT_JSON, decode
from ingest.values.lists import flattened
from omnicapi.consent.answers import Answer, answer

Cell = Any
"""Text, or a list or an object out of JSON; the empty text means that nothing was said."""

Convert = Callable[[Cell], Any]


class Numeral(str):
    """A number of JSON or of a spreadsheet, as text: its decimal separator is a point whatever a map declares."""

    __slots__ = ()

    def strip(self, _: str | None = None, /) -> Numeral:
        """Return it as it is, a number still: there is nothing around one."""
        return self


class Rounded(Numeral):
    """A whole number of JSON or a spreadsheet with more digits than such a number keeps: the last are not known."""

    __slots__ = ()


class BadValue(Exception):
    """A cell cannot be read as its field's kind: a reason code, and what to do about it. Never holds the value."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(hint)
        self.reason = reason
        self.hint = hint


class PartlyRead(BadValue):
    """A cell of several values, or of several parts, of which some cannot be read: ``value`` is what can.

    ``faults`` say of the rest which part and why, as they go behind the field's path: ``[0].item_price:REASON``.
    """

    def __init__(self, reason: str, hint: str, value: Any, faults: Sequence[str] = ()) -> None:
        super().__init__(reason, hint)
        self.value = value
        self.faults = tuple(faults) or (f":{reason}",)


@dataclass(frozen=True, slots=True)
class Formats:
    """How a source writes times and numbers.

    ``time_zone`` is the zone of times that name none; ``None`` refuses them. ``decimal`` is the decimal separator a map
    declares; without it only a plain number with a point is read, since ``1,234`` may be either.
    """

    time_zone: tzinfo | None = None
    decimal: Literal[".", ","] | None = None


PLAIN = Formats()
"""Times with their zone, numbers with a point."""

_BOOLEANS = {Answer.YES: True, Answer.GRANTED: True, Answer.NO: False, Answer.DENIED: False}
"""A map's ``values`` adds any word that :mod:`omnicapi.consent.words` has not."""

BEYOND = 2**53
"""Whole numbers from here on are not exact where programs keep numbers as most do (IEEE 754, RFC 8259 §6)."""

_HUGE = 60
"""Digits beyond which a number in JSON is left in its own notation: writing it out could fill the memory."""


def as_cell(value: Any) -> Cell:
    """Turn a JSON value into a cell: scalars become text as they were written, ``null`` the empty text."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        kind = Rounded if _has_lost_digits(value) else Numeral
        return kind(format(value, "f") if abs(value.adjusted()) < _HUGE else value)
    if isinstance(value, list | dict):
        return value
    return Numeral(value) if -BEYOND < value < BEYOND else Rounded(value)


def _has_lost_digits(number: Decimal) -> bool:
    """Tell whether an exponent, or the size, of a number says that its last digits may not be those that were meant."""
    exponent = number.as_tuple().exponent
    return (isinstance(exponent, int) and exponent > 0) or not -BEYOND < number < BEYOND


def text(cell: Cell) -> str:
    """Return the cell's one text."""
    # A plain text, never a Numeral: messages are encoded by type, and a subclass has no encoding.
    return cell if type(cell) is str else str(one(cell))


def one(cell: Cell) -> str:
    """Return the cell's one text, a number of JSON as the number that it is."""
    if isinstance(cell, str):
        return cell
    values, others = _parts(cell)
    if others:
        raise _no_text()
    if len(values) != 1:
        raise BadValue("several_values", "this field takes one value; give one.")
    return values[0]


def texts(cell: Cell) -> list[str]:
    """Return every text of the cell: the elements of a list, or the parts between ``|``."""
    if type(cell) is str and "|" not in cell:
        return [cell]
    values, others = _parts(cell)
    found = [str(value) for value in values]
    if others:
        fault = _no_text()
        raise PartlyRead(fault.reason, fault.hint, found) if found else fault
    return found


def candidates(cell: Cell) -> str | list[str]:
    """Return the cell's one text, or every text where it has several."""
    found = texts(cell)
    return found[0] if len(found) == 1 else found


def _parts(cell: Cell) -> tuple[list[str], int]:
    """Return the texts of a cell, and how many of its parts are none."""
    if isinstance(cell, str):
        return [part for part in map(str.strip, cell.split("|")) if part], 0
    elements = flattened(cell)
    values = [value for value in elements if not isinstance(value, list | dict)]
    return [part for part in map(as_cell, values) if part], len(elements) - len(values)


def _no_text() -> BadValue:
    return BadValue("text_unreadable", "this field takes a text or a list of texts, not an object.")


def boolean(cell: Cell) -> bool:
    """Return yes or no, however it was said: ``true``, ``yes``, ``1``, ``granted``, ``sim`` and their opposites."""
    value = _BOOLEANS.get(answer(text(cell)))
    if value is None:
        raise BadValue("boolean_unreadable", "write true or false.")
    return value


def signal(cell: Cell, opts_out: bool) -> bool | None:
    """Return what a cell says of a signal of consent, ``None`` where it says that nothing is known.

    Of a signal that ``opts_out`` where it is true, "granted" and "denied" may mean either, so they are refused.
    """
    said = answer(text(cell))
    if said is Answer.SILENT:
        return None
    if said is Answer.UNREADABLE or (opts_out and said in (Answer.GRANTED, Answer.DENIED)):
        raise BadValue("boolean_unreadable", "write true or false.")
    return _BOOLEANS[said]


def as_it_is(cell: Cell) -> Cell:
    """Return the cell: what it says is read where all that is said of consent comes together."""
    return cell


def json_object(cell: Cell) -> dict[str, Any]:
    """Return a JSON object, which a text may write."""
    found = as_json(cell) if isinstance(cell, str) else cell
    if not isinstance(found, dict):
        raise BadValue("object_unreadable", "this field takes a JSON object.")
    return found


def as_json(text: str) -> Any:
    """Return the list or object that a text writes in JSON, as cells of a file and form fields do, else ``None``."""
    try:
        return decode(text.encode()) if text.startswith(("[", "{")) else None
    except (*NOT_JSON, UnicodeEncodeError):
        return None
