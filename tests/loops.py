"""Coroutines run from tests that are none: on one loop in a thread of its own, as those of a service share one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="tests", daemon=True).start()
    return loop


def run(coroutine: Coroutine[Any, Any, T], timeout: float = 60.0) -> T:
    """Return what the coroutine returns, and raise what it raises; from any number of threads at once."""
    return asyncio.run_coroutine_threadsafe(coroutine, _loop()).result(timeout)
