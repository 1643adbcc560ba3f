"""How cells fill one struct of an event: which cell goes into which of its fields, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ingest.events.currency import joint
from ingest.events.needed import STRICTEST, is_needed
from ingest.events.row_compiler import Make, maker
from ingest.values.convert import BadValue, Cell, Convert, PartlyRead
from ingest.values.fields import Field, Kind
from omnicapi.errors import Refused


@dataclass(frozen=True, slots=True)
class Column:
    """One cell's use: its position, the field it fills, and what to call the place (``F``, or a key).

    ``convert`` reads the cell where the field's kind alone does not say how. ``joined`` are the positions of several
    cells that are read as one, ``index`` being the first. ``product`` tells the products of numbered columns apart.
    ``between`` stands between several products of one cell.
    """

    index: int
    field: Field
    place: str
    convert: Convert | None = None
    joined: tuple[int, ...] = ()
    product: int = 0
    between: str = ""

    def refused(self, error: BadValue, row: int | str) -> Refused:
        """Return the refusal of a row whose cell cannot be read; it names the cell (``F6``), or the key."""
        return Refused(error.reason, f"{self.where(row)}: {error.hint}", self.field.path)

    def where(self, row: int | str) -> str:
        """Name the cell of a row, and the field that it fills."""
        place, path = f"{self.place}{row}", self.field.path
        return path if place == path else f"{place} ({path})"


class Reading(msgspec.Struct, eq=False, gc=False):
    """How the cells of one row are read: what the event cannot do without, and ``warnings`` of what was left out."""

    row: int | str
    warnings: list[str]
    event_name: str | None = None
    whole: bool = True
    """Whether the row is an event by itself, not part of an order."""

    def read(self, cell: Cell, convert: Convert, column: Column) -> Any:
        """Return the value of a cell; ``None`` where it says nothing, or cannot be read and is not needed."""
        of = column.field
        try:
            return convert(cell)
        except PartlyRead as partly:
            self.warnings += [f"{of.path}{fault}" for fault in partly.faults]
            return partly.value
        except BadValue as error:
            if is_needed(of, self.event_name, self.whole):
                raise column.refused(error, self.row) from None
            self.warnings.append(f"{of.path}:{error.reason}")
            return STRICTEST.get(of.path)


_LISTS = {Kind.LIST, Kind.CONTENTS}

_CURRENCY = "custom_data.currency"
_TELLING = {"event_id", "custom_data.order_id"}
"""Fields by which an event is told from others."""

CONTRADICTED = "keys_contradict"
_TWICE = "another key says this field too, and something else; write it once."


class Filling:
    """The cells and constants that fill one struct. ``defaults`` hold for fields whose own cell is empty.

    With ``one_name`` several cells of a field are names for the same, which must not contradict each other.
    """

    def __init__(self, struct: type[Any], defaults: Mapping[str, Any] | None = None, *, one_name: bool = False) -> None:
        self._one_name = one_name
        self.defaults = dict(defaults or {})
        self._struct = struct
        self._steps: list[tuple[str, int, Convert, Column]] = []
        self._more: list[tuple[str, int, Convert, Column]] = []
        self._nothing: Any = None
        self._compiled: Make | None = None

    def add(self, column: Column, convert: Convert) -> None:
        """Take a column, whose cells ``convert`` reads."""
        attribute = column.field.attribute
        known = any(step[0] == attribute for step in self._steps)
        (self._more if known else self._steps).append((attribute, column.index, convert, column))

    def ready(self, many: bool) -> None:
        """Take no more columns and defaults. For ``many`` rows the code that makes the struct is written now."""
        self._nothing = self._struct(**self.defaults)
        if many and not self._more and issubclass(self._struct, msgspec.Struct):
            columns = {attribute: (index, convert) for attribute, index, convert, _ in self._steps}
            self._compiled = maker(self._struct, columns, self.defaults)

    def made(self, cells: Sequence[Cell], reading: Reading) -> Any:
        """Return the struct of a row; raises Refused that names the cell which cannot be read and is needed."""
        if self._compiled is not None:
            try:
                return self._compiled(cells)
            except BadValue:
                pass  # step by step it is seen which cell it was
        return self._struct(**self.values(cells, reading))

    def values(self, cells: Sequence[Cell], reading: Reading) -> dict[str, Any]:
        """Return what a row says of the struct's fields, without those of which it says nothing; see :meth:`made`."""
        values = self.defaults.copy()
        for attribute, index, convert, column in self._steps:
            if (cell := cells[index]) and (value := reading.read(cell, convert, column)) is not None:
                values[attribute] = value
        for attribute, index, convert, column in self._more:
            # Lists grow; of anything else the first cell that says something counts.
            cell, is_list = cells[index], column.field.kind in _LISTS
            if not cell:
                continue
            if values.get(attribute) is not None and not is_list:
                if self._one_name:
                    values[attribute] = _compared(values[attribute], cell, convert, column, reading)
                continue
            if (value := reading.read(cell, convert, column)) is not None:
                values[attribute] = [*values.get(attribute, ()), *value] if is_list else value
        return values

    def says(self, made: Any) -> bool:
        """Tell whether a struct holds more than defaults, or nothing but defaults was ever expected."""
        return made != self._nothing if self._steps else bool(self.defaults)


def _compared(value: Any, cell: Cell, convert: Convert, column: Column, reading: Reading) -> Any:
    """Return the value of a field that another cell says again.

    Where that says something else, the strictest meaning of what a person may have decided counts, the row is refused
    if the event needs the field or is known by it, and the value stays otherwise, with a warning.
    """
    of = column.field
    try:
        again = convert(cell)
        is_same = again == value or (isinstance(again, str) and again.casefold() == str(value).casefold())
    except BadValue:
        is_same = False
    if is_same or (of.path == _CURRENCY and joint((str(value), str(cell)))):
        return value
    if of.path in _TELLING or is_needed(of, reading.event_name, reading.whole):
        raise column.refused(BadValue(CONTRADICTED, _TWICE), reading.row)
    reading.warnings.append(f"{of.path}:{CONTRADICTED}")
    return STRICTEST.get(of.path, value)
