"""The faults in force, and which of them fire for a request."""

import random
import threading
import time
from collections.abc import Callable, Sequence

from local.meta.faults.kinds import Command, Kind, Poison


class _Armed:
    """A command in force: how many times it still fires (None: for ever), until when, and its own dice."""

    def __init__(self, command: Command, moment: float) -> None:
        when = command.when
        self.fault = command.fault
        self.command = command
        self._left = when.times
        self._until = None if when.seconds is None else moment + when.seconds
        self._dice = _dice(when.seed)

    def over(self, moment: float) -> bool:
        return self._left == 0 or (self._until is not None and moment >= self._until)

    def fires(self, dataset: str, event_ids: Sequence[object]) -> bool:
        """Decide for one request, and count it when it fires."""
        when = self.command.when
        if when.dataset not in (None, dataset):
            return False
        if isinstance(self.fault, Poison) and not any(map(self.fault.strikes, event_ids)):
            return False
        if when.share < 1 and self._dice.random() >= when.share:
            return False
        self._left = None if self._left is None else self._left - 1
        return True


class Faults:
    """The commanded faults, in the order they were given. Safe for many threads.

    `clock` gives seconds and never runs backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []
        self._clearing = threading.Event()
        self._latency = _dice(0)

    def add(self, command: Command) -> None:
        """Put a fault in force."""
        with self._lock:
            self._armed.append(_Armed(command, self._clock()))

    def clear(self) -> None:
        """End every fault, and every wait under way."""
        with self._lock:
            self._armed = []
            self._clearing.set()
            self._clearing = threading.Event()

    def in_force(self) -> list[Command]:
        """List the faults that are not used up."""
        with self._lock:
            return [armed.command for armed in self._remaining()]

    def fire(self, stage: str, dataset: str, event_ids: Sequence[object] = ()) -> list[Kind]:
        """Give the faults of this stage that strike this request, and count them as used."""
        with self._lock:
            self._armed = self._remaining()
            at_stage = [armed for armed in self._armed if armed.fault.stage == stage]
            return [armed.fault for armed in at_stage if armed.fires(dataset, event_ids)]

    def wait(self, min_seconds: float, max_seconds: float) -> None:
        """Wait for a time drawn evenly between the two, or until the faults are cleared."""
        with self._lock:
            clearing = self._clearing
            seconds = self._latency.uniform(min_seconds, max_seconds)
        clearing.wait(seconds)

    def _remaining(self) -> list[_Armed]:
        moment = self._clock()
        return [armed for armed in self._armed if not armed.over(moment)]


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  dice that fall the same way in every run, not ones nobody can foresee
