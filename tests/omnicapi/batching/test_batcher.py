import itertools
import threading
import time
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Queue
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.batching.batch import Limits
from omnicapi.batching.batcher import Batcher
from omnicapi.errors import Busy
from tests.examples import examples

PATIENCE = 10.0
"""Seconds after which something that should have happened never will."""

LONG = 60.0
"""A linger that no test outlives."""

IDLE = 0.05
"""Seconds after which senders that have nothing to do sleep."""


@dataclass(frozen=True)
class Item:
    submission: int
    index: int
    size: int


Submissions = list[tuple[str, list[Item]]]


@st.composite
def submissions(draw: st.DrawFn) -> Submissions:
    drawn = draw(
        st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.integers(0, 12), max_size=25)), min_size=1, max_size=12)
    )
    return [
        (key, [Item(number, index, size) for index, size in enumerate(sizes)])
        for number, (key, sizes) in enumerate(drawn)
    ]


@st.composite
def limits(draw: st.DrawFn) -> Limits:
    return Limits(
        count=draw(st.integers(1, 8)),
        size=draw(st.integers(1, 20)),
        linger=draw(st.sampled_from([0.0, 0.001, 0.003])),
        senders=draw(st.integers(1, 4)),
        senders_per_key=draw(st.integers(0, 2)),
        pending=10_000,
    )


@dataclass
class Recorder:
    """A ``run`` that remembers its batches and answers each item with itself, unless the batch holds ``poison``."""

    poison: Callable[[Item], bool] = lambda _: False
    batches: list[tuple[str, list[Item]]] = field(default_factory=list)
    finished: set[Item] = field(default_factory=set)

    def run(self, key: str, items: list[Item]) -> list[tuple[str, Item]]:
        self.batches.append((key, list(items)))
        time.sleep(0.0005)
        self.finished.update(items)
        if any(self.poison(item) for item in items):
            raise ArithmeticError
        return [(key, item) for item in items]


def submit_at_once(batcher: Batcher[str, Item, Any], all_of_them: Submissions) -> list[Future[Any]]:
    """Submit each from a thread of its own, as pushes do."""
    with ThreadPoolExecutor(len(all_of_them)) as callers:
        return list(callers.map(lambda one: batcher.submit(*one), all_of_them))


@given(all_of_them=submissions(), bounds=limits())
@examples(60)
def test_every_submission_gets_exactly_the_results_of_its_items_in_order(
    all_of_them: Submissions, bounds: Limits
) -> None:
    recorder = Recorder()
    batcher = Batcher(recorder.run, bounds, lambda item: item.size)
    futures = submit_at_once(batcher, all_of_them)
    for (key, items), future in zip(all_of_them, futures, strict=True):
        assert future.result(PATIENCE) == [(key, item) for item in items]
    batcher.close()


@given(all_of_them=submissions(), bounds=limits())
@examples(60)
def test_batches_keep_to_their_limits_and_keys_and_hold_every_item_once(
    all_of_them: Submissions, bounds: Limits
) -> None:
    recorder = Recorder()
    batcher = Batcher(recorder.run, bounds, lambda item: item.size)
    submit_at_once(batcher, all_of_them)
    batcher.close()
    travelled = [(key, item) for key, items in recorder.batches for item in items]
    assert sorted(travelled, key=repr) == sorted(
        ((key, item) for key, items in all_of_them for item in items), key=repr
    )
    for _, items in recorder.batches:
        assert 1 <= len(items) <= bounds.count
        assert sum(item.size for item in items) <= bounds.size or len(items) == 1


@given(all_of_them=submissions(), bounds=limits(), poisoned=st.sets(st.integers(0, 5)))
@examples(60)
def test_a_failed_batch_reaches_every_caller_in_it_once_its_other_parts_are_settled(
    all_of_them: Submissions, bounds: Limits, poisoned: set[int]
) -> None:
    recorder = Recorder(poison=lambda item: item.index in poisoned)
    batcher = Batcher(recorder.run, bounds, lambda item: item.size)
    early: list[int] = []

    def answered(number: int, items: list[Item]) -> Callable[[Future[Any]], None]:
        return lambda _: None if recorder.finished.issuperset(items) else early.append(number)

    futures = submit_at_once(batcher, all_of_them)
    for number, ((_, items), future) in enumerate(zip(all_of_them, futures, strict=True)):
        future.add_done_callback(answered(number, items))
    batcher.close()
    failed = {item for _, items in recorder.batches if any(map(recorder.poison, items)) for item in items}
    for (_, items), future in zip(all_of_them, futures, strict=True):
        assert (future.exception(PATIENCE) is not None) == any(item in failed for item in items)
    assert not early


def test_the_items_of_one_caller_travel_in_order() -> None:
    recorder = Recorder()
    batcher = Batcher(recorder.run, Limits(count=7, size=1000, linger=0.0, senders=1), lambda item: item.size)
    items = [Item(0, index, 1) for index in range(100)]
    batcher.submit("a", items).result(PATIENCE)
    assert [item for _, batch in recorder.batches for item in batch] == items


def echo(
    run: Callable[[Any, list[Any]], Sequence[Any]] = lambda _, items: items, **limits: Any
) -> Batcher[Any, Any, Any]:
    """A batcher of items that all have size 1 and that answers them with themselves."""
    return Batcher(run, Limits(**{"count": 9, "size": 100, "linger": 0.0} | limits), lambda _: 1)


class Gated:
    """A ``run`` that says what it has begun and goes on when it is let."""

    def __init__(self) -> None:
        self.begun: Queue[tuple[str, int]] = Queue()
        self.gate = threading.Semaphore(0)

    def run(self, key: str, items: list[int]) -> list[int]:
        self.begun.put((key, len(items)))
        assert self.gate.acquire(timeout=2 * PATIENCE)
        return items

    def wait_for(self, number: int) -> list[tuple[str, int]]:
        return [self.begun.get(timeout=PATIENCE) for _ in range(number)]


@pytest.fixture
def gated() -> Iterator[Gated]:
    gated = Gated()
    yield gated
    gated.gate.release(10_000)


def gated_batcher(gated: Gated, **limits: Any) -> Batcher[Any, Any, Any]:
    return echo(gated.run, **{"count": 10, "senders": 2} | limits)


def test_a_batch_keeps_filling_while_all_senders_are_busy(gated: Gated) -> None:
    batcher = gated_batcher(gated, senders=1)
    batcher.submit("a", [0])
    gated.wait_for(1)
    for item in range(25):
        batcher.submit("a", [item])
    gated.gate.release(4)
    assert gated.wait_for(3) == [("a", 10), ("a", 10), ("a", 5)]


def test_load_makes_batches_larger_not_more_numerous(gated: Gated) -> None:
    batcher = gated_batcher(gated, senders=2)
    for item in range(2):
        batcher.submit("a", [item])
        gated.wait_for(1)
    for item in range(250):
        batcher.submit("a", [item])
    gated.gate.release(1000)
    assert gated.wait_for(25) == [("a", 10)] * 25


def test_a_busy_key_does_not_keep_another_waiting_for_its_whole_backlog(gated: Gated) -> None:
    batcher = gated_batcher(gated)
    batcher.submit("busy", [0] * 200)
    gated.wait_for(2)
    batcher.submit("quiet", [0])
    time.sleep(IDLE)
    gated.gate.release()
    assert gated.wait_for(1) == [("quiet", 1)]


def test_a_key_that_hangs_takes_its_share_of_senders_only(gated: Gated) -> None:
    batcher = gated_batcher(gated, senders=3, senders_per_key=2)
    batcher.submit("hangs", [0] * 200)
    assert gated.wait_for(2) == [("hangs", 10)] * 2
    time.sleep(IDLE)
    assert gated.begun.empty()
    batcher.submit("well", [0])
    assert gated.wait_for(1) == [("well", 1)]


def test_a_key_with_a_share_is_served_to_its_end_though_others_wait_too(gated: Gated) -> None:
    batcher = gated_batcher(gated, senders=3, senders_per_key=1)
    futures = [batcher.submit(key, [0] * 40) for key in ("a", "b")]
    gated.gate.release(8)
    batcher.close(PATIENCE)
    assert [len(future.result(0)) for future in futures] == [40, 40]


def test_a_quiet_key_does_not_keep_the_backlog_of_a_busy_one_waiting(gated: Gated) -> None:
    batcher = gated_batcher(gated)
    batcher.submit("busy", [0] * 200)
    gated.wait_for(2)
    served: defaultdict[str, int] = defaultdict(int)
    for _ in range(20):
        batcher.submit("quiet", [0])
        gated.gate.release()
        served[gated.wait_for(1)[0][0]] += 1
    assert served["busy"] >= 8
    assert served["quiet"] >= 8


def test_the_next_batch_leaves_in_time_though_the_sender_that_watched_it_is_busy(gated: Gated) -> None:
    batcher = gated_batcher(gated, linger=0.05)
    batcher.submit("a", [1])
    time.sleep(0.02)
    batcher.submit("b", [1])
    assert sorted(gated.wait_for(2)) == [("a", 1), ("b", 1)]


def test_the_batches_of_one_large_submission_leave_side_by_side(gated: Gated) -> None:
    batcher = gated_batcher(gated, senders=3)
    gated.gate.release()
    batcher.submit("a", [0]).result(PATIENCE)
    gated.wait_for(1)
    time.sleep(IDLE)
    batcher.submit("a", [0] * 30)
    assert gated.wait_for(3) == [("a", 10)] * 3


def test_the_next_batch_of_a_key_with_a_share_does_not_wait_for_callers_to_be_told(gated: Gated) -> None:
    batcher = gated_batcher(gated, senders_per_key=1)
    told = threading.Event()
    batcher.submit("a", [0]).add_done_callback(lambda _: told.wait(PATIENCE))
    gated.wait_for(1)
    batcher.submit("a", [0])
    time.sleep(IDLE)
    gated.gate.release()
    gated.wait_for(1)
    told.set()


def test_no_wake_up_is_lost_between_idle_senders() -> None:
    batcher = echo(count=3, linger=0.0005, senders=8)

    def call_again_and_again(caller: int) -> float:
        slowest = 0.0
        for number in range(100):
            start = time.monotonic()
            assert batcher.submit(number % 5, [caller] * (number % 7)).result(PATIENCE) == [caller] * (number % 7)
            slowest = max(slowest, time.monotonic() - start)
        return slowest

    with ThreadPoolExecutor(8) as callers:
        assert max(callers.map(call_again_and_again, range(8))) < PATIENCE / 2
    batcher.close()


def test_a_full_batch_and_a_lone_large_item_do_not_linger() -> None:
    batcher: Batcher[str, int, int] = Batcher(
        lambda _, items: items, Limits(count=2, size=10, linger=LONG), lambda item: item
    )
    assert batcher.submit("a", [1, 2]).result(PATIENCE) == [1, 2]
    assert batcher.submit("a", [99]).result(PATIENCE) == [99]


def test_a_submission_without_items_is_answered_at_once() -> None:
    batcher = echo(count=2, linger=LONG)
    assert batcher.submit("a", []).result(0) == []


def test_too_much_waiting_is_refused_and_room_is_there_as_soon_as_a_caller_hears() -> None:
    batcher = echo(count=5, pending=10)
    again: Queue[Future[Any]] = Queue()
    first = batcher.submit("a", [0] * 10)
    first.add_done_callback(lambda _: again.put(batcher.submit("a", [0] * 10)))
    assert again.get(timeout=PATIENCE).result(PATIENCE) == [0] * 10
    gated = Gated()
    full = gated_batcher(gated, pending=10)
    full.submit("a", [0] * 6)
    with pytest.raises(Busy, match=r"^Too much is waiting in this instance already; Pub/Sub will deliver the message"):
        full.submit("a", [0] * 5)
    full.submit("b", [0] * 4)
    with pytest.raises(Busy):
        full.submit("c", [0])
    gated.gate.release(10)


def test_an_empty_batcher_takes_a_submission_of_any_size() -> None:
    batcher = echo(count=5, pending=10)
    assert len(batcher.submit("a", [0] * 100).result(PATIENCE)) == 100


def test_a_size_that_cannot_be_told_leaves_nothing_behind() -> None:
    batcher: Batcher[str, Any, Any] = Batcher(
        lambda _, items: items, Limits(count=5, size=10, linger=0.0, pending=3), len
    )
    with pytest.raises(TypeError):
        batcher.submit("a", ["x", 7, "x"])
    assert batcher.submit("a", ["x"] * 3).result(PATIENCE) == ["x"] * 3


def test_a_caller_cannot_cancel_what_others_share() -> None:
    batcher = echo(count=2, linger=LONG)
    first = batcher.submit("a", [1])
    assert not first.cancel()
    assert batcher.submit("a", [2]).result(PATIENCE) == [2]
    assert first.result(PATIENCE) == [1]


def _pops(_: str, items: list[int]) -> list[int]:
    items.pop()
    return items


@pytest.mark.parametrize("run", [lambda _, items: items[1:], _pops, lambda _, items: [*items, 0]])
def test_a_run_that_answers_another_number_of_items_fails_them_all_and_the_senders_live_on(
    run: Callable[[str, list[int]], Sequence[int]],
) -> None:
    batcher = echo(run, count=3, senders=1, pending=3)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="3 items gave"):
            batcher.submit("a", [1, 2, 3]).result(PATIENCE)


def test_a_run_that_tries_to_end_its_thread_fails_its_callers_only() -> None:
    def run(key: str, items: list[int]) -> list[int]:
        if key == "exit":
            raise SystemExit
        return items

    batcher = echo(run, count=3, senders=1)
    assert isinstance(batcher.submit("exit", [1]).exception(PATIENCE), SystemExit)
    assert batcher.submit("a", [1]).result(PATIENCE) == [1]


def test_items_that_keep_coming_are_waited_for_beyond_the_linger() -> None:
    batches: list[int] = []

    def run(_: str, items: list[int]) -> list[int]:
        batches.append(len(items))
        return items

    batcher = echo(run, linger=0.4, linger_under_load=LONG)
    punctual = False
    while not punctual:  # a machine that itself pauses for a linger says nothing of the batcher
        batches.clear()
        futures, came = [], [time.monotonic()]
        for item in range(9):
            time.sleep(0.06)
            futures.append(batcher.submit("a", [item]))
            came.append(time.monotonic())
        for future in futures:
            future.result(PATIENCE)
        punctual = max(after - before for before, after in itertools.pairwise(came)) < 0.35
    assert batches == [9]


def test_a_batch_after_a_full_one_is_waited_for(gated: Gated) -> None:
    batcher = gated_batcher(gated, linger=0.01, linger_under_load=LONG)
    batcher.submit("a", list(range(10)))
    assert gated.wait_for(1) == [("a", 10)]
    batcher.submit("a", [0])
    time.sleep(0.2)
    assert gated.begun.empty()
    batcher.submit("a", list(range(9)))
    assert gated.wait_for(1) == [("a", 10)]


def test_a_batch_after_one_that_was_not_full_only_lingers(gated: Gated) -> None:
    batcher = gated_batcher(gated, linger=0.01, linger_under_load=1.0, senders=3)
    waited = []
    for items in (10, 1, 1):
        begun = time.monotonic()
        batcher.submit("a", list(range(items)))
        assert gated.wait_for(1) == [("a", items)]
        waited.append(time.monotonic() - begun)
    assert waited[1] >= 1.0 > waited[2]


def test_a_batch_is_not_waited_for_when_all_who_could_fill_it_wait_already() -> None:
    batcher = echo(linger=0.02, linger_under_load=LONG)
    futures = [batcher.submit("a", [item]) for item in range(8)]
    assert [future.result(PATIENCE) for future in futures] == [[item] for item in range(8)]


def test_hurry_ends_lingering_for_good() -> None:
    batcher = echo(linger=LONG)
    open_ones = [batcher.submit(key, [1]) for key in range(9)]
    time.sleep(IDLE)
    batcher.hurry()
    assert [future.result(PATIENCE) for future in open_ones] == [[1]] * 9
    later_ones = [batcher.submit(key, [1]) for key in range(9)]
    assert [future.result(PATIENCE) for future in later_ones] == [[1]] * 9


def test_close_sends_what_is_open_waits_for_it_and_takes_nothing_more() -> None:
    def run(_: int, items: list[int]) -> list[int]:
        time.sleep(0.1)
        return items

    batcher = echo(run, linger=LONG, senders=2)
    futures = [batcher.submit(key, [key]) for key in range(5)]
    batcher.close()
    assert [future.result(0) for future in futures] == [[key] for key in range(5)]
    with pytest.raises(Busy, match=r"^This instance is stopping; Pub/Sub will deliver the message again\.$"):
        batcher.submit(1, [1])


def test_close_does_not_wait_longer_than_it_may(gated: Gated) -> None:
    batcher = gated_batcher(gated)
    future = batcher.submit("a", [1])
    gated.wait_for(1)
    start = time.monotonic()
    batcher.close(timeout=0.1)
    assert 0.1 <= time.monotonic() - start < PATIENCE / 2
    assert not future.done()


def test_nothing_is_kept_of_what_was_answered() -> None:
    class Key:
        pass

    key = Key()
    kept = weakref.ref(key)
    batcher = echo()
    batcher.submit(key, [key]).result(PATIENCE)
    del key
    deadline = time.monotonic() + PATIENCE
    while kept() is not None:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_no_thread_exists_before_the_first_submission_and_none_after_close() -> None:
    others = set(threading.enumerate())

    def senders() -> list[str]:
        return sorted(
            thread.name for thread in set(threading.enumerate()) - others if thread.name.startswith("batcher-")
        )

    batcher = echo(senders=2)
    batcher.hurry()
    assert senders() == []
    batcher.submit("a", [1]).result(PATIENCE)
    assert senders() == ["batcher-0", "batcher-1"]
    batcher.close()
    assert senders() == []


def test_closing_a_batcher_that_was_never_used_returns_at_once() -> None:
    start = time.monotonic()
    echo(linger=LONG).close()
    assert time.monotonic() - start < 1


def test_a_process_may_end_while_senders_wait() -> None:
    batcher = echo()
    batcher.submit("a", [1]).result(PATIENCE)
    assert batcher._senders
    assert all(sender.daemon for sender in batcher._senders)
    batcher.close()
