"""Several rows of one order become one event (docs/maps.md, docs/adr/0070-rows-of-one-order.md).

An order's rows may stand among others', up to ``within`` rows from its first one. Everything comes out in the order of
first rows, each once ``within`` further rows were seen; so what has come out, and what is still open, depends on no
row further back, and reading can go on anywhere after that many rows were read again.
"""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ingest.events.event_ids import EventIds
from ingest.orders.columns import OrderRule
from ingest.orders.one_event import one_event
from ingest.orders.total import Line
from omnicapi.errors import Refused
from omnicapi.internal_errors import InternalErrors
from omnicapi.messages import Event, Origin, Outcome

REMEMBERED = 15_000
"""Rows for which an order is remembered from its last row on, to tell that another row of it comes too late; no less
than a map may say as ``within``. That row is its last one from then on, whatever became of it, or it would depend on
rows as far back as the order's first. A row that comes later still makes an event with the same id as the first."""

Lacking = Callable[[Event], Refused | None]
"""Says what an event needs and does not have."""

Rejected = Callable[[Refused, Origin], Outcome]
"""Makes the outcome of what is refused."""


@dataclass(slots=True)
class _Waiting:
    """An order whose rows are gathered, or one row that belongs to none."""

    row: int
    order_id: str = ""
    event_name: str = ""
    lines: list[Line] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    outcome: Outcome | None = None
    """What becomes of it whatever its other rows say: one cannot be read, or is not wanted."""


class Orders:
    """Gathers the rows of one file. ``lacking`` and ``rejected`` are how its events are refused."""

    def __init__(self, rule: OrderRule, ids: EventIds, lacking: Lacking, rejected: Rejected) -> None:
        self._rule = rule
        self._ids = ids
        self._lacking = lacking
        self._rejected = rejected
        self._errors = InternalErrors(math.inf)
        self._waiting: deque[_Waiting] = deque()
        self._open: dict[str, list[_Waiting]] = {}
        self._unwanted: dict[str, int] = {}
        self._seen: dict[tuple[str, str], int] = {}

    def add(self, line: Line) -> None:
        """Take a row that was read. A row without an order id is an event by itself."""
        event, row = line.event, line.event.origin.row or 0
        order = self._order(row, event.custom_data.order_id or "", event.event_name)
        if order is None:
            self._wait(_Waiting(row, rows=[row], outcome=self._rejected(self._too_late(row), event.origin)))
            return
        order.event_name = order.event_name or event.event_name
        order.lines.append(line)
        order.rows.append(row)

    def refuse(self, order_id: str, outcome: Outcome) -> None:
        """Take a row that cannot be read: without it its order would be incomplete, so all of it is refused."""
        row = outcome.origin.row or 0
        order = self._order(row, order_id, "") or self._wait(_Waiting(row))
        order.outcome = order.outcome or outcome
        order.rows.append(row)

    def pass_over(self, order_id: str, outcome: Outcome) -> None:
        """Take a row that the map does not want; its order's other rows may be wanted nevertheless."""
        row = outcome.origin.row or 0
        self._wait(_Waiting(row, rows=[row], outcome=outcome))
        if order_id and order_id not in self._open:
            _remember(self._unwanted, order_id, row)

    def wants(self, order_id: str, row: int) -> bool | None:
        """Say whether the order of a row that does not say it itself is wanted; ``None`` where it is the first one."""
        if order_id in self._open:
            return True
        unwanted = self._unwanted.get(order_id)
        return None if unwanted is None or unwanted + self._rule.within <= row else False

    def finished(self, row: int) -> Iterator[Event | Outcome]:
        """Yield what is complete once the file has come to ``row``."""
        while self._waiting and self._waiting[0].row + self._rule.within <= row:
            yield self._finish(self._waiting.popleft())
        for known in (self._seen, self._unwanted):
            _forget(known, row - REMEMBERED)

    def end(self) -> Iterator[Event | Outcome]:
        """Yield what the end of the file completes."""
        while self._waiting:
            yield self._finish(self._waiting.popleft())

    def break_off(self) -> Iterator[Event | Outcome]:
        """Yield what is left where the file cannot be read on: no order whose further rows may be missing."""
        for order in self._waiting:
            if order.order_id:
                order.outcome = order.outcome or self._rejected(_INCOMPLETE, order.lines[0].event.origin)
        yield from self.end()

    def _order(self, row: int, order_id: str, name: str) -> _Waiting | None:
        """Return the open order of a row, a new one where there is none, or ``None`` where the row comes too late."""
        if not order_id:
            return self._wait(_Waiting(row))
        last = self._see(order_id, name, row)
        for order in self._open.get(order_id, ()):
            if not name or order.event_name in {"", name}:
                return order
        if last is not None and last >= row - REMEMBERED:
            return None
        order = self._wait(_Waiting(row, order_id, name))
        self._open.setdefault(order_id, []).append(order)
        return order

    def _see(self, order_id: str, name: str, row: int) -> int | None:
        """Note a row, and return the one before of its order and event; of any event where it does not say which."""
        last = self._seen.get((order_id, name))
        for key in {name, ""}:
            _remember(self._seen, (order_id, key), row)
        return last

    def _wait(self, waiting: _Waiting) -> _Waiting:
        self._waiting.append(waiting)
        return waiting

    def _finish(self, order: _Waiting) -> Event | Outcome:
        if order.order_id:
            self._close(order)
        if order.outcome is not None:
            return _whole(order.outcome, order)
        origin = _origin(order)
        try:
            event = one_event(order.lines, self._rule) if order.order_id else order.lines[0].event
            event.origin = origin
            refused = self._lacking(event)
            if refused is None:
                return self._ids.complete_order(event) if order.order_id else self._ids.complete(event)
        except Refused as error:
            refused = error
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the other orders
            refused = self._errors.refusal(error, origin)
        outcome = self._rejected(refused, origin)
        outcome.order_id = order.order_id or None
        return outcome

    def _close(self, order: _Waiting) -> None:
        others = [one for one in self._open.pop(order.order_id) if one is not order]
        if others:
            self._open[order.order_id] = others

    def _too_late(self, row: int) -> Refused:
        return Refused(
            "order_reopened",
            f"row {row} belongs to an order that began more than {self._rule.within} rows before and is sent already; "
            'sort the file by order, or say a larger "within" in the map, and drop all rows of the order again.',
            "custom_data.order_id",
        )


_INCOMPLETE = Refused(
    "order_incomplete", "the file cannot be read on soon after this order, which may have further rows there; mend it."
)


def _origin(order: _Waiting) -> Origin:
    first = order.lines[0].event.origin
    return first if len(order.rows) == 1 else msgspec.structs.replace(first, rows=tuple(order.rows))


def _whole(outcome: Outcome, order: _Waiting) -> Outcome:
    """Return the outcome of a row as that of all rows of its order."""
    if len(order.rows) > 1:
        outcome.origin = msgspec.structs.replace(outcome.origin, row=order.rows[0], rows=tuple(order.rows))
        outcome.message = f"{outcome.message} The other rows of its order are held back with it."
    outcome.order_id = order.order_id or None
    return outcome


def _remember(known: dict[Any, int], key: Any, row: int) -> None:
    """Note that something happened in ``row``, last of all that is known."""
    known[key] = max(row, known.pop(key, row))


def _forget(known: dict[Any, int], before: int) -> None:
    """Forget what happened in rows ``before``; what is known stands about in the order in which it happened."""
    for key in list(itertools.takewhile(lambda key: known[key] < before, known)):
        del known[key]
