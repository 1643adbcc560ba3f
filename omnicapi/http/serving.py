"""Serves a service: ``python -m omnicapi.http.serving handle.app:create_app()``, as its image does.

uvicorn in one process, because batches form in one process's memory; on one event loop, where a push that waits is a
coroutine (docs/adr/0190-event-loop.md). The place is ``module:application`` or, with ``()``, what makes one.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from omnicapi.garbage import spare_the_collector

KEEP_ALIVE = 75
"""Seconds; longer than the pusher's idle connections live, so that it never posts into a closing one."""

GRACEFUL = 9
"""Seconds between SIGTERM and Cloud Run's SIGKILL, less one (gcp.md §1.6)."""

HEAD_BYTES = 65_536
"""Most bytes of a request's head; Cloud Run's own limit is of that size. The parser itself has none."""


HEAD_SECONDS = 10.0
"""Seconds within which a whole head has to come, however steadily it trickles. A body has seconds of its own."""


class Protocol(HttpToolsProtocol):
    """uvicorn's own, which refuses a head that does not end, in bytes or in time."""

    _head = 0
    _head_ends: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head no longer than for a later one."""
        super().connection_made(transport)
        self._head_ends = self.loop.call_later(KEEP_ALIVE, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to count the head, and its seconds."""
        self._head = 0
        self._stop_waiting()
        self._head_ends = self.loop.call_later(HEAD_SECONDS, self.transport.close)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Take the head for complete."""
        self._stop_waiting()
        super().on_headers_complete()

    def _stop_waiting(self) -> None:
        if self._head_ends is not None:
            self._head_ends.cancel()

    def on_url(self, url: bytes) -> None:
        """Count a part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a line of the head."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > HEAD_BYTES:
            raise ValueError("the head is too large")  # which the parser takes as an invalid request


class Server(uvicorn.Server):
    """uvicorn's own, which ends with exit code 0 once a signal's grace was enough."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, with all that is there by now taken to stay."""
        spare_the_collector()
        await super().startup(sockets=sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the shape of a handler
        """Take nothing new, and end when everybody is answered."""
        self.should_exit = True


def config(place: str | Any, environ: Any = os.environ) -> uvicorn.Config:
    """Return how a service is served: at ``HOST`` and ``PORT`` of the environment, as Cloud Run's contract says."""
    is_factory = isinstance(place, str) and place.endswith("()")
    return uvicorn.Config(
        place.removesuffix("()") if isinstance(place, str) else place,
        factory=is_factory,
        host=environ.get("HOST", "0.0.0.0"),  # noqa: S104 - every interface of the container
        port=int(environ.get("PORT", "8080")),
        loop="uvloop",
        http=Protocol,
        ws="none",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACEFUL,
        # Cloud Run logs requests itself; its own front end says server and date.
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
    )


def main(place: str) -> None:
    """Serve until SIGTERM."""
    Server(config(place)).run()


if __name__ == "__main__":
    main(sys.argv[1])
