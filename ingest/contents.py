"""The products of an event, as a source lists them, become :class:`~omnicapi.messages.Content` (meta-capi.md §4.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from ingest.convert import BadValue, Cell, as_cell, text
from ingest.numbers import message_reader
from omnicapi.messages import Content

_TEXTS = ("id", "delivery_category", "title", "description", "brand", "category")
_NUMBERS = {"quantity": message_reader(None, money=False), "item_price": message_reader(None)}
_decode = msgspec.json.Decoder(list[Any], float_hook=Decimal).decode


def contents(cell: Cell) -> list[Content]:
    """Read a list of products: objects with Meta's keys, or bare ids; a JSON list in a text will do.

    Keys Meta does not name are kept as ``properties``. ``price`` counts as ``item_price`` where that is absent, since
    Meta's offline guide calls it so.
    """
    return [_content(product) for product in _listed(cell)]


def _listed(cell: Cell) -> list[Any]:
    if isinstance(cell, list):
        return cell
    if isinstance(cell, dict):
        return [cell]
    try:
        return _decode(str(cell))  # a Numeral is a text that the decoder does not take
    except (msgspec.DecodeError, ArithmeticError, RecursionError):
        raise BadValue(
            "contents_unreadable", 'write a JSON list of products: [{"id": "sku1", "quantity": 1}].'
        ) from None


def _content(product: Any) -> Content:
    if not isinstance(product, dict):
        return Content(id=text(as_cell(product)) or None)
    rest = dict(product)
    if "price" in rest and "item_price" not in rest:
        rest["item_price"] = rest.pop("price")
    texts = {key: _read(text, key, rest.pop(key)) for key in _TEXTS if key in rest}
    numbers = {key: _read(read, key, rest.pop(key)) for key, read in _NUMBERS.items() if key in rest}
    return Content(**texts, **numbers, properties=rest)


def _read(read: Any, key: str, value: Any) -> Any:
    cell = as_cell(value)
    if not cell:
        return None
    try:
        return read(cell)
    except BadValue as error:
        raise BadValue(error.reason, f"{key} of a product: {error.hint}") from None
