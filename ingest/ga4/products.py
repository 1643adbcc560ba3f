"""GA4's items as Meta's products, and what their sum says where the event says nothing (ga4-gtm.md §5).

``price`` is the discounted price of one piece already: ``discount`` is never subtracted again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ingest.convert import BadValue, as_cell, number
from ingest.ga4.paths import Path, listed
from ingest.items import NOT_JSON, decode
from omnicapi.placeholders import is_no_id, is_no_name

Product = dict[str, Any]
"""One product with Meta's keys, as :mod:`ingest.contents` reads it."""


def items(found: Any) -> list[dict[str, Any]]:
    """Return the items, be they a list, an indexed object, one object or any of these as JSON in a text."""
    if isinstance(found, str):
        try:
            found = decode(found.encode())
        except NOT_JSON:
            return []
    elements = listed(found)
    if elements is None:
        elements = [found]
    return [element for element in elements if isinstance(element, dict) and element]


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


def total(products: Sequence[Product]) -> Decimal | None:
    """Return Σ price × quantity, or ``None`` where a price is missing or cannot be read for certain."""
    if not products:
        return None
    try:
        return sum((_number(line["item_price"]) * _number(line.get("quantity", 1)) for line in products), Decimal(0))
    except (KeyError, BadValue):
        return None


def count(products: Sequence[Product]) -> int | None:
    """Return how many pieces there are, an item without a quantity being one."""
    try:
        pieces = sum((_number(line.get("quantity", 1)) for line in products), Decimal(0))
    except BadValue:
        return None
    return int(pieces) if products and pieces == pieces.to_integral_value() else None


def currency(items: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the currency of the items if all that name one agree."""
    named = {str(code) for item in items if (code := item.get("currency"))}
    return named.pop() if len(named) == 1 else None


def _number(value: Any) -> Decimal:
    return number(as_cell(value), None)
