"""Every signal of a message ends in one verdict that lasts: an outcome and, where it was refused, a dead letter."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import msgspec
import pytest

from forward.settings import TestEventCode as Code
from omnicapi.errors import MetaUnavailable
from omnicapi.messages import PostableSignal
from omnicapi.window import DAY
from tests.forward import fakes
from tests.forward.fakes import NOW, MemoryMeta, message, refused, signal, stage

TOO_OLD = (100, 2804003)


def test_a_message_is_sent_in_one_request_and_each_event_gets_its_outcome() -> None:
    a = stage()
    assert a.receive(message(signal("a"), signal("b"))) is None
    assert [request.ids for request in a.meta.requests] == [("a", "b")]
    (batch,) = a.pubsub.batches()
    assert (batch.dataset, batch.fbtrace_id, batch.http_status, batch.counts) == ("123", "trace-1", 200, {"sent": 2})
    outcome = batch.outcomes[0]
    assert (outcome.event_id, outcome.event_name, outcome.channel, outcome.verdict) == ("a", "Purchase", "web", "sent")
    assert (outcome.order_id, outcome.fbtrace_id, outcome.received_ms) == ("order-a", "trace-1", NOW * 1000)
    assert outcome.origin.object == "incoming/web/a.csv"
    assert outcome.decided_ms == NOW * 1000


def test_a_message_without_signals_is_acknowledged() -> None:
    a = stage()
    assert a.receive(message()) is None
    assert not a.meta.requests


@pytest.mark.parametrize("named", [True, False])
def test_the_one_bad_event_is_dead_lettered_with_its_reason_and_the_others_are_sent(named: bool) -> None:
    a = stage(MemoryMeta(bad={"c": TOO_OLD}, name_bad=named))
    assert a.receive(message(*map(signal, "abcde"))) is None
    assert sorted(a.meta.taken) == ["a", "b", "d", "e"]
    assert sorted(a.pubsub.fates()) == [
        ("a", "sent", None),
        ("b", "sent", None),
        ("c", "rejected", "event_time_too_old"),
        ("d", "sent", None),
        ("e", "sent", None),
    ]
    ((letter, about),) = a.pubsub.dead_letters()
    assert letter["event"]["event_id"] == "c"
    assert {name: about[name] for name in ("reason", "code", "channel", "dataset", "fbtrace_id", "kind")} == {
        "reason": "event_time_too_old",
        "code": "100/2804003",
        "channel": "web",
        "dataset": "123",
        "fbtrace_id": "E100",
        "kind": "signal",
    }
    rejected = next(outcome for outcome in a.pubsub.outcomes() if outcome.verdict == "rejected")
    assert (rejected.code, rejected.field, rejected.fbtrace_id) == ("100/2804003", "event_time", "E100")
    assert rejected.message is not None


def test_a_dead_letter_is_the_signal_as_it_came() -> None:
    a = stage(MemoryMeta(bad={"b": TOO_OLD}))
    original = signal("b", warnings=["ph:not_a_phone"])
    a.receive(message(signal("a"), original))
    ((letter, _),) = a.pubsub.dead_letters()
    assert letter == original
    msgspec.json.decode(msgspec.json.encode(letter), type=PostableSignal)


def test_outcomes_of_one_batch_go_by_the_request_that_decided_them() -> None:
    a = stage(MemoryMeta(bad={"c": TOO_OLD}))
    a.receive(message(*map(signal, "abcd")))
    by_trace = {batch.fbtrace_id: sorted(o.event_id or "" for o in batch.outcomes) for batch in a.pubsub.batches()}
    assert by_trace == {"trace-2": ["a", "b"], "E100": ["c"], "trace-4": ["d"]}


def test_an_event_that_grew_too_old_in_the_queue_is_not_sent_and_poisons_nobody() -> None:
    a = stage()
    late = signal("late", event_time=NOW - 7 * DAY)
    store = signal("store", event_time=NOW - 60 * DAY, action_source="physical_store")
    assert a.receive(message(signal("a"), late, store)) is None
    assert sorted(a.meta.taken) == ["a", "store"]
    assert ("late", "rejected", "event_time_too_old") in a.pubsub.fates()
    assert [letter["event"]["event_id"] for letter, _ in a.pubsub.dead_letters()] == ["late"]
    outcome = next(outcome for outcome in a.pubsub.outcomes() if outcome.event_id == "late")
    assert (outcome.field, outcome.code, outcome.fbtrace_id) == ("event_time", None, None)


def test_a_batch_of_late_events_asks_nobody() -> None:
    a = stage()
    assert a.receive(message(signal("late", event_time=NOW - 8 * DAY))) is None
    assert not a.meta.requests


def test_a_message_over_several_datasets_and_windows_is_answered_once() -> None:
    a = stage()
    mixed = message(signal("a"), signal("b", dataset="456"), signal("c", action_source="physical_store"))
    assert a.receive(mixed) is None
    assert sorted((request.dataset, request.ids) for request in a.meta.requests) == [
        ("123", ("a",)),
        ("123", ("c",)),
        ("456", ("b",)),
    ]


def test_a_request_too_large_for_meta_is_sent_in_parts() -> None:
    a = stage()
    a.meta.script.append(refused(None, status=413))
    assert a.receive(message(*map(signal, "abcd"))) is None
    assert [request.ids for request in a.meta.requests] == [("a", "b", "c", "d"), ("a", "b"), ("c", "d")]


def test_a_test_event_code_is_told_loudly_and_sent(caplog: pytest.LogCaptureFixture) -> None:
    codes = {"web": Code("TEST7", datetime.fromtimestamp(NOW + 60, UTC))}
    a = stage(meta_test_event_codes=codes)
    a.receive(message(signal("a")))
    assert a.meta.requests[0].test_event_code == "TEST7"
    assert any(record.levelno == logging.WARNING and "test event code" in record.message for record in caplog.records)
    a.clock.now += 61
    a.receive(message(signal("b")))
    assert a.meta.requests[1].test_event_code is None


def test_another_count_of_metas_is_an_error_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    a = stage()
    a.meta.script.append(fakes.accepted(1))
    assert a.receive(message(signal("a"), signal("b"))) is None
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.message for record in errors] == ["Meta counted another number of events"]


def test_no_log_line_holds_a_customer_or_a_token(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        a = stage(MemoryMeta(bad={"c": TOO_OLD}))
        a.meta.script.append(MetaUnavailable("no answer"))
        for _ in range(3):
            a.receive(message(*map(signal, "abcd"), message_id="m"))
            a.forward.gates.of("123").accepted(float("inf"))
    text = " ".join(str(record.__dict__) for record in caplog.records)
    assert "request to Meta" in text
    assert fakes.SOMEBODY not in text
    assert "a-token" not in text
