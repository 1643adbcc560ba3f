"""Every signal of a message ends in one verdict that lasts, or the message comes again and nothing is sent twice."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from forward.delivery import SEARCH_UNCLEAR_FROM
from forward.settings import TestEventCode as Code
from omnicapi.errors import MetaRefusedUs, MetaUnavailable, PublishFailed
from omnicapi.messages import PostableSignal
from omnicapi.window import DAY
from tests.forward import fakes
from tests.forward.fakes import NOW, MemoryMeta, Stage, message, messages, refused, signal, stage

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


@pytest.mark.parametrize(
    "failure", [refused(2, status=500), refused(None, status=502), refused(1, status=500), MetaUnavailable("slow")]
)
def test_when_meta_fails_the_message_comes_again_with_the_same_ids(failure: Any) -> None:
    a = stage()
    a.meta.script.append(failure)
    redelivered = message(signal("a"))
    assert isinstance(a.receive(redelivered), MetaUnavailable)
    assert not a.pubsub.messages
    a.forward.gates.of("123").answered(float("inf"))
    assert a.receive(redelivered) is None
    assert [request.ids for request in a.meta.requests] == [("a",), ("a",)]
    assert a.pubsub.fates() == [("a", "sent", None)]


def test_what_was_decided_before_meta_failed_is_not_sent_again() -> None:
    a = stage(MemoryMeta(bad={"c": TOO_OLD}))
    a.meta.script.extend([refused(*TOO_OLD), lambda: None, refused(2, status=500)])
    redelivered = message(*map(signal, "abcd"))
    assert isinstance(a.receive(redelivered), MetaUnavailable)
    assert a.meta.taken == ["a", "b"]
    assert a.receive(redelivered) is None
    assert sorted(a.meta.taken) == ["a", "b", "d"]
    assert sorted(a.pubsub.fates()) == [
        ("a", "sent", None),
        ("b", "sent", None),
        ("c", "rejected", "event_time_too_old"),
        ("d", "sent", None),
    ]


def test_a_plain_redelivery_is_answered_from_memory() -> None:
    a = stage(MemoryMeta(bad={"b": TOO_OLD}))
    redelivered = message(*map(signal, "abc"))
    assert a.receive(redelivered) is None
    requests, fates = len(a.meta.requests), a.pubsub.fates()
    assert a.receive(redelivered) is None
    assert (len(a.meta.requests), a.pubsub.fates()) == (requests, fates)


def test_a_second_event_with_a_sent_id_is_dropped_and_told() -> None:
    a = stage()
    assert a.receive(message(signal("a"))) is None
    assert a.receive(message(signal("a"))) is None
    assert a.pubsub.fates() == [("a", "sent", None), ("a", "dropped", "duplicate")]
    assert a.meta.taken == ["a"]


def test_an_id_twice_in_one_message_is_sent_once() -> None:
    a = stage()
    assert a.receive(message(signal("a"), signal("a"), signal("b"))) is None
    assert sorted(a.meta.taken) == ["a", "b"]
    assert sorted(a.pubsub.fates(), key=str) == [
        ("a", "dropped", "duplicate"),
        ("a", "sent", None),
        ("b", "sent", None),
    ]


def test_a_corrected_row_with_the_id_of_a_rejected_one_is_sent() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD}))
    a.receive(message(signal("a"), signal("b")))
    a.meta.bad.clear()
    assert a.receive(message(signal("a"))) is None
    assert a.meta.taken == ["b", "a"]


def test_a_replayed_dead_letter_is_sent_although_its_origin_is_known() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD}))
    a.receive(message(signal("a"), signal("b")))
    ((letter, _),) = a.pubsub.dead_letters()
    a.meta.bad.clear()
    assert a.receive(message(letter)) is None
    assert a.meta.taken == ["b", "a"]
    assert a.pubsub.fates()[-1] == ("a", "sent", None)


def test_an_outcome_that_cannot_be_written_is_written_by_the_next_delivery_and_nothing_is_sent_again() -> None:
    a = stage()
    a.pubsub.failing.add("outcomes")
    redelivered = message(signal("a"), signal("b"))
    assert isinstance(a.receive(redelivered), PublishFailed)
    assert isinstance(a.receive(redelivered), PublishFailed)
    a.pubsub.failing.clear()
    assert a.receive(redelivered) is None
    assert len(a.meta.requests) == 1
    assert a.pubsub.fates() == [("a", "sent", None), ("b", "sent", None)]
    assert {outcome.fbtrace_id for outcome in a.pubsub.outcomes()} == {"trace-1"}


def test_a_rejection_whose_outcome_failed_is_dead_lettered_once() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD}))
    a.pubsub.failing.add("outcomes")
    redelivered = message(signal("a"), signal("b"))
    assert isinstance(a.receive(redelivered), PublishFailed)
    a.pubsub.failing.clear()
    assert a.receive(redelivered) is None
    assert len(a.pubsub.dead_letters()) == 1
    assert sorted(a.pubsub.fates()) == [("a", "rejected", "event_time_too_old"), ("b", "sent", None)]


def test_without_its_dead_letter_a_rejection_is_not_decided_but_the_others_are() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD}))
    a.pubsub.failing.add("signals-dead-letter")
    redelivered = message(signal("a"), signal("b"))
    assert isinstance(a.receive(redelivered), PublishFailed)
    assert a.pubsub.fates() == [("b", "sent", None)]
    a.pubsub.failing.clear()
    assert a.receive(redelivered) is None
    assert a.meta.taken == ["b"]
    assert a.pubsub.fates()[-1] == ("a", "rejected", "event_time_too_old")


def test_nothing_more_is_sent_while_outcomes_cannot_be_written() -> None:
    a = stage()
    a.pubsub.failing.add("outcomes")
    assert isinstance(a.receive(message(signal("a"))), PublishFailed)
    assert isinstance(a.receive(message(signal("b"))), PublishFailed)
    assert a.meta.taken == ["a"]


def test_an_owed_outcome_is_written_even_if_its_message_is_redelivered_elsewhere() -> None:
    a = stage()
    a.pubsub.failing.add("outcomes")
    a.receive(message(signal("a")))
    a.pubsub.failing.clear()
    assert a.receive(message(signal("b"))) is None
    assert a.pubsub.fates() == [("a", "sent", None), ("b", "sent", None)]


def test_while_owed_outcomes_are_being_written_others_come_again_instead_of_waiting_in_line() -> None:
    a = stage()
    a.pubsub.failing.add("outcomes")
    a.receive(message(signal("a")))
    a.pubsub.failing.clear()
    a.pubsub.holding.clear()
    todo = messages("bcd")
    with ThreadPoolExecutor(3) as threads:
        results = [threads.submit(a.receive, one) for one in todo]
        time.sleep(1.5)
        a.pubsub.holding.set()
    assert sorted(type(result.result()).__name__ for result in results) == [
        "NoneType",
        "PublishFailed",
        "PublishFailed",
    ]
    assert all(a.receive(one) is None for one in todo)
    assert sorted(a.pubsub.fates()) == [(event_id, "sent", None) for event_id in "abcd"]


def test_a_dead_token_stops_the_dataset_dead_letters_nothing_and_a_probe_with_a_new_one_reopens_it() -> None:
    a = stage(probe_interval=0.05)
    a.meta.script.append(refused(190, 463, status=401))
    first, second = message(signal("a")), message(signal("b"))
    assert isinstance(a.receive(first), MetaRefusedUs)
    assert isinstance(a.receive(second), MetaRefusedUs)
    assert len(a.meta.requests) == 1
    assert a.forward.health()["datasets"]["123"]["reason"] == "token_invalid"
    _wait_for_probe(a)
    assert a.receive(first) is None
    assert a.receive(second) is None
    assert not a.pubsub.dead_letters()
    assert a.forward.health() == {"status": "ok", "datasets": {}}


def test_a_missing_token_stops_the_dataset_and_says_what_to_set() -> None:
    a = stage()
    a.meta.script.append(MetaRefusedUs("There is no access token for dataset 123."))
    assert isinstance(a.receive(message(signal("a"))), MetaRefusedUs)
    assert a.forward.health()["datasets"]["123"]["remedy"] == "There is no access token for dataset 123."


def test_other_datasets_go_on() -> None:
    a = stage()
    a.meta.script.append(refused(190))
    a.receive(message(signal("a")))
    assert a.receive(message(signal("b", dataset="456"))) is None


def test_a_message_for_a_stopped_and_an_open_dataset_is_taken_whole_or_not_at_all() -> None:
    a = stage()
    a.meta.script.append(refused(190))
    a.receive(message(signal("a")))
    assert isinstance(a.receive(message(signal("b", dataset="456"), signal("c"))), MetaRefusedUs)
    assert len(a.meta.requests) == 1
    assert a.receive(message(signal("b", dataset="456"))) is None


def test_a_message_over_several_datasets_and_windows_is_answered_once() -> None:
    a = stage()
    mixed = message(signal("a"), signal("b", dataset="456"), signal("c", action_source="physical_store"))
    assert a.receive(mixed) is None
    assert sorted((request.dataset, request.ids) for request in a.meta.requests) == [
        ("123", ("a",)),
        ("123", ("c",)),
        ("456", ("b",)),
    ]


def test_code_100_without_a_subcode_for_everything_means_the_sender_and_nothing_is_dead_lettered() -> None:
    a = stage(MemoryMeta(bad=dict.fromkeys("abcd", (100, None))))
    assert isinstance(a.receive(message(*map(signal, "abcd"))), MetaRefusedUs)
    assert not a.pubsub.messages
    assert a.forward.health()["datasets"]["123"]["reason"] == "parameter_or_permission"


def test_code_100_without_a_subcode_for_one_of_several_means_that_event() -> None:
    a = stage(MemoryMeta(bad={"b": (100, None)}))
    assert a.receive(message(*map(signal, "abcd"))) is None
    assert ("b", "rejected", "parameter_invalid") in a.pubsub.fates()


def test_a_run_of_rejections_stops_the_dataset_and_the_rest_stays_in_the_queue() -> None:
    ids = [f"e{number}" for number in range(30)]
    a = stage(MemoryMeta(bad=dict.fromkeys(ids, TOO_OLD)), rejection_run=10)
    results = [a.receive(one) for one in messages(ids, size=5)]
    assert results[:2] == [None, None]
    assert all(isinstance(result, MetaRefusedUs) for result in results[2:])
    assert len(a.pubsub.dead_letters()) == 10
    assert a.forward.health()["datasets"]["123"]["reason"] == "rejections_in_a_row"


def test_an_accepted_event_beside_rejected_ones_keeps_the_dataset_open() -> None:
    bad = {f"bad{number}": TOO_OLD for number in range(30)}
    a = stage(MemoryMeta(bad=dict(bad)), rejection_run=10)
    for number in range(30):
        assert a.receive(message(signal(f"bad{number}"), signal(f"good{number}"))) is None
    assert len(a.pubsub.dead_letters()) == 30


def test_a_throttle_pauses_the_dataset_for_as_long_as_meta_says() -> None:
    a = stage()
    usage = {"x-business-use-case-usage": '{"1":[{"call_count":100,"estimated_time_to_regain_access":7}]}'}
    a.meta.script.append(refused(80004, headers=usage))
    assert isinstance(a.receive(message(signal("a"))), MetaUnavailable)
    assert isinstance(a.receive(message(signal("b"))), MetaUnavailable)
    about = a.forward.health()["datasets"]["123"]
    assert (about["state"], about["reason"], about["next_try_seconds"]) == ("pausing", "throttled", 420)


def test_a_throttle_without_a_time_pauses_at_once_all_the_same() -> None:
    a = stage()
    a.meta.script.append(refused(4))
    a.receive(message(signal("a")))
    assert a.forward.health()["datasets"]["123"]["reason"] == "throttled"


def test_a_limit_that_is_near_spaces_requests_out_but_what_was_taken_is_taken() -> None:
    a = stage()
    a.meta.script.append(fakes.accepted(1, headers={"x-app-usage": '{"call_count":100}'}))
    assert a.receive(message(signal("a"))) is None
    assert isinstance(a.receive(message(signal("b"))), MetaUnavailable)
    assert a.pubsub.fates() == [("a", "sent", None)]


def test_an_event_that_makes_meta_fail_leaves_its_neighbours_alone_in_the_end() -> None:
    class Crashing(MemoryMeta):
        def send(self, dataset: str, events: Any, test_event_code: str | None = None) -> Any:
            if any(b'"crash"' in event for event in events):
                return refused(1, status=500)
            return super().send(dataset, events, test_event_code)

    meta = Crashing()
    a = Stage(stage(meta, pubsub := fakes.MemoryPubSub()).forward, meta, pubsub, fakes.Clock())
    signals = [signal(event_id) for event_id in ("a", "crash", "b", "c")]
    for attempt in range(1, SEARCH_UNCLEAR_FROM + 1):
        assert isinstance(a.receive(message(*signals, message_id="m", attempt=attempt)), MetaUnavailable)
        a.forward.gates.of("123").accepted(float("inf"))
        assert sorted(meta.taken) == ([] if attempt < SEARCH_UNCLEAR_FROM else ["a", "b", "c"])
    assert not pubsub.dead_letters()


def test_a_request_too_large_for_meta_is_sent_in_parts() -> None:
    a = stage()
    a.meta.script.append(refused(None, status=413))
    assert a.receive(message(*map(signal, "abcd"))) is None
    assert [request.ids for request in a.meta.requests] == [("a", "b", "c", "d"), ("a", "b"), ("c", "d")]


def test_a_search_that_takes_too_long_ends_and_the_rest_comes_again() -> None:
    def slowly() -> None:
        time.sleep(0.15)

    a = stage(MemoryMeta(bad={"c": TOO_OLD}), verdict_timeout=0.25)
    a.meta.script.extend([slowly] * 3)
    redelivered = message(*map(signal, "abcdefgh"))
    assert isinstance(a.receive(redelivered), MetaUnavailable)
    assert len(a.meta.requests) <= 3
    a.meta.script.clear()
    assert _until_received(a, redelivered)
    assert len(a.meta.taken) == len(set(a.meta.taken)) == 7


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


def _wait_for_probe(a: Stage) -> None:
    while a.forward.gates.health()["123"]["next_try_seconds"] > 0:
        time.sleep(0.02)
    time.sleep(0.06)


def _until_received(a: Stage, redelivered: Any) -> bool:
    return any(a.receive(redelivered) is None for _ in range(10))
