"""Signals share a request only where Meta's window, dataset and test code are the same for all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from forward.batches.batch_key import BatchKey, batch_key
from forward.settings import TestEventCode as Code
from forward.signals import QueuedSignal, read_signals
from tests.forward import fakes

END = datetime(2026, 12, 1, tzinfo=UTC)
CODES = {"web": Code("TEST1", END)}
BEFORE = END.timestamp() - 1


def queued(**changes: str) -> QueuedSignal:
    return read_signals(fakes.message(fakes.signal("a", **changes)))[0]


def test_a_web_event_and_a_store_event_travel_apart() -> None:
    assert batch_key(queued(), {}, BEFORE) == BatchKey("123", "standard", None)
    assert batch_key(queued(action_source="physical_store"), {}, BEFORE) == BatchKey("123", "physical_store", None)


def test_a_test_event_code_is_sent_for_its_channel_until_it_ends() -> None:
    assert batch_key(queued(), CODES, BEFORE).test_event_code == "TEST1"
    assert batch_key(queued(channel="store"), CODES, BEFORE).test_event_code is None
    assert batch_key(queued(), CODES, END.timestamp()).test_event_code is None
    assert batch_key(queued(), CODES, (END + timedelta(days=1)).timestamp()).test_event_code is None
