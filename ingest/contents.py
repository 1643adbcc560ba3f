"""The products of an event, as a source lists them, become :class:`~omnicapi.messages.Content` (meta-capi.md §4.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from ingest.convert import BadValue, Cell, Convert, PartlyRead, as_cell, text
from ingest.numbers import message_reader
from omnicapi.messages import Content

MOST_FAULTS = 10
"""Faults of one list that are named; of the others their number is."""

_HINT = 'write a JSON list of products: [{"id": "sku1", "quantity": 1}].'
_decode = msgspec.json.Decoder(list[Any], float_hook=Decimal).decode


def contents(cell: Cell) -> list[Content]:
    """Read a list of products: objects with Meta's keys, or bare ids; a JSON list in a text will do.

    Keys Meta does not name are kept as ``properties``. ``price`` counts as ``item_price`` where that is absent, since
    Meta's offline guide calls it so. What of a product cannot be read is left out of it: raises
    :class:`~ingest.convert.PartlyRead` then.
    """
    faults: list[str] = []
    products = [_content(product, f"[{index}]", faults) for index, product in enumerate(_listed(cell))]
    made = [product for product in products if product is not None]
    if faults:
        more = [f":{len(faults) - MOST_FAULTS}_more_unreadable"] if len(faults) > MOST_FAULTS else []
        raise PartlyRead("contents_unreadable", _HINT, made, [*faults[:MOST_FAULTS], *more])
    return made


def _listed(cell: Cell) -> list[Any]:
    if isinstance(cell, list):
        return cell
    if isinstance(cell, dict):
        return [cell]
    try:
        return _decode(str(cell))  # a Numeral is a text that the decoder does not take
    except (msgspec.DecodeError, ArithmeticError, RecursionError):
        raise BadValue("contents_unreadable", _HINT) from None


def _content(product: Any, place: str, faults: list[str]) -> Content | None:
    if not isinstance(product, dict):
        id_ = _read(text, product, place, faults)
        return Content(id=id_) if id_ else None
    rest = dict(product)
    if "price" in rest and "item_price" not in rest:
        rest["item_price"] = rest.pop("price")
    said = {key: _read(read, rest.pop(key), f"{place}.{key}", faults) for key, read in _KEYS.items() if key in rest}
    return Content(**said, properties=rest)


_KEYS: dict[str, Convert] = {
    **dict.fromkeys(("id", "delivery_category", "title", "description", "brand", "category"), text),
    "quantity": message_reader(None, money=False),
    "item_price": message_reader(None),
}
"""Meta's keys of a product, and how they are read."""


def _read(read: Convert, value: Any, place: str, faults: list[str]) -> Any:
    cell = as_cell(value)
    if not cell:
        return None
    try:
        return read(cell)
    except BadValue as error:
        faults.append(f"{place}:{error.reason}")
        return None
