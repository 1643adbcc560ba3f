"""An event loop waits for threads, never longer than it is told, and takes nothing away from them."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future

import pytest

from omnicapi.waiting import all_done


def later(seconds: float, future: Future[str]) -> None:
    threading.Timer(seconds, future.set_result, ("done",)).start()


def test_it_waits_for_the_last_of_them() -> None:
    futures: list[Future[str]] = [Future() for _ in range(3)]
    futures[0].set_result("already")
    later(0.02, futures[1])
    later(0.05, futures[2])
    assert asyncio.run(all_done(futures, 10))
    assert [future.result(0) for future in futures] == ["already", "done", "done"]


def test_nothing_to_wait_for_is_done() -> None:
    assert asyncio.run(all_done([], 0))


def test_what_they_raise_is_theirs(caplog: pytest.LogCaptureFixture) -> None:
    future: Future[str] = Future()
    threading.Timer(0.02, future.set_exception, (KeyError("jane"),)).start()
    assert asyncio.run(all_done([future], 10))
    assert isinstance(future.exception(), KeyError)
    assert not caplog.records


def test_in_time_or_not_nothing_is_cancelled() -> None:
    future: Future[str] = Future()

    async def wait_twice() -> tuple[bool, bool]:
        first = await all_done([future], 0.02)
        later(0.02, future)
        return first, await all_done([future], 10)

    assert asyncio.run(wait_twice()) == (False, True)
    assert not future.cancelled()
