"""Coroutines that wait for what threads, or Google's client, will decide."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection
from concurrent.futures import Future
from threading import Lock
from typing import Any


class Stop:
    """Ends all waits at once, for good: for a process that is about to stop."""

    def __init__(self) -> None:
        self._stopped = False
        self._waiting: set[Callable[[], None]] = set()
        self._lock = Lock()

    def stop(self) -> None:
        """End every wait, now and later."""
        with self._lock:
            self._stopped = True
            waiting = tuple(self._waiting)
        for wake in waiting:
            wake()

    def add(self, wake: Callable[[], None]) -> bool:
        """Have ``wake`` called at the stop; say whether it may be waited for: not after the stop."""
        with self._lock:
            if not self._stopped:
                self._waiting.add(wake)
            return not self._stopped

    def discard(self, wake: Callable[[], None]) -> None:
        """Forget ``wake``."""
        with self._lock:
            self._waiting.discard(wake)


class _Countdown:
    """Wakes one coroutine when so many futures have ended, or sooner."""

    def __init__(self, left: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._left = left
        self.over: asyncio.Future[None] = self._loop.create_future()

    def one_ended(self, _: Future[Any]) -> None:
        """Count a future, from whichever thread ended it."""
        self._call(self._count)

    def stopped(self) -> None:
        """End the wait, from any thread."""
        self._call(self.wake)

    def wake(self) -> None:
        """End the wait."""
        if not self.over.done():
            self.over.set_result(None)

    def _call(self, what: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            self._loop.call_soon_threadsafe(what)

    def _count(self) -> None:
        self._left -= 1
        if not self._left:
            self.wake()


async def all_done(futures: Collection[Future[Any]], timeout: float, stop: Stop | None = None) -> bool:
    """Wait until every future has ended, at most ``timeout`` seconds and not beyond ``stop``; say whether all have.

    Never raises what a future ended with, and never cancels one.
    """
    pending = [future for future in futures if not future.done()]
    if not pending:
        return True
    countdown = _Countdown(len(pending))
    if stop is not None and not stop.add(countdown.stopped):
        return False
    timer = asyncio.get_running_loop().call_later(max(0.0, timeout), countdown.wake)
    try:
        for future in pending:
            future.add_done_callback(countdown.one_ended)
        await countdown.over
    finally:
        timer.cancel()
        if stop is not None:
            stop.discard(countdown.stopped)
    return all(future.done() for future in pending)
