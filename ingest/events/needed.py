"""What an event cannot do without: where one of these cannot be read, the row or message is refused.

Of everything else the value is left out and the event goes on, with a warning ``field:reason``. Where leaving it out
would loosen what a person decided, the strictest meaning stands in for it.
"""

from __future__ import annotations

from typing import Any

from ingest.values.fields import CONSENT, ORIGINAL, Field

_ALWAYS = frozenset({"event_name", "event_time", "action_source", "dataset"})
"""Without one of these it would be another event, or go to another dataset than was meant."""

_BY_EVENT = {
    "Purchase": frozenset({"custom_data.value", "custom_data.currency"}),
    "AppendValue": frozenset({"custom_data.net_revenue", "custom_data.predicted_ltv"}),
}
"""What an event of a name is about (meta-capi.md §2.5, §4.1)."""

_OF_AN_ORDER = frozenset({"custom_data.order_id", *_BY_EVENT["Purchase"]})
"""What a row of several must say: an order without the amount of one of them would be worth less than it is."""

STRICTEST: dict[str, Any] = {"opt_out": True, "data_processing_options": ["LDU"]}
"""What stands in for something unreadable that a person may have decided (meta-capi.md §7.1, §7.2)."""


def is_needed(of: Field, event_name: str | None, whole: bool = True) -> bool:
    """Tell whether an event of this name cannot do without a field. A row that is not ``whole`` is part of an order."""
    if of.path in _ALWAYS or of.group == CONSENT or (not whole and of.path in _OF_AN_ORDER):
        return True
    if of.group == ORIGINAL:
        return event_name == "AppendValue"
    return of.path in _BY_EVENT.get(event_name or "", ())
