"""When faults fire: once, n times, always, for a share, for a dataset, for some seconds."""

import threading
import time
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.meta.faults.kinds import Command, Html, Latency, LoseAnswer, Poison, Refuse, Reset, Throttle, Usage, When
from local.meta.faults.registry import Faults


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@given(st.integers(1, 8), st.integers(0, 12))
def test_a_fault_fires_as_often_as_commanded_and_is_then_used_up(times: int, requests: int) -> None:
    faults = Faults()
    faults.add(Command(Reset(), When(times=times)))
    fired = [len(faults.fire("edge", "1")) for _ in range(requests)]
    assert sum(fired) == min(times, requests)
    assert fired == sorted(fired, reverse=True)
    assert len(faults.in_force()) == (requests < times)


def test_a_fault_fires_once_unless_told_otherwise_and_for_ever_when_told() -> None:
    faults = Faults()
    faults.add(Command(Refuse()))
    faults.add(Command(Usage(), When(times=None)))
    assert [[type(fault) for fault in faults.fire("edge", "1")] for _ in range(3)] == [
        [Refuse, Usage],
        [Usage],
        [Usage],
    ]


def test_a_share_is_the_same_requests_for_the_same_seed() -> None:
    def falls(seed: int) -> list[bool]:
        faults = Faults()
        faults.add(Command(Reset(), When(times=None, share=0.3, seed=seed)))
        return [bool(faults.fire("edge", "1")) for _ in range(1000)]

    assert falls(7) == falls(7) != falls(8)
    assert 250 < Counter(falls(7))[True] < 350


def test_a_fault_of_one_dataset_leaves_the_others_alone() -> None:
    faults = Faults()
    faults.add(Command(Reset(), When(dataset="1")))
    assert not faults.fire("edge", "2")
    assert faults.fire("edge", "1")


def test_a_fault_for_some_seconds_ends_by_itself() -> None:
    clock = Clock()
    faults = Faults(clock)
    faults.add(Command(Html(), When(times=None, seconds=5)))
    clock.seconds = 4.9
    assert faults.fire("edge", "1")
    clock.seconds = 5
    assert not faults.fire("edge", "1")
    assert not faults.in_force()


def test_a_poison_is_used_up_only_by_a_batch_that_holds_it() -> None:
    faults = Faults()
    faults.add(Command(Poison(prefix="bad-", event_ids=["x"])))
    assert not faults.fire("verdict", "1", ["good", None, 7])
    assert not faults.fire("edge", "1", ["bad-1"])
    assert faults.fire("verdict", "1", ["good", "bad-1"])
    assert not faults.fire("verdict", "1", ["bad-1"])
    assert Poison(event_ids=["x"]).strikes("x")
    assert not Poison(event_ids=["x"]).strikes("xy")
    assert not Poison().strikes("")


def test_clearing_ends_the_faults_and_the_waits() -> None:
    faults = Faults()
    faults.add(Command(Reset(), When(times=None)))
    waiting = threading.Thread(target=faults.wait, args=(60, 60))
    waiting.start()
    time.sleep(0.05)
    faults.clear()
    waiting.join(timeout=5)
    assert not waiting.is_alive()
    assert not faults.fire("edge", "1")


def test_a_wait_is_drawn_between_its_bounds() -> None:
    started = time.perf_counter()
    Faults().wait(0.02, 0.05)
    assert 0.02 <= time.perf_counter() - started < 1


@pytest.mark.parametrize("fault", [Refuse(503), Throttle(), Latency(1, 2), LoseAnswer(1.5), Poison(path=True)])
def test_a_command_survives_the_wire(fault: Refuse | Throttle | Latency | LoseAnswer | Poison) -> None:
    command = Command(fault, When(times=None, share=0.5))
    assert msgspec.json.decode(msgspec.json.encode(command), type=Command) == command
