"""The end of an event in handle: dropped since it must not be sent, rejected since it cannot be, or only judged."""

from __future__ import annotations

from typing import Literal

import msgspec

from omnicapi.intake.push import BadItem
from omnicapi.messages import Event, Origin, Outcome, ReadySignal
from omnicapi.values.personal_data import impersonal


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


def unsendable(signal: ReadySignal, reason: str, message: str) -> Outcome:
    """Return the outcome of an event whose signal cannot travel."""
    event = signal.event
    return Outcome(
        stage="handle",
        verdict="rejected",
        channel=signal.channel,
        origin=signal.origin,
        event_id=impersonal(event.event_id),
        event_name=impersonal(event.event_name),
        event_time=event.event_time,
        dataset=signal.dataset,
        reason=reason,
        message=message,
        received_ms=signal.received_ms,
        warnings=signal.warnings,
        datasets=signal.datasets,
    )


class _About(msgspec.Struct):
    channel: str = "unknown"
    origin: Origin | None = None
    received_ms: int = 0


def unreadable(item: BadItem, message_id: str) -> Outcome:
    """Return the outcome of an item that is no event: where its event came from, else the message that carried it."""
    try:
        about = msgspec.json.decode(item.data, type=_About)
    except (ValueError, RecursionError):
        about = _About()
    return Outcome(
        stage="handle",
        verdict="rejected",
        channel=about.channel,
        origin=about.origin or Origin(message_id=message_id, index=item.index),
        reason="event_unreadable",
        message=f"This is no event as ingest writes it: {item.why}.",
        received_ms=about.received_ms,
    )
