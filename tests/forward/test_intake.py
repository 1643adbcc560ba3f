"""Messages from many threads share requests, wait for each other's verdicts, and never wait for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from forward.meta.answer import Answer
from omnicapi.errors import BadMessage, Busy, MetaRefusedUs, MetaUnavailable
from omnicapi.intake.push import PushMessage
from tests.forward import fakes
from tests.forward.fakes import MemoryMeta, Stage, message, messages, refused, signal, stage


class SlowMeta(MemoryMeta):
    """Answers a dataset's requests only when told to."""

    def __init__(self, *slow: str) -> None:
        super().__init__()
        self.go = threading.Event()
        self.asked = threading.Semaphore(0)
        self.slow = slow or (fakes.DATASET,)

    def send(self, dataset: str, events: Sequence[bytes], test_event_code: str | None = None) -> Answer:
        if dataset in self.slow:
            self.asked.release()
            self.go.wait(10)
        return super().send(dataset, events, test_event_code)


class Threads:
    """Delivers messages in the background."""

    def __init__(self, a: Stage, pool: ThreadPoolExecutor) -> None:
        self._a = a
        self._pool = pool

    def receive(self, one: PushMessage) -> Future[Exception | None]:
        return self._pool.submit(self._a.receive, one)


@pytest.fixture
def background() -> Any:
    with ThreadPoolExecutor(128) as pool:
        yield lambda a: Threads(a, pool)


Background = Callable[[Stage], Threads]


def test_concurrent_messages_share_requests_and_each_is_answered() -> None:
    a = stage(batch_linger=0.2)
    results = a.receive_all(messages((f"e{number}" for number in range(100)), size=2))
    assert results == [None] * 50
    assert len(a.meta.requests) <= 2
    assert len(a.pubsub.outcomes()) == 100


@pytest.mark.parametrize(("count", "size"), [(20_000, 500), (5_000, 300), (2_000, 1)])
def test_under_load_requests_are_within_one_percent_of_the_ideal(count: int, size: int) -> None:
    # Every batch fills exactly, so none waits for its linger, however slow the machine is.
    a = stage(batch_linger=60.0, verdict_timeout=120.0)
    todo = messages((f"e{number}" for number in range(count)), size=size)
    assert a.receive_all(todo, at_once=len(todo)) == [None] * len(todo)
    assert len(a.meta.requests) <= count / 1000 * 1.01
    assert sorted(a.meta.taken) == sorted(f"e{number}" for number in range(count))


def test_a_redelivery_while_the_first_copy_is_under_way_waits_for_its_verdict(background: Background) -> None:
    meta = SlowMeta()
    a = stage(meta)
    threads = background(a)
    one = message(signal("a"), signal("b"))
    first = threads.receive(one)
    meta.asked.acquire()
    second = threads.receive(one)
    time.sleep(0.05)
    assert not second.done()
    meta.go.set()
    assert (first.result(), second.result()) == (None, None)
    assert meta.taken == ["a", "b"]
    assert len(a.pubsub.outcomes()) == 2


def test_when_the_first_copy_fails_the_waiting_one_takes_over(background: Background) -> None:
    meta = SlowMeta()
    meta.script.append(refused(2, status=500))
    a = stage(meta)
    threads = background(a)
    one = message(signal("a"))
    first = threads.receive(one)
    meta.asked.acquire()
    second = threads.receive(one)
    meta.go.set()
    assert isinstance(first.result(), MetaUnavailable)
    assert second.result() is None
    assert meta.taken == ["a"]


def test_messages_that_hold_each_others_events_do_not_wait_for_ever(background: Background) -> None:
    meta = SlowMeta()
    a = stage(meta)
    threads = background(a)
    x, y = signal("x"), signal("y")
    answers = [threads.receive(message(x, y)), threads.receive(message(y, x)), threads.receive(message(x, y, x))]
    time.sleep(0.05)
    meta.go.set()
    assert [answer.result() for answer in answers] == [None] * 3
    assert sorted(meta.taken) == ["x", "y"]


def test_without_a_verdict_in_time_the_message_comes_again_and_finds_it() -> None:
    meta = SlowMeta()
    a = stage(meta, verdict_timeout=0.05)
    one = message(signal("a"))
    assert isinstance(a.receive(one), MetaUnavailable)
    assert isinstance(a.receive(one), MetaUnavailable)
    meta.go.set()
    _until(lambda: a.receive(one) is None)
    assert meta.taken == ["a"]
    assert a.pubsub.fates() == [("a", "sent", None)]


def test_a_full_instance_takes_nothing_more_but_keeps_what_it_has(background: Background) -> None:
    meta = SlowMeta()
    a = stage(meta, signals_pending=10, batch_linger=0.0)
    threads = background(a)
    first = threads.receive(message(*(signal(f"a{number}") for number in range(10))))
    meta.asked.acquire()
    second = message(signal("b"))
    assert isinstance(a.receive(second), Busy)
    meta.go.set()
    assert first.result() is None
    assert a.receive(second) is None


def test_a_message_that_is_half_refused_by_a_full_instance_comes_again_without_its_sent_half(
    background: Background,
) -> None:
    meta = SlowMeta()
    a = stage(meta, signals_pending=1, batch_linger=0.0)
    threads = background(a)
    both = message(signal("a"), signal("b", action_source="physical_store"))
    answer = threads.receive(both)
    meta.asked.acquire()
    time.sleep(0.3)  # until the second half was refused
    meta.go.set()
    assert isinstance(answer.result(), Busy)
    assert a.receive(both) is None or a.receive(both) is None
    assert sorted(meta.taken) == ["a", "b"]


def test_a_bug_in_a_batch_nacks_its_messages_and_the_next_delivery_goes_through() -> None:
    a = stage()
    a.meta.script.append(RuntimeError("a bug"))
    one = message(signal("a"))
    assert isinstance(a.receive(one), RuntimeError)
    assert a.receive(one) is None


def test_a_bug_before_the_batch_leaves_nothing_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    a = stage()
    one = message(signal("a"))
    with monkeypatch.context() as patched:
        patched.setattr(a.forward.gates, "of", _broken)
        assert isinstance(a.receive(one), ZeroDivisionError)
    assert a.receive(one) is None


def test_what_is_no_signal_is_a_bad_message() -> None:
    a = stage()
    assert isinstance(a.receive(PushMessage(b'{"not":"a signal"}')), BadMessage)
    assert isinstance(a.receive(PushMessage(b"\xff")), BadMessage)


def test_when_the_process_stops_everybody_who_waits_is_told_at_once(background: Background) -> None:
    meta = SlowMeta()
    a = stage(meta, verdict_timeout=60.0)
    threads = background(a)
    answers = [threads.receive(one) for one in messages(f"e{number}" for number in range(100))]
    meta.asked.acquire()
    begun = time.monotonic()
    a.forward.drain(seconds=0.2)
    assert all(isinstance(answer.result(), MetaUnavailable) for answer in answers)
    assert time.monotonic() - begun < 2
    a.forward.intake.stop()
    meta.go.set()


def test_a_batch_that_was_formed_before_its_dataset_stopped_is_not_sent(background: Background) -> None:
    meta = SlowMeta()
    meta.script.append(refused(190))
    a = stage(meta, requests_in_flight_per_dataset=1, batch_count=1)
    threads = background(a)
    answers = [threads.receive(one) for one in messages("abc")]
    meta.asked.acquire()
    time.sleep(0.1)
    meta.go.set()
    assert all(isinstance(answer.result(), MetaRefusedUs) for answer in answers)
    assert len(meta.requests) == 1


def test_a_dataset_that_hangs_does_not_starve_the_others(background: Background) -> None:
    meta = SlowMeta("slow")
    a = stage(meta, requests_in_flight=4, requests_in_flight_per_dataset=2, batch_count=1)
    threads = background(a)
    hanging = [threads.receive(message(signal(f"h{number}", dataset="slow"))) for number in range(20)]
    meta.asked.acquire()
    begun = time.monotonic()
    assert a.receive_all(messages((f"e{number}" for number in range(50)), dataset="quick")) == [None] * 50
    assert time.monotonic() - begun < 2
    assert not any(answer.done() for answer in hanging)
    meta.go.set()
    assert [answer.result() for answer in hanging] == [None] * 20


def test_every_event_is_sent_once_whatever_is_redelivered_when(background: Background) -> None:
    """Copies of messages, failures, poison and slow answers, all at once, from many threads."""
    ids = [f"e{number}" for number in range(2000)]
    meta = MemoryMeta(bad={f"e{number}": (100, 2804003) for number in range(0, 2000, 100)})
    a = stage(meta, batch_linger=0.005, batch_count=200)
    meta.script.extend([refused(2, status=500), lambda: None, MetaUnavailable("lost"), lambda: None, refused(None)])
    left = messages(ids, size=7)
    for _ in range(40):
        results = a.receive_all([copy for one in left for copy in (one, one)], at_once=100)
        left = [one for one, result in zip((c for m in left for c in (m, m)), results, strict=True) if result]
        left = list({one.message_id: one for one in left}.values())
        if not left:
            break
        time.sleep(0.1)
    assert not left
    assert sorted(meta.taken) == sorted(set(ids) - set(meta.bad))
    assert len(a.pubsub.dead_letters()) == len(meta.bad)
    assert sorted(event_id or "" for event_id, _, _ in a.pubsub.fates()) == sorted(ids)


def _broken(dataset: str) -> Any:
    return 1 / 0


def _until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
