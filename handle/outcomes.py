"""The end of an event in handle: dropped because it must not be told to Meta, or rejected because it cannot be."""

from __future__ import annotations

from typing import Literal

from omnicapi.messages import Event, Outcome
from omnicapi.personal_data import impersonal


def ended(
    event: Event,
    verdict: Literal["dropped", "rejected"],
    reason: str,
    field: str | None,
    message: str,
    dataset: str | None = None,
    warnings: list[str] | None = None,
) -> Outcome:
    """Return the outcome of ``event``. It holds its ids, which are the merchant's own, and nothing of the person."""
    return Outcome(
        stage="handle",
        verdict=verdict,
        channel=event.channel,
        origin=event.origin,
        event_id=impersonal(event.event_id),
        event_name=impersonal(event.event_name),
        event_time=event.event_time,
        order_id=impersonal(event.custom_data.order_id),
        dataset=dataset,
        reason=reason,
        field=field,
        message=message,
        received_ms=event.received_ms,
        warnings=warnings or [],
    )
