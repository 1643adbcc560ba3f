"""The rows of one order become its one event: who and when from the first row that says it, products from all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from ingest.events.consent_filling import together
from ingest.events.currency import joint, settle_products
from ingest.orders.columns import OrderRule
from ingest.orders.total import Line, Total, refunded, total
from omnicapi.errors import PassedOver, Refused
from omnicapi.messages import CustomData, Event

DAY = 24 * 60 * 60
"""Seconds within which the rows of one order lie. Tills count from 1 again: another day's order 1 is another order."""

_SAME_PERSON = ("em", "ph", "external_id")
"""What rows of one order must not contradict each other in."""

_SUMMED = ("net_revenue", "predicted_ltv", "num_items")
"""What is added up where VALUE is each row's own."""


def one_event(lines: Sequence[Line], rule: OrderRule) -> Event:
    """Return the event of an order; raises :class:`~omnicapi.errors.Refused` where its rows do not fit together."""
    events = [line.event for line in lines]
    _check_alike(events)
    found = total(lines, rule.total)
    event: Event = _first_said(events)
    event.custom_data = _custom_data([one.custom_data for one in events], found)
    _leave_out_cut_sums(event, events)
    if stated := _currencies(events):
        event.custom_data.currency = joint(stated)
    event.user_data = _first_said([one.user_data for one in events])
    together(events, event)
    event.warnings = list(dict.fromkeys(warning for one in events for warning in one.warnings))
    if not found.adds_up:
        if rule.difference == "refuse":
            raise Refused(
                "order_total_differs",
                "the order's total is not the sum of its rows; correct it, or name the columns of shipping, taxes and "
                'discounts in the map ("extras", "discounts").',
                "custom_data.value",
            )
        event.warnings.append("custom_data.value:order_total_differs")
    settle_products(event)
    _subtract_refunds(event, refunded(lines), rule)
    return event


def _leave_out_cut_sums(event: Event, rows: Sequence[Event]) -> None:
    """Leave out what is added up of rows of which one could not be read: the sum would be too small."""
    left_out = {warning.partition(":")[0] for row in rows for warning in row.warnings}
    for field in _SUMMED:
        if f"custom_data.{field}" in left_out:
            setattr(event.custom_data, field, None)


def _subtract_refunds(event: Event, amount: Decimal, rule: OrderRule) -> None:
    """Leave of the order's value what was not paid back; raises PassedOver where the rule wants something left."""
    value = event.custom_data.value
    if value is None:
        return
    left = event.custom_data.value = value - amount if amount else value
    if left <= 0 and (amount or rule.above_zero):
        raise PassedOver(
            "order_without_value",
            "nothing was paid for this order, or nothing is left of it after its refunds; it is no purchase.",
            "custom_data.value",
        )
    if amount:
        event.warnings.append("custom_data.value:refund_subtracted")


def _check_alike(events: Sequence[Event]) -> None:
    times = [event.event_time for event in events if event.event_time]
    if times and max(times) - min(times) > DAY:
        raise _differ("event_time", "their times are more than a day apart")
    for field in _SAME_PERSON:
        said = [set(values) for event in events if (values := getattr(event.user_data, field))]
        if any(not values & said[0] for values in said):
            raise _differ(f"user_data.{field}", "they name different people")
    if len({event.dataset for event in events} - {None}) > 1:
        raise _differ("dataset", "they contradict each other in this")
    if (stated := _currencies(events)) and not joint(stated):
        raise _differ("custom_data.currency", "they contradict each other in this")


def _currencies(events: Sequence[Event]) -> list[str]:
    return [text for text in dict.fromkeys(event.custom_data.currency for event in events) if text]


def _differ(field: str, how: str) -> Refused:
    return Refused("order_rows_differ", f"these rows have one order id, but {how}; correct them.", field)


def _first_said(structs: Sequence[Any]) -> Any:
    """Return a copy of the first in which what it does not say is taken from the first that says it."""
    made = msgspec.structs.replace(structs[0])
    for field in made.__struct_fields__:
        if _is_silent(getattr(made, field)):
            setattr(
                made,
                field,
                next((said for one in structs if not _is_silent(said := getattr(one, field))), getattr(made, field)),
            )
    return made


def _is_silent(value: Any) -> bool:
    return value is None or value in ("", [], {}) or (value == 0 and type(value) is int)


def _custom_data(rows: Sequence[CustomData], found: Total) -> CustomData:
    made: CustomData = _first_said(rows)
    made.value = found.value
    made.item_number = None  # the event is the whole order, not a line of it
    made.contents = [content for one in rows for content in one.contents]
    made.content_ids = list(dict.fromkeys(id_ for one in rows for id_ in one.content_ids))
    made.properties = {name: value for one in reversed(rows) for name, value in one.properties.items()}
    if found.meaning == "row":
        for field in _SUMMED:
            said = [value for one in rows if (value := getattr(one, field)) is not None]
            setattr(made, field, sum(said) if said else None)
    return made
