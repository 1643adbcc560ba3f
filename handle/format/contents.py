"""The products of an event as Meta's ``contents`` (meta-capi.md §4.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from handle.format import money
from handle.format.personal_data import cleaned
from omnicapi.messages import Content
from omnicapi.values.personal_data import holds_email

DELIVERY_CATEGORIES = frozenset({"in_store", "curbside", "home_delivery"})
"""meta-capi.md §4.1."""

LONGEST_TEXT = 5000
"""Characters of a text that is sent; longer is no name, id or search, but a column mix-up."""

MOST_PRODUCTS = 20_000
"""Products of one event that are sent; Meta names no limit (meta-capi.md §4.2). Its value stays that of all."""

_TEXTS = ("title", "description", "brand", "category")
_PRICE = "price"


def contents(lines: list[Content], currency: str | None, warnings: list[str]) -> list[dict[str, Any]]:
    """Return the lines Meta accepts, each with ``id`` and ``quantity``; ``warnings`` names what is left out or assumed.

    A line without an id is left out: Meta refuses the whole event for it. A line without a quantity is one piece.
    """
    formatted = []
    if len(lines) > MOST_PRODUCTS:
        warnings.append("custom_data.contents:too_many")
        lines = lines[:MOST_PRODUCTS]
    for index, line in enumerate(lines):
        if made := _line(line, index, currency, warnings):
            formatted.append(made)
    return formatted


def given_back(lines: list[Content], is_sale: bool) -> set[str]:
    """Return the ids of products that were not bought: returned ones, and in a sale those of which it is none."""
    counted = ((line.id, line.quantity) for line in lines if line.id and line.quantity is not None)
    return {id_ for id_, count in counted if count.is_finite() and (count < 0 or (is_sale and not count))}


def _line(line: Content, index: int, currency: str | None, warnings: list[str]) -> dict[str, Any] | None:
    id_, price = line.id, line.item_price
    count = 1 if line.quantity is None else money.quantity(line.quantity)
    if not id_ or count is None or holds_email(id_):
        problem = "quantity:not_positive" if count is None else "id:missing" if not id_ else "id:personal_data"
        warnings.append(f"custom_data.contents[{index}].{problem}")
        return None
    if line.quantity is None:
        warnings.append(f"custom_data.contents[{index}].quantity:assumed_one")
    made: dict[str, Any] = {"id": id_, "quantity": count}
    if price is not None:
        _add_price(made, price, index, currency, warnings)
    if line.delivery_category:
        _add_delivery(made, line.delivery_category, index, warnings)
    if line.title or line.description or line.brand or line.category:
        _add_texts(made, line, index, warnings)
    if line.properties:
        _add_properties(made, line.properties, index, currency, warnings)
    return made


def _add_price(made: dict[str, Any], price: Decimal, index: int, currency: str | None, warnings: list[str]) -> None:
    rounded = money.amount(price, currency)
    if rounded is None:
        warnings.append(f"custom_data.contents[{index}].item_price:not_a_number")
    else:
        made["item_price"] = rounded


def _add_delivery(made: dict[str, Any], category: str, index: int, warnings: list[str]) -> None:
    if category in DELIVERY_CATEGORIES:
        made["delivery_category"] = category
    else:
        warnings.append(f"custom_data.contents[{index}].delivery_category:unknown_value")


def _add_texts(made: dict[str, Any], line: Content, index: int, warnings: list[str]) -> None:
    for name in _TEXTS:
        text = getattr(line, name)
        if text and holds_email(text):
            warnings.append(f"custom_data.contents[{index}].{name}:personal_data")
        elif text and len(text) > LONGEST_TEXT:
            warnings.append(f"custom_data.contents[{index}].{name}:too_long")
        elif text:
            made[name] = text


def _add_properties(
    made: dict[str, Any], properties: dict[str, Any], index: int, currency: str | None, warnings: list[str]
) -> None:
    """Add the keys of no field of their own; ``price`` is Meta's older name for ``item_price`` (§4.2, conflict)."""
    kept, removed = cleaned(properties, frozenset())
    if removed:
        warnings.append(f"custom_data.contents[{index}]:personal_data")
    price = kept.pop(_PRICE, None)
    if "item_price" not in made and isinstance(price, int | float) and not isinstance(price, bool):
        _add_price(made, Decimal(str(price)), index, currency, warnings)
    for key, value in kept.items():
        if value not in (None, "", [], {}):
            made.setdefault(key, value)
