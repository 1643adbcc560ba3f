"""How cells fill one struct of an event: which cell goes into which of its fields, and how it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.contents import contents
from ingest.convert import BadValue, Cell, Convert, Formats, converter, text, texts
from ingest.fields import Field, Kind
from omnicapi.errors import Refused


@dataclass(frozen=True, slots=True)
class Column:
    """One cell's use: its position, the field it fills, and what to call the place (``F``, or a key).

    ``convert`` reads the cell where the field's kind alone does not say how. ``joined`` are the positions of several
    cells that are read as one, ``index`` being the first. ``product`` tells the products of numbered columns apart.
    """

    index: int
    field: Field
    place: str
    convert: Convert | None = None
    joined: tuple[int, ...] = ()
    product: int = 0

    def refused(self, error: BadValue, row: int | str) -> Refused:
        """Return the refusal of a row whose cell cannot be read; it names the cell (``F6``), or the key."""
        return Refused(error.reason, f"{self.where(row)}: {error.hint}", self.field.path)

    def where(self, row: int | str) -> str:
        """Name the cell of a row, and the field that it fills."""
        place, path = f"{self.place}{row}", self.field.path
        return path if place == path else f"{place} ({path})"


def convert_for(of: Field, formats: Formats) -> Convert:
    """Return the function that reads cells of a field; it raises :class:`~ingest.convert.BadValue`."""
    return contents if of.kind is Kind.CONTENTS else converter(of.kind, formats)


class Filling:
    """The cells and constants that fill one struct. ``defaults`` hold for fields whose own cell is empty."""

    def __init__(self) -> None:
        self.defaults: dict[str, Any] = {}
        self._steps: list[tuple[str, int, Convert, Column]] = []
        self._more: list[tuple[str, int, Convert, Column]] = []

    def add(self, column: Column, convert: Convert) -> None:
        """Take a column, whose cells ``convert`` reads."""
        attribute = column.field.attribute
        known = any(step[0] == attribute for step in self._steps)
        (self._more if known else self._steps).append((attribute, column.index, convert, column))

    def values(self, cells: Sequence[Cell], row: int | str) -> dict[str, Any]:
        """Return the struct's fields as a row's cells say them; raises Refused that names the cell."""
        values = self.defaults.copy()
        for attribute, index, convert, column in self._steps:
            if not (cell := cells[index]):
                continue
            # Most cells are texts that stay as they are, and a call for each would take longer than all else here.
            if convert is text and type(cell) is str:
                values[attribute] = cell
            elif convert is texts and type(cell) is str and "|" not in cell:
                values[attribute] = [cell]
            elif (value := _read(cell, convert, column, row)) is not None:
                values[attribute] = value
        if self._more:
            self._fill_more(values, cells, row)
        return values

    def _fill_more(self, values: dict[str, Any], cells: Sequence[Cell], row: int | str) -> None:
        """Further cells of a field: lists grow, of anything else the first that says something counts."""
        for attribute, index, convert, column in self._more:
            cell, is_list = cells[index], column.field.kind is Kind.LIST
            if not cell or (attribute in values and not is_list):
                continue
            if (value := _read(cell, convert, column, row)) is not None:
                values[attribute] = [*values.get(attribute, ()), *value] if is_list else value

    def says(self, values: dict[str, Any]) -> bool:
        """Tell whether ``values`` hold more than defaults, or nothing but defaults was ever expected."""
        return bool(values) and (not self._steps or values != self.defaults)


def _read(cell: Cell, convert: Convert, column: Column, row: int | str) -> Any:
    try:
        return convert(cell)
    except BadValue as error:
        raise column.refused(error, row) from None
