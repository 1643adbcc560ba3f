"""After Meta's answer nothing whatever brings an event to Meta again, and each item still gets its one outcome."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import pytest
from google.api_core.exceptions import DeadlineExceeded, InvalidArgument, NotFound, RetryError, ServiceUnavailable
from google.auth.exceptions import RefreshError
from google.cloud.pubsub_v1.publisher.exceptions import MessageTooLargeError, PublishToPausedOrderingKeyException

from forward.batches.batch_requests import BatchRequests
from forward.batches.gate import Gate
from forward.verdicts.verdict import MOST_FAILURES
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher
from tests.forward.fakes import MemoryMeta, MemoryPubSub, Stage, message, signal, stage

TOO_OLD = (100, 2804003)
ERRORS = [
    MessageTooLargeError("jane@example.com"),
    PublishToPausedOrderingKeyException("key"),
    ValueError("jane@example.com"),
    TypeError(),
    RuntimeError("cannot start new thread"),
    MemoryError(),
    OSError(),
    TimeoutError(),
    KeyError("jane@example.com"),
    ServiceUnavailable("down"),
    DeadlineExceeded("late"),
    InvalidArgument("no"),
    NotFound("gone"),
    RetryError("gave up", None),
    RefreshError("no token"),  # type: ignore[no-untyped-call]  # Google's own
]


@dataclass
class FaultyPubSub(MemoryPubSub):
    """Does ``fault`` instead of taking a message, at the hand-overs of these numbers, counted from 0."""

    fault: Callable[[], Future[str]] = Future
    at: frozenset[int] = frozenset()
    handed_over: int = 0
    left_open: list[Future[str]] = field(default_factory=list)

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        number, self.handed_over = self.handed_over, self.handed_over + 1
        if number in self.at:
            future = self.fault()
            self.left_open.append(future)
            return future
        return super().publish(topic, data, **attributes)


def raising(error: Exception) -> Callable[[], Future[str]]:
    def fault() -> Future[str]:
        raise error

    return fault


def failing(error: Exception) -> Callable[[], Future[str]]:
    def fault() -> Future[str]:
        future: Future[str] = Future()
        future.set_exception(error)
        return future

    return fault


def cancelled() -> Future[str]:
    future: Future[str] = Future()
    future.cancel()
    future.set_running_or_notify_cancel()
    return future


FAULTS = [*map(raising, ERRORS), *map(failing, ERRORS), cancelled, Future]
"""The last one never ends."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forward.verdicts.debts.FIRST_PAUSE", 0.002)


def deliver(a: Stage, *messages: Any) -> None:
    """Deliver until every message is acknowledged, as Pub/Sub does."""
    left = list(messages)
    for _ in range(50):
        left = [one for one in left if a.receive(one) is not None]
        if not left:
            a.wait_until_paid()
            return
        a.wait_until_paid()
    raise AssertionError("never acknowledged")


def three_items(*ids: str) -> list[dict[str, Any]]:
    return [signal(event_id, origin={"message_id": "p", "index": index}) for index, event_id in enumerate(ids)]


@pytest.mark.parametrize("at", [{0}, {1}, {0, 1}, {1, 2, 3}])
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_publisher_does_every_item_is_sent_once_and_has_one_outcome(
    fault: Callable[[], Future[str]], at: set[int], caplog: pytest.LogCaptureFixture
) -> None:
    client = FaultyPubSub(fault=fault, at=frozenset(at))
    a = stage(MemoryMeta(bad={"bad": TOO_OLD}), client, verdict_timeout=20.0, publish_timeout=0.05)
    deliver(a, message(*three_items("a", "bad", "a", "b")))
    assert sorted(a.meta.taken) == ["a", "b"]
    assert sorted((one.origin.index, one.verdict, one.reason) for one in client.outcomes()) == [
        (0, "sent", None),
        (1, "rejected", "event_time_too_old"),
        (2, "dropped", "duplicate"),
        (3, "sent", None),
    ]
    assert [letter["event"]["event_id"] for letter, _ in client.dead_letters()] == ["bad"]
    assert "jane" not in str([record.__dict__ for record in caplog.records])


def test_a_message_that_is_taken_after_all_is_not_written_a_second_time() -> None:
    client = FaultyPubSub(at=frozenset({0}))
    a = stage(None, client, verdict_timeout=30.0, publish_timeout=30.0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("forward.verdicts.record.FIRST_WORD", 0.01)
        patched.setattr(a.forward.debts, "owe", _then(a.forward.debts.owe, lambda: client.left_open[0].set_result("1")))
        for publisher in _publishers(a):
            publisher.timeout = 0.01
        assert a.receive(message(signal("a"))) is None
    assert client.handed_over == 1


def _publishers(a: Stage) -> Iterator[Publisher]:
    verdicts = a.forward.intake._verdicts
    yield verdicts._dead_letters
    yield verdicts._outcomes._publisher


def _then(first: Callable[..., None], after: Callable[[], None]) -> Callable[..., None]:
    def both(*given: Any) -> None:
        first(*given)
        after()

    return both


LINES: list[tuple[Any, str]] = [
    (BatchRequests, "_log"),
    (BatchRequests, "_learn"),
    (Gate, "accepted"),
    (OutcomeWriter, "start"),
    (OutcomeWriter, "confirm"),
    (OutcomeWriter, "_batch"),
    (Publisher, "start_one"),
    (Publisher, "start_encoded"),
    (Publisher, "failures"),
    (logging.Logger, "info"),
]


@pytest.mark.parametrize(("where", "name"), LINES, ids=[f"{where.__name__}.{name}" for where, name in LINES])
@pytest.mark.parametrize("times", [1, 3])
def test_wherever_the_code_breaks_after_metas_answer_nothing_is_sent_twice(
    where: Any, name: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [times]
    real = getattr(where, name)

    def breaking(*given: Any, **options: Any) -> Any:
        if a.meta.requests and left[0]:
            left[0] -= 1
            raise ZeroDivisionError
        return real(*given, **options)

    a = stage(MemoryMeta(bad={"bad": TOO_OLD}), verdict_timeout=20.0)
    monkeypatch.setattr(where, name, breaking)
    deliver(a, message(*three_items("a", "bad", "b")))
    assert left[0] < times
    assert sorted(a.meta.taken) == ["a", "b"]
    by_item: dict[int | None, set[str]] = {}
    for one in a.pubsub.outcomes():
        by_item.setdefault(one.origin.index, set()).add(one.verdict)
    assert by_item == {0: {"sent"}, 1: {"rejected"}, 2: {"sent"}}


def test_a_bug_in_the_search_for_a_bad_event_does_not_forget_what_meta_took() -> None:
    a = stage(MemoryMeta(bad={"bad": TOO_OLD}))
    a.meta.script.extend([lambda: None, lambda: None, RuntimeError("a bug")])
    deliver(a, message(*three_items("a", "b", "bad", "c")))
    assert sorted(a.meta.taken) == ["a", "b", "c"]


def test_outcomes_too_large_for_one_message_are_no_reason_to_send_again() -> None:
    a = stage()
    junk = [f"user_data.em:{number}" for number in range(3500)]
    todo = [message(*(signal(f"e{m}-{n}", warnings=junk) for n in range(50))) for m in range(10)]
    assert a.receive_all(todo) == [None] * 10
    assert len(a.meta.taken) == len(set(a.meta.taken)) == len(a.pubsub.outcomes()) == 500
    assert max(len(data) for topic, data, _ in a.pubsub.messages if topic == "outcomes") <= 1_000_000


def test_a_verdict_comes_before_the_time_to_wait_is_over_even_where_pubsub_is_slow() -> None:
    """Meta answers just in time and Pub/Sub does not: the message must not come again for it."""
    client = FaultyPubSub(at=frozenset({0}))
    a = stage(None, client, verdict_timeout=0.8, publish_timeout=1.2)
    assert a.receive(message(signal("a"))) is None
    a.wait_until_paid()
    assert client.fates() == [("a", "sent", None)]


def test_a_signal_too_large_for_a_dead_letter_of_its_own_is_told_by_its_outcome(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("forward.verdicts.record.LARGEST_LETTER", 5000)
    a = stage(MemoryMeta(bad={"bad": TOO_OLD}))
    large = signal("bad", custom_data={"note": "x" * 5000})
    assert a.receive(message(large, signal("a"))) is None
    assert sorted(a.pubsub.fates()) == [("a", "sent", None), ("bad", "rejected", "event_time_too_old")]
    assert not a.pubsub.dead_letters()


def test_an_outcome_that_can_never_be_written_keeps_no_other_back(
    poisoned_outcomes: None, caplog: pytest.LogCaptureFixture
) -> None:
    a = stage(verdict_timeout=30.0)
    assert a.receive(message(signal("a"), signal("poison", origin={"message_id": "p", "index": 1}))) is None
    a.wait_until_paid()
    assert a.pubsub.fates() == [("a", "sent", None)]
    (told,) = [record for record in caplog.records if record.message == "an outcome cannot be written"]
    assert told.__dict__["json_fields"]["origin"] == "message p item 1"
    assert "jane" not in str(told.__dict__)


@dataclass
class PickyPubSub(MemoryPubSub):
    """A client that refuses each message to ``topic`` with ``poison`` in its data, as Google's does one too large."""

    topic: str = "outcomes"
    error: Exception = field(default_factory=lambda: MessageTooLargeError("jane@example.com"))
    refused: int = 0

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        if topic.endswith(f"/{self.topic}") and b"poison" in data:
            self.refused += 1
            raise self.error
        return super().publish(topic, data, **attributes)


@pytest.mark.parametrize("error", [MessageTooLargeError("jane@example.com"), TypeError("jane@example.com")])
def test_an_outcome_that_the_client_never_takes_keeps_no_other_back(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    a = stage(None, PickyPubSub(error=error), verdict_timeout=30.0)
    beside = signal("poison", origin={"message_id": "p", "index": 1})
    assert a.receive(message(signal("a"), beside, signal("b"))) is None
    a.wait_until_paid()
    assert sorted(a.pubsub.fates()) == [("a", "sent", None), ("b", "sent", None)]
    assert a.meta.taken == ["a", "poison", "b"]
    (told,) = [record for record in caplog.records if record.message == "an outcome cannot be written"]
    assert told.__dict__["json_fields"]["origin"] == "message p item 1"
    assert "jane" not in str([record.__dict__ for record in caplog.records])
    assert a.receive(message(signal("c"))) is None


def test_what_pubsub_itself_calls_invalid_stays_owed_for_the_topic_may_be_at_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("forward.verdicts.debts.LONGEST_PAUSE", 0.002)
    client = PickyPubSub(error=InvalidArgument("the topic has a schema"))
    a = stage(None, client, verdict_timeout=0.5)
    assert a.receive(message(signal("poison"))) is None
    while client.refused < 3 * MOST_FAILURES:
        time.sleep(0.001)
    assert a.forward.health()["owed"] == 1
    client.topic = "mended"
    a.wait_until_paid()
    assert a.pubsub.fates() == [("poison", "sent", None)]


def test_a_dead_letter_that_the_client_never_takes_is_told_by_its_outcome() -> None:
    a = stage(
        MemoryMeta(bad={"poison": TOO_OLD, "bad": TOO_OLD}),
        PickyPubSub(topic="signals-dead-letter"),
        verdict_timeout=30.0,
    )
    assert a.receive(message(*three_items("a", "poison", "bad"))) is None
    a.wait_until_paid()
    assert sorted(fate[:2] for fate in a.pubsub.fates()) == [("a", "sent"), ("bad", "rejected"), ("poison", "rejected")]
    assert [letter["event"]["event_id"] for letter, _ in a.pubsub.dead_letters()] == ["bad"]


def test_debts_are_paid_though_the_thread_that_pays_them_stumbles(caplog: pytest.LogCaptureFixture) -> None:
    left = [MemoryError("jane@example.com"), RuntimeError("jane@example.com")]
    a = stage(None, FaultyPubSub(fault=failing(ServiceUnavailable("down")), at=frozenset({0})), verdict_timeout=30.0)
    real = a.forward.debts._forget_written

    def stumbling() -> None:
        if left:
            raise left.pop()
        real()

    a.forward.debts._forget_written = stumbling  # type: ignore[method-assign]
    assert a.receive(message(signal("a"))) is None
    assert a.pubsub.fates() == [("a", "sent", None)]
    assert not left
    assert "jane" not in str([record.__dict__ for record in caplog.records])
    assert a.receive(message(signal("b"))) is None
