"""Items of concurrent requests share a batch for a moment, on the event loop: who brought one waits for its batch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class _Bundle(Generic[T]):
    """The items of one key that leave together; ``sent`` ends when they are published."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self.size = 0
        self.sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Bundler(Generic[K, T]):
    """Gives ``send`` at most ``count`` items of one key, of ``size`` bytes together, after ``linger`` seconds or full.

    An item above ``size`` leaves alone. ``size_of`` gives the size of one in bytes.
    """

    def __init__(
        self,
        send: Callable[[K, list[T]], Awaitable[None]],
        *,
        count: int,
        size: int,
        linger: float,
        size_of: Callable[[T], int],
    ) -> None:
        self._send = send
        self._count = count
        self._size = size
        self._linger = linger
        self._size_of = size_of
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open: dict[K, _Bundle[T]] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    def add(self, key: K, items: Sequence[T]) -> list[asyncio.Future[None]]:
        """Take items; return what ends when they are published, or with the reason why they are not."""
        bundles: list[asyncio.Future[None]] = []
        for item in items:
            size = self._size_of(item)
            bundle = self._open.get(key)
            if bundle is not None and bundle.size + size > self._size:
                self._leave(key, bundle)
                bundle = None
            if bundle is None:
                bundle = self._begin(key)
            bundle.items.append(item)
            bundle.size += size
            if not bundles or bundles[-1] is not bundle.sent:
                bundles.append(bundle.sent)
            if len(bundle.items) == self._count or bundle.size >= self._size:
                self._leave(key, bundle)
        return bundles

    def hurry(self) -> None:
        """Let what is open leave, and from now on whatever comes at once; from any thread."""
        self._linger = 0.0
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._leave_all)

    def _leave_all(self) -> None:
        for key, bundle in list(self._open.items()):
            self._leave(key, bundle)

    def _begin(self, key: K) -> _Bundle[T]:
        bundle = self._open[key] = _Bundle()
        self._loop = asyncio.get_running_loop()
        self._loop.call_later(self._linger, self._leave, key, bundle)
        return bundle

    def _leave(self, key: K, bundle: _Bundle[T]) -> None:
        if self._open.get(key) is not bundle:
            return  # it left when it was full
        del self._open[key]
        task = asyncio.get_running_loop().create_task(self._deliver(key, bundle))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(self, key: K, bundle: _Bundle[T]) -> None:
        try:
            await self._send(key, bundle.items)
        except Exception as error:  # noqa: BLE001 - everybody with a share must hear of it, whatever it is
            bundle.sent.set_exception(error)
            bundle.sent.exception()  # somebody may have gone: it is no mistake of a program then
        else:
            bundle.sent.set_result(None)
