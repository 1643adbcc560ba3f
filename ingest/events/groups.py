"""Where in an event stands what a row says of a group of fields that few rows have: products, the store, consent."""

from __future__ import annotations

from typing import Any

from ingest.events.consent_filling import fill_consent, fill_unknown
from ingest.events.filling import Column, Filling
from ingest.values.fields import CONSENT, CONTENT, LIMITED, ORIGINAL, PROPERTIES, STORE, UNKNOWN
from omnicapi.messages import Event, LimitedDataUse, OriginalEvent
from omnicapi.values.standard_names import standard_event


def group_of(column: Column) -> str:
    """Return the group that a column's cell is part of; numbered columns have a group for each product."""
    return f"{CONTENT}{column.product}" if column.product else column.field.group


def add(event: Event, group: str, filling: Filling, made: Any) -> None:
    """Put what a row says of one group in its place in the event, if it says anything.

    ``made`` is what ``filling`` made of the row: a :class:`~omnicapi.messages.Content` or a dict.
    """
    if group.startswith(CONTENT):
        if filling.says(made):
            event.custom_data.contents = [*event.custom_data.contents, made]
    elif not made:
        return
    elif group == STORE:
        event.custom_data.store_data = made
    elif group == PROPERTIES:
        event.custom_data.properties = {**event.custom_data.properties, **made}
    elif group == ORIGINAL:
        event.original_event_data = original = OriginalEvent(**made)
        original.event_name = original.event_name and standard_event(original.event_name)
    elif group == LIMITED:
        event.limited_data_use = LimitedDataUse(**made)
    elif group == CONSENT:
        fill_consent(event, made)
    elif group == UNKNOWN:
        fill_unknown(event, made)
