"""Gathers items from concurrent callers into batches; each caller learns the fate of exactly its items.

Transport-free: forward fills requests to Meta with it, ingest fills messages. A batch leaves when it is full, or has
lingered, and a sender is free; while all senders are busy an open batch keeps filling, so load makes batches larger,
not more numerous. One that fills fast, or follows a full one, lingers on to be full as well. A submission larger than
the room left is split over batches and answered once.

A free sender serves the key with the fewest batches under way, then the batch that has waited longest: a busy key
cannot keep another one waiting for longer than one batch takes, and one that hangs takes only its share of senders.

No thread exists before the first submission, so a batcher may be made before a server forks (gcp.md §1.9).
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from omnicapi.batching.batch import Batch, Limits, Submission
from omnicapi.errors import Busy

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
R = TypeVar("R")


class Batcher(Generic[K, T, R]):
    """Runs ``run(key, items)`` on batches of items that share a key; it returns one result per item, in order.

    What ``run`` raises becomes the exception of every submission with an item in that batch. ``size_of`` gives the
    size of one item.
    """

    def __init__(self, run: Callable[[K, list[T]], Sequence[R]], limits: Limits, size_of: Callable[[T], int]) -> None:
        self._run = run
        self._limits = limits
        self._size_of = size_of
        self._change = threading.Condition()
        self._lanes: defaultdict[K, _Lane[K, T]] = defaultdict(lambda: _Lane(limits))
        self._senders: list[threading.Thread] = []
        self._pending = 0
        self._hurrying = self._closed = False

    def submit(self, key: K, items: Sequence[T]) -> Future[list[R]]:
        """Hand over items; the future gives their results, in order, when the last of them is decided.

        What is handed over leaves and cannot be cancelled. Raises :class:`Busy` when too much waits already, or closed.
        """
        submission = Submission(len(items))
        if not items:
            submission.future.set_result([])
            return submission.future
        sizes = [self._size_of(item) for item in items]
        with self._change:
            self._admit(len(items))
            self._start_senders()
            self._pending += len(items)
            if self._lanes[key].place(key, items, sizes, submission):
                self._change.notify()
        return submission.future

    def hurry(self) -> None:
        """Stop lingering, for good: whatever is open leaves at once. For a process that is about to stop."""
        with self._change:
            self._hurrying = True
            self._change.notify_all()

    def close(self, timeout: float = 9.0) -> None:
        """Take nothing more, send what is open and wait up to ``timeout`` seconds for it."""
        deadline = time.monotonic() + timeout
        with self._change:
            self._closed = self._hurrying = True
            self._change.notify_all()
        for sender in self._senders:  # no more can start
            sender.join(max(0.0, deadline - time.monotonic()))

    def _admit(self, count: int) -> None:
        if self._closed:
            raise Busy("This instance is stopping; Pub/Sub will deliver the message again.")
        # An empty batcher takes a submission of any size: refusing it for ever would lose it.
        if self._pending and self._pending + count > self._limits.pending:
            raise Busy("Too much is waiting in this instance already; Pub/Sub will deliver the message again.")

    def _start_senders(self) -> None:
        while len(self._senders) < self._limits.senders:
            sender = threading.Thread(target=self._work, name=f"batcher-{len(self._senders)}", daemon=True)
            sender.start()
            self._senders.append(sender)

    def _work(self) -> None:
        while self._send_next():
            pass  # and nothing of the batch is held while the next one is awaited

    def _send_next(self) -> bool:
        batch = self._next()
        if batch is None:
            return False
        results, error = self._decide(batch)
        self._leave(batch)  # before anybody hears: a caller that submits again at once must find room
        batch.settle(results, error)
        return True

    def _next(self) -> Batch[K, T] | None:
        """Wait for a batch that is full or due; ``None`` when closed and empty."""
        with self._change:
            while True:
                now = time.monotonic()
                lanes = [lane for lane in self._lanes.values() if lane.may_leave()]
                ready = [lane for lane in lanes if self._hurrying or lane.batches[0].due <= now]
                if ready:
                    lane = min(ready, key=lambda lane: (lane.under_way, lane.batches[0].due))
                    lane.under_way += 1
                    # One sender watches over what waits; as it leaves it hands the watch on.
                    self._change.notify()
                    return lane.batches.popleft()
                if self._closed:
                    return None
                self._change.wait(min(lane.batches[0].due for lane in lanes) - now if lanes else None)

    def _decide(self, batch: Batch[K, T]) -> tuple[list[R], BaseException | None]:
        try:
            results = list(self._run(batch.key, list(batch.items)))
        except BaseException as error:  # noqa: BLE001 - every waiting caller must hear of it, whatever it is
            return [], error
        if len(results) != len(batch.items):
            return [], RuntimeError(f"{len(batch.items)} items gave {len(results)} results")
        return results, None

    def _leave(self, batch: Batch[K, T]) -> None:
        with self._change:
            self._pending -= len(batch.items)
            lane = self._lanes[batch.key]
            lane.under_way -= 1
            if lane.batches:
                self._change.notify()  # the key may have been waiting for its share of senders
            elif not lane.under_way:
                del self._lanes[batch.key]


class _Lane(Generic[K, T]):
    """The batches of one key, the oldest first, of which the last may still fill; and the number under way."""

    def __init__(self, limits: Limits) -> None:
        self.batches: deque[Batch[K, T]] = deque()
        self.under_way = 0
        self._limits = limits
        self._filled = False  # the newest batch, whether it is still here or gone

    def may_leave(self) -> bool:
        """Say whether a batch is there and the key has not as many under way as it may."""
        return bool(self.batches) and self.under_way < (self._limits.senders_per_key or self._limits.senders)

    def place(self, key: K, items: Sequence[T], sizes: Sequence[int], submission: Submission) -> bool:
        """Put items into batches, in order; say whether one was begun or filled, so that a sender has to look."""
        news = False
        first = 0
        while first < len(items):
            if not self.batches or self.batches[-1].is_full:
                self.batches.append(Batch(key, self._limits, under_load=self._filled))
                news = True
            first = self.batches[-1].fill(items, sizes, submission, first)
            self._filled = self.batches[-1].is_full
            news = news or self._filled
        return news
