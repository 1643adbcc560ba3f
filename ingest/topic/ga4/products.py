"""GA4's items as Meta's products, and what their sum says where the event says nothing (ga4-gtm.md §5).

``price`` is the discounted price of one piece already: ``discount`` is never subtracted again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ingest.events.currency import joint
from ingest.json.items import NOT_JSON, decode
from ingest.maps.ga4_paths import Path
from ingest.values.amounts import Written
from ingest.values.convert import BadValue, Cell, as_cell
from ingest.values.lists import flattened
from ingest.values.numbers import message_reader
from omnicapi.values.placeholders import is_no_id, is_no_name

Product = dict[str, Any]
"""One product with Meta's keys, as :mod:`ingest.values.contents` reads it."""


def items(found: Any) -> list[dict[str, Any]]:
    """Return the items, be they a list, an indexed object, one object or any of these as JSON in a text."""
    if isinstance(found, str):
        try:
            found = decode(found.encode())
        except NOT_JSON:
            return []
    return [element for element in flattened(found) if isinstance(element, dict) and element]


def products(items: Sequence[Mapping[str, Any]], keys: Mapping[str, Sequence[Path]]) -> list[Product]:
    """Return each item with Meta's keys; ``keys`` says where each of them stands in an item."""
    return [
        {
            key: value
            for key, paths in keys.items()
            if (value := _first(item, paths, is_no_id if key == "id" else is_no_name)) not in (None, "")
        }
        for item in items
    ]


def _first(item: Mapping[str, Any], paths: Sequence[Path], says_nothing: Callable[[str], bool]) -> Any:
    found = (value for path in paths if (value := path.value(item)) not in (None, ""))
    return next((value for value in found if not (isinstance(value, str) and says_nothing(value))), None)


def total(products: Sequence[Product]) -> Decimal | str | None:
    """Return Σ price × quantity, or ``None`` where a price is missing or cannot be read for certain.

    Prices that name their currency make a sum that names it, as text; of two currencies there is none.
    """
    try:
        lines = [(_price(as_cell(line["item_price"])), _pieces(line)) for line in products]
    except (KeyError, BadValue):
        return None
    signs = list(dict.fromkeys(price.sign for price, _ in lines if isinstance(price, Written) and price.sign))
    if not lines or (signs and joint(signs) is None):
        return None
    summed = sum((price * pieces for price, pieces in lines), Decimal(0))
    return f"{joint(signs)} {summed:f}" if signs else summed


def count(products: Sequence[Product]) -> int | None:
    """Return how many pieces there are, an item without a quantity being one; ``None`` where nothing was bought."""
    try:
        pieces = sum((piece for line in products if (piece := _pieces(line)) > 0), Decimal(0))
    except BadValue:
        return None
    return int(pieces) if pieces and pieces == pieces.to_integral_value() else None


def currency(items: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the currency of the items if all that name one agree."""
    named = list(dict.fromkeys(str(code) for item in items if (code := item.get("currency"))))
    return joint(named) if len(named) > 1 else next(iter(named), None)


def leave_out_prices(lines: Sequence[Product], items: Sequence[Mapping[str, Any]], currency: Cell) -> list[int]:
    """Take away the prices of items that name another currency than the event's, and return which items those are."""
    others = [
        index
        for index, item in enumerate(items)
        if "item_price" in lines[index] and (code := item.get("currency")) and not _agree(currency, str(code))
    ]
    for index in others:
        del lines[index]["item_price"]
    return others


def _agree(currency: Cell, code: str) -> bool:
    return currency == code or (isinstance(currency, str) and currency != "" and joint([currency, code]) is not None)


_price = message_reader(None)
_quantity = message_reader(None, money=False)


def _pieces(line: Product) -> Decimal:
    pieces: Decimal = _quantity(as_cell(line.get("quantity", 1)))
    return pieces
