"""Cells that identify or name something: a placeholder in one counts as empty (omnicapi/values/placeholders.py).

Else all events, orders or products that bear it would be one. What it hides is not lost: the next column or key that
fills the same field counts, then the default, and an event id is derived.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ingest.values.convert import BadValue, Cell, Convert, text
from ingest.values.fields import USER, Field
from omnicapi.messages import CustomData
from omnicapi.values.placeholders import is_missing, is_no_id, is_no_name, is_usual_id, is_usual_name

IDS = frozenset(
    {
        "event_id",
        "custom_data.order_id",
        "contents[0].id",
        "original_event_data.order_id",
        "original_event_data.event_id",
    }
)
"""Texts that tell events, orders and products apart."""

_OF_OTHERS = frozenset({"dataset", "custom_data.store_data.store_page_id", "custom_data.store_data.brand_page_id"})
_NAMES = frozenset(
    {
        "event_name",
        "original_event_data.event_name",
        "custom_data.item_number",
        "custom_data.store_data.store_code",
    }
)
"""Texts that may be any word or number, zero too."""

PRODUCTS = frozenset({"custom_data.contents", "custom_data.content_ids"})
"""Fields whose one cell holds several ids; see :func:`clear_products`."""

REASON = "placeholder"
"""What the warning says, ``field:placeholder``."""

is_id_name = re.compile(r"(?:.*[_\W])?ids?|.*[a-z]Ids?").fullmatch

IsPlaceholder = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Identifying:
    """A cell of every row: its position, the field that it fills, how it is read, and what it must not say."""

    index: int
    path: str
    convert: Convert
    is_placeholder: IsPlaceholder
    is_usual: Callable[[str], object]
    """Proves at once of most texts that they are no placeholder."""

    def says_nothing(self, cell: Cell) -> bool:
        """Tell whether a cell holds a placeholder; what a map's table of values makes of it counts."""
        if isinstance(cell, str) and not self.is_placeholder(cell):
            return False
        try:
            value = self.convert(cell)
        except BadValue:
            return False  # whoever reads it says what is wrong with it
        return isinstance(value, str) and self.is_placeholder(value)


def identifying(index: int, of: Field, convert: Convert) -> Identifying | None:
    """Return the cell as one that identifies or names something, or ``None`` where its field does neither."""
    if of.path in IDS or of.path in _OF_OTHERS:
        return Identifying(index, of.path, convert, is_no_id, is_usual_id)
    return Identifying(index, of.path, convert, is_no_name, is_usual_name) if of.path in _NAMES else None


def identifying_property(index: int, name: str) -> Identifying | None:
    """Return the cell of a property whose name says that it is an id (``cart_id``), or ``None``."""
    return Identifying(index, f"custom_data.{name}", text, is_no_id, is_usual_id) if is_id_name(name) else None


Guard: TypeAlias = tuple[int, Callable[[str], object], Identifying]
"""Position, quick proof and cell: what the loop over every row needs, without asking the cell for its attributes."""


def guard(one: Identifying) -> Guard:
    """Return the cell as :func:`without_placeholders` looks at it."""
    return one.index, one.is_usual, one


def without_placeholders(cells: Sequence[Cell], guarded: Iterable[Guard], warnings: list[str]) -> Sequence[Cell]:
    """Return a row's cells, those that hold a placeholder emptied, and name each in ``warnings``."""
    for index, is_usual, one in guarded:
        if (cell := cells[index]) and not (type(cell) is str and is_usual(cell)) and one.says_nothing(cell):
            cells = [*cells[:index], "", *cells[index + 1 :]]
            warnings.append(f"{one.path}:{REASON}")
    return cells


def clear_products(data: CustomData, warnings: list[str]) -> None:
    """Take the placeholders out of the ids of an event's products, in place, and name each in ``warnings``."""
    for index, content in enumerate(data.contents):
        if content.id and is_no_id(content.id):
            content.id = None
            warnings.append(f"custom_data.contents[{index}].id:{REASON}")
    if any(map(is_no_id, data.content_ids)):
        data.content_ids = [id_ for id_ in data.content_ids if not is_no_id(id_)]
        warnings.append(f"custom_data.content_ids:{REASON}")


def says_nothing(cell: Cell, of: Field) -> bool:
    """Tell whether a cell says so little of its field that another place should be asked."""
    if isinstance(cell, list):
        return all(isinstance(one, str) and is_missing(one) for one in cell)
    asked = is_no_id if of.path in IDS else is_missing if of.group == USER else is_no_name
    return isinstance(cell, str) and asked(cell)
