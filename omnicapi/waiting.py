"""An event loop waits for what threads do: the batcher's, and those of Google's client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any


async def all_done(futures: Iterable[Future[Any]], timeout: float) -> bool:
    """Say whether all have ended within so many seconds. Never raises what they end with, and cancels nothing."""
    pending = [future for future in futures if not future.done()]
    loop, last = asyncio.get_running_loop(), asyncio.Event()
    left = len(pending)

    def count() -> None:
        nonlocal left
        left -= 1
        if not left:
            last.set()

    for future in pending:
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(count))
    try:
        if pending:
            await asyncio.wait_for(last.wait(), timeout)
    except TimeoutError:
        return False
    return True
