"""An invented shop's products and the money they cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

CURRENCY = "gbp"
_PRICES = tuple(Decimal(price) for price in ("4.50", "12.00", "19.99", "49.00", "220.00"))


@dataclass(frozen=True)
class Purchase:
    """One product bought: ``value`` is what was paid for all of it, in :data:`CURRENCY`."""

    product_id: str
    quantity: int
    value: Decimal


def purchase(index: int) -> Purchase:
    """Return what customer number ``index`` buys."""
    quantity = 1 + index % 3
    return Purchase(f"product{100 + index % 20}", quantity, quantity * _PRICES[index % len(_PRICES)])
