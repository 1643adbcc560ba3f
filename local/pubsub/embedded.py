"""The broker inside another program: its event loop runs in a thread of its own."""

import asyncio
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Any, Self

from local.pubsub.server import Addresses, BrokerOptions, serve


class EmbeddedPubSub:
    """A Pub/Sub that lives as long as its ``with`` block, in memory.

        with EmbeddedPubSub() as broker:
            os.environ["PUBSUB_EMULATOR_HOST"] = broker.endpoint
            control = Control(broker.control_url)

    Entering raises CannotListenError when a port cannot be had. Leaving ends every stream and push, drops every
    message, and raises what broke the broker, if anything did. Fork before entering: a child has no copy of the thread.
    """

    def __init__(self, options: BrokerOptions | None = None) -> None:
        self._options = options or BrokerOptions()
        self._ready: Future[Addresses] = Future()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embedded-pubsub")

    def __enter__(self) -> Self:
        self._served = self._thread.submit(asyncio.run, self._serve())
        either: list[Future[Any]] = [self._ready, self._served]
        wait(either, return_when=FIRST_COMPLETED)
        if self._served.done():
            self._served.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._served.done():
            self._loop.call_soon_threadsafe(self._stop.set)
        with self._thread:
            self._served.result()

    @property
    def endpoint(self) -> str:
        """``HOST:PORT`` of the gRPC API, the value of PUBSUB_EMULATOR_HOST."""
        return self._ready.result().endpoint

    @property
    def control_url(self) -> str:
        """URL of the control port, for ``Control``."""
        return self._ready.result().control

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        await serve(self._options, self._ready.set_result, self._stop)
