"""The outcomes of what ingest refuses or passes over."""

from __future__ import annotations

from omnicapi.errors import PassedOver, Refused
from omnicapi.messages import Origin, Outcome

UNKNOWN_CHANNEL = "unknown"
"""Channel of an outcome about something that does not say its own and could not be read."""


def rejected(refused: Refused, channel: str, origin: Origin, received_ms: int) -> Outcome:
    """Return the outcome of something that ingest refuses or passes over."""
    return Outcome(
        stage="ingest",
        verdict="dropped" if isinstance(refused, PassedOver) else "rejected",
        channel=channel,
        origin=origin,
        reason=refused.reason,
        field=refused.field,
        message=str(refused),
        received_ms=received_ms,
    )
