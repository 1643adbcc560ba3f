"""The end of an event in handle: dropped since it must not be told, rejected since it cannot be, or only judged."""

from __future__ import annotations

from typing import Literal

from omnicapi.messages import Event, Outcome
from omnicapi.personal_data import impersonal


def ended(
    event: Event,
    verdict: Literal["ready", "dropped", "rejected"],
    reason: str | None,
    field: str | None,
    message: str | None,
    dataset: str | None = None,
    warnings: list[str] | None = None,
    datasets: int = 1,
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
        datasets=datasets,
    )
