"""How a map says that several rows are one order (docs/maps.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.maps.file import Place


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
