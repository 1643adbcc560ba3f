"""How old, or how far ahead of the clock, an event may be when it reaches Meta (meta-capi.md §2.3).

One event outside its window makes Meta refuse the whole request, so handle checks early and forward checks again at the
moment of sending: queues and retries age events. All times are Unix seconds, UTC; ``now`` is always passed in.
"""

from __future__ import annotations

from typing import Literal

WindowClass = Literal["standard", "physical_store"]

DAY = 86_400
MAX_AGE: dict[WindowClass, int] = {"standard": 7 * DAY, "physical_store": 62 * DAY}
"""Seconds an event may be old by window class."""

MARGIN = 300
"""Seconds by which an event must stay clear of the limit: the time a request takes and clocks that differ.

It is small on purpose: a weekly export holds events that are almost seven days old
(docs/adr/0023-margin-of-time-windows.md).
"""

MAX_AHEAD = 300
"""Seconds an event may be ahead of our clock; that much a browser's clock is off, and it is set to ``now``."""

NOT_SECONDS = 100_000_000_000
"""Times from here on are milliseconds or smaller: as seconds this is the year 5138."""


def window_class(action_source: str | None) -> WindowClass:
    """Return the class whose age limit applies; requests never mix classes (meta-capi.md §1.5)."""
    return "physical_store" if action_source == "physical_store" else "standard"


def is_too_old(event_time: int, action_source: str | None, now: int) -> bool:
    """Say whether the event has left its window, the safety margin included."""
    return now - event_time > MAX_AGE[window_class(action_source)] - MARGIN


def is_too_far_ahead(event_time: int, now: int) -> bool:
    """Say whether the event lies further in the future than a clock may be off."""
    return event_time - now > MAX_AHEAD


def is_not_seconds(event_time: int) -> bool:
    """Say whether the time cannot be Unix seconds; nobody guesses the unit, because a wrong guess is silent."""
    return event_time >= NOT_SECONDS
