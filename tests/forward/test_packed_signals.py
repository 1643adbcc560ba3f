"""Signals that handle packed are read as plain ones are."""

from __future__ import annotations

import msgspec

from forward.signals import read_signals
from omnicapi.intake.push import PushMessage
from omnicapi.packed import packed
from tests.forward.fakes import signal


def test_packed_signals_are_read_as_plain_ones() -> None:
    data = msgspec.json.encode([signal(f"e{number}") for number in range(50)])
    body, attributes = packed(data, "zstd")
    assert attributes
    assert read_signals(PushMessage(body, attributes, "m")) == read_signals(PushMessage(data, {}, "m"))


def test_an_item_that_is_no_signal_costs_a_packed_message_no_other() -> None:
    data = msgspec.json.encode([*[signal(f"e{number}") for number in range(50)], {"no": "signal"}])
    read = read_signals(PushMessage(*packed(data, "zstd"), "m"))
    assert [one.fault is None for one in read] == [True] * 50 + [False]
