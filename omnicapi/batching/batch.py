"""What travels together in a batcher: a batch, whose shares in it are of whom, and when it may leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """When a batch is full, how long it lingers, and how much may wait.

    ``count`` items and ``size`` (the sum of ``size_of``, bytes say) bound a batch; an item above ``size`` travels
    alone. ``linger`` is in seconds; so is ``linger_under_load``, within which a batch must look like being full to be
    waited for beyond ``linger``. ``senders`` batches are under way at once, ``senders_per_key`` of them with one key
    (0: all), so that a destination that hangs leaves senders to the others; ``pending`` items may wait in all.
    """

    count: int
    size: int
    linger: float
    linger_under_load: float = 0.0
    senders: int = 4
    senders_per_key: int = 0
    pending: int = 20_000

    def due(self, begun: float, now: float, count: int, size: int) -> float:
        """Return when a batch may leave that is not full, was begun at ``begun`` and took items of late at ``now``.

        At the pace that fills it within ``linger_under_load`` it stays; but once nothing has come for ``linger``,
        whoever could bring more waits for this very batch.
        """
        on_its_way = begun + self.linger_under_load * max(count / self.count, size / self.size)
        return max(begun + self.linger, min(on_its_way, now + self.linger))


class Batch(Generic[K, T]):
    """Items of one key that travel together; ``due`` is when it may leave, on the monotonic clock.

    ``under_load`` says that the batch before it was full, so that this one may be expected to be.
    """

    def __init__(self, key: K, limits: Limits, *, under_load: bool) -> None:
        self.key = key
        self._begun = time.monotonic()
        self.due = self._begun + (max(limits.linger, limits.linger_under_load) if under_load else limits.linger)
        self.items: list[T] = []
        self.is_full = False
        self._limits = limits
        self._size = 0
        self._shares: list[tuple[Submission, int, int]] = []

    def fill(self, items: Sequence[T], sizes: Sequence[int], submission: Submission, first: int) -> int:
        """Take items from ``first`` on while they fit, an empty batch one of any size; return where the rest begins."""
        end = self._room(sizes, first)
        if end > first:
            self.items.extend(items[first:end])
            self._size += sum(sizes[first:end])
            self._shares.append((submission, first, end - first))
        self.is_full = end < len(items) or len(self.items) == self._limits.count or self._size >= self._limits.size
        now = time.monotonic()
        if self.is_full:
            self.due = min(self.due, now)
        else:
            self.due = max(self.due, self._limits.due(self._begun, now, len(self.items), self._size))
        return end

    def _room(self, sizes: Sequence[int], first: int) -> int:
        end = min(len(sizes), first + self._limits.count - len(self.items))
        size = self._size
        for index in range(first, end):
            size += sizes[index]
            if size > self._limits.size and (self.items or index > first):
                return index
        return end

    def settle(self, results: Sequence[Any], error: BaseException | None) -> None:
        """Tell every submission with a share what became of it."""
        start = 0
        for submission, first, count in self._shares:
            submission.settle(first, count, results[start : start + count], error)
            start += count


class Submission:
    """One caller's items: where their results go, and the future that tells the caller."""

    def __init__(self, count: int) -> None:
        self.future: Future[list[Any]] = Future()
        self.future.set_running_or_notify_cancel()
        self._results: list[Any] = [None] * count
        self._left = count
        self._error: BaseException | None = None
        self._lock = threading.Lock()

    def settle(self, first: int, count: int, results: Sequence[Any], error: BaseException | None) -> None:
        """Note the fate of ``count`` items; answer the caller once the last one is known, not before."""
        with self._lock:
            if error is None:
                self._results[first : first + count] = results
            elif self._error is None:
                self._error = error
            self._left -= count
            if self._left:
                return
        if self._error is None:
            self.future.set_result(self._results)
        else:
            self.future.set_exception(self._error)
