"""What the events of one request to Meta have in common."""

from __future__ import annotations

from typing import NamedTuple

from forward.settings import TestEventCode
from forward.signals import QueuedSignal
from omnicapi.window import WindowClass, window_class


class BatchKey(NamedTuple):
    """Signals with the same key may share a request.

    The time-window classes travel apart: one late web event would refuse a whole batch of store events, which have
    62 days (meta-capi.md §1.5). A test event code belongs to a request, not to an event (§1.3).
    """

    dataset: str
    window: WindowClass
    test_event_code: str | None


def batch_key(signal: QueuedSignal, test_event_codes: dict[str, TestEventCode], now: float) -> BatchKey:
    """Return the key of a signal at ``now`` (Unix seconds, UTC); a test event code past its end is no longer sent."""
    test = test_event_codes.get(signal.channel)
    running = test is not None and now < test.until.timestamp()
    return BatchKey(signal.dataset, window_class(signal.action_source), test.code if test and running else None)
