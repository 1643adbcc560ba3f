"""What an order is worth, out of its rows: what VALUE means in them, and whether it adds up.

The rows' products (quantity x price) are the oracle: the total must be their sum plus some of the extra columns
(shipping, taxes), less some of the discounts, since exports differ in what their prices contain already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, combinations
from typing import Literal

from omnicapi.errors import Refused
from omnicapi.messages import Event

Meaning = Literal["order", "row"]
"""What VALUE says in a row: what the whole order costs, or this row."""

CENT = Decimal("0.01")
"""By how much a row may be rounded."""

_FIELD = "custom_data.value"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an order: its event, and what its columns of extras, discounts and refunds say."""

    event: Event
    extras: tuple[Decimal | None, ...] = ()
    discounts: tuple[Decimal | None, ...] = ()
    refunds: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """What an order is worth (``None`` where no row says), what VALUE turned out to mean, and whether it adds up."""

    value: Decimal | None
    meaning: Meaning
    adds_up: bool


def total(lines: Sequence[Line], meaning: Meaning | None) -> Total:
    """Return the total of an order; ``meaning`` is found out where ``None``.

    Raises :class:`~omnicapi.errors.Refused` where rows contradict each other, or nothing shows what they mean.
    """
    values = [value for line in lines if (value := line.event.custom_data.value) is not None]
    if not values:
        return Total(None, meaning or "order", True)
    products = _products(lines)
    found = meaning or _meaning(values, products, lines)
    if found == "order" and len(set(values)) > 1:
        raise Refused("order_totals_differ", "the rows of this order state different totals; correct them.", _FIELD)
    value = values[0] if found == "order" else sum(values, Decimal())
    return Total(value, found, products is None or _adds_up(value, products, lines))


def refunded(lines: Sequence[Line]) -> Decimal:
    """Return what was paid back of an order."""
    return sum((abs(amount) for amount in _once([line.refunds for line in lines])), Decimal())


def _meaning(values: Sequence[Decimal], products: Decimal | None, lines: Sequence[Line]) -> Meaning:
    if len(values) == 1:
        return "order"
    if len(set(values)) > 1:
        return "row"
    if not values[0]:
        return "order"
    if products is not None:
        once, each = (_adds_up(value, products, lines) for value in (values[0], sum(values, Decimal())))
        if once != each:
            return "order" if once else "row"
    raise Refused(
        "order_total_ambiguous",
        "each row of this order states the same value, which may be the row's own or the whole order's; "
        'say it in the map: "orders": {"total": "order"} or "row".',
        _FIELD,
    )


def _products(lines: Sequence[Line]) -> Decimal | None:
    """Return what all products cost together, or ``None`` where a price is missing."""
    products = [product for line in lines for product in line.event.custom_data.contents]
    if not products or any(product.item_price is None for product in products):
        return None
    return sum(((product.quantity or Decimal(1)) * (product.item_price or 0) for product in products), Decimal())


def _adds_up(value: Decimal, products: Decimal, lines: Sequence[Line]) -> bool:
    extras = _once([line.extras for line in lines])
    discounts = [-abs(discount) for discount in _once([line.discounts for line in lines])]
    tolerance = CENT * len(lines)
    return any(abs(products + change - value) <= tolerance for change in _sums([*extras, *discounts]))


def _once(rows: Sequence[tuple[Decimal | None, ...]]) -> list[Decimal]:
    """Return what each column says of the order: its one value, however often repeated, else the sum of the rows'."""
    columns = ([value for value in column if value] for column in zip(*rows, strict=True))
    return [column[0] if len(set(column)) == 1 else sum(column, Decimal()) for column in columns if column]


def _sums(amounts: Sequence[Decimal]) -> Iterator[Decimal]:
    chosen = chain.from_iterable(combinations(amounts, count) for count in range(len(amounts) + 1))
    return (sum(some, Decimal()) for some in chosen)
