"""Work that takes a processor for long is done beside the event loop, so that whoever waits there is still answered."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

LIGHT = 32_768
"""Bytes of a message up to which it is read on the loop itself: about 3 ms of work, less than other work costs there
while a thread has the interpreter (docs/adr/0190-event-loop.md)."""

P = ParamSpec("P")
R = TypeVar("R")

_lane = ThreadPoolExecutor(1, thread_name_prefix="large")
"""One thread: two large messages read side by side would take twice the memory and end no sooner."""


def is_large(size: int) -> bool:
    """Say whether a message of ``size`` bytes takes too long to be read on the loop."""
    return size > LIGHT


async def perform(work: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
    """Return what ``work`` returns, done in the thread beside the loop."""
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(_lane, lambda: context.run(work, *args, **options))
