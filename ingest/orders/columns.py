"""How a map says that several rows are one order (docs/maps.md), and where a file says what only orders need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ingest.events.currency import agrees
from ingest.orders.total import Line
from ingest.values.convert import BadValue, Convert
from ingest.values.places import Place, letters
from omnicapi.errors import Refused
from omnicapi.messages import Event


@dataclass(frozen=True, slots=True)
class OrderRule:
    """One event an order.

    ``refunds`` are the columns of what was paid back, which its value is without. With ``above_zero`` an order that is
    worth nothing is none. Columns in ``optional`` may be missing.

    ``total`` is what VALUE means in a row, found out where ``None``. ``extras`` and ``discounts`` are the columns of
    what an order's total has besides its products. Of ``within`` rows the events are held in memory.
    """

    total: Literal["order", "row"] | None = None
    extras: tuple[Place, ...] = ()
    discounts: tuple[Place, ...] = ()
    refunds: tuple[Place, ...] = ()
    optional: frozenset[Place] = frozenset()
    above_zero: bool = False
    difference: Literal["warn", "refuse"] = "warn"
    within: int = 1000


@dataclass(frozen=True, slots=True)
class Amount:
    """A column of amounts that is no field: its position, and how its numbers are read."""

    index: int
    read: Convert

    def of(self, cells: Sequence[str], row: int) -> Decimal | None:
        """Return what a row says, of any currency; raises :class:`~omnicapi.errors.Refused` that names the cell."""
        if not (cell := cells[self.index]):
            return None
        try:
            amount: Decimal = self.read(cell)
        except BadValue as error:
            raise Refused(error.reason, f"{letters(self.index)}{row}: {error.hint}") from None
        return amount


@dataclass(frozen=True, slots=True)
class OrderColumns:
    """The rule of a file whose rows are gathered into orders, with its columns found."""

    rule: OrderRule
    order_id: int
    extras: tuple[Amount, ...] = ()
    discounts: tuple[Amount, ...] = ()
    refunds: tuple[Amount, ...] = ()

    @property
    def columns(self) -> tuple[int, ...]:
        """The positions that are looked at."""
        return (self.order_id, *(amount.index for amount in (*self.extras, *self.discounts, *self.refunds)))

    @property
    def width(self) -> int:
        """How many cells a row needs."""
        return 1 + max(self.columns)

    def line(self, event: Event, cells: Sequence[str]) -> Line:
        """Return a row of an order; raises :class:`~omnicapi.errors.Refused` that names the cell."""
        row = event.origin.row or 0
        extras, discounts = (
            tuple(_of_the_currency(amount.of(cells, row), event) for amount in amounts)
            for amounts in (self.extras, self.discounts)
        )
        return Line(event, extras, discounts, tuple(self._refund(amount, cells, event) for amount in self.refunds))

    def _refund(self, column: Amount, cells: Sequence[str], event: Event) -> Decimal | None:
        amount = column.of(cells, event.origin.row or 0)
        if amount is not None and not agrees(amount, event.custom_data.currency):
            place = f"{letters(column.index)}{event.origin.row}"
            raise Refused("currency_contradicted", f"{place}: this refund is not of the order's currency; correct it.")
        return amount


def _of_the_currency(amount: Decimal | None, event: Event) -> Decimal | None:
    """Leave out an amount of another currency: it is nothing that the order's total could contain."""
    return amount if amount is None or agrees(amount, event.custom_data.currency) else None
