"""What Meta refuses or fails at as a whole costs no event: the dataset pauses or stops, and its messages come again."""

from __future__ import annotations

import time
from typing import Any

import pytest

from forward.batches.delivery import SEARCH_UNCLEAR_FROM
from forward.meta.explanation import NOTHING_SHOWS
from omnicapi.errors import MetaRefusedUs, MetaUnavailable
from tests.forward import fakes
from tests.forward.fakes import MemoryMeta, Stage, message, messages, refused, signal, stage

TOO_OLD = (100, 2804003)


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


@pytest.mark.parametrize("subcode", [None, 2804999])
def test_code_100_without_a_known_subcode_for_everything_means_the_sender_and_nothing_is_dead_lettered(
    subcode: int | None,
) -> None:
    a = stage(MemoryMeta(bad=dict.fromkeys("abcd", (100, subcode))))
    assert isinstance(a.receive(message(*map(signal, "abcd"))), MetaRefusedUs)
    assert not a.pubsub.messages
    assert a.forward.health()["datasets"]["123"]["reason"] == "parameter_or_permission"


def test_what_all_events_show_of_a_bare_code_100_is_told_where_it_stops() -> None:
    a = stage(MemoryMeta(bad=dict.fromkeys("ab", (100, None))))
    limited = [signal(name, data_processing_options=["LDU"]) for name in "ab"]
    assert isinstance(a.receive(message(*limited)), MetaRefusedUs)
    assert "Limited Data Use" in a.forward.health()["datasets"]["123"]["remedy"]


@pytest.mark.parametrize("subcode", [None, 2804999])
def test_code_100_without_a_subcode_for_one_of_several_means_that_event(subcode: int | None) -> None:
    a = stage(MemoryMeta(bad={"b": (100, subcode)}))
    assert a.receive(message(*map(signal, "abcd"))) is None
    assert ("b", "rejected", "parameter_invalid") in a.pubsub.fates()
    (told,) = [outcome.message for outcome in a.pubsub.outcomes() if outcome.event_id == "b"]
    assert told is not None
    assert told.startswith("Meta calls a parameter of this event invalid and does not say which. ")
    assert told.endswith((NOTHING_SHOWS, "."))


@pytest.mark.parametrize("subcode", [33, 34, 38])
def test_a_dataset_that_the_token_may_not_use_is_no_fault_of_its_events(subcode: int) -> None:
    a = stage(MemoryMeta(bad=dict.fromkeys("abcde", (100, subcode))))
    assert isinstance(a.receive(message(*map(signal, "abcde"))), MetaRefusedUs)
    assert not a.pubsub.messages
    about = a.forward.health()["datasets"]["123"]
    assert about["reason"] == "dataset_not_accessible"
    assert "no event is at fault" in about["remedy"]


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


def _wait_for_probe(a: Stage) -> None:
    while a.forward.gates.health()["123"]["next_try_seconds"] > 0:
        time.sleep(0.02)
    time.sleep(0.06)


def _until_received(a: Stage, redelivered: Any) -> bool:
    return any(a.receive(redelivered) is None for _ in range(10))
