"""The broker with its two ports, on one event loop."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import aiohttp
import grpc
from aiohttp import web

from local.pubsub.api.proto import Proto
from local.pubsub.api.publisher import PublisherService
from local.pubsub.api.subscriber import SubscriberService
from local.pubsub.broker import Broker
from local.pubsub.clock import Clock
from local.pubsub.controls.control_server import control_app
from local.pubsub.pushing.push import Pusher
from local.pubsub.pushing.push_http import push_session
from local.pubsub.subscription import Subscription

_TICK = 0.02  # seconds; how late a retry, an ack deadline or a fault's delay may be noticed

_GRPC_OPTIONS = [
    ("grpc.max_receive_message_length", -1),  # the API's own limit answers INVALID_ARGUMENT instead
    ("grpc.max_send_message_length", -1),
    ("grpc.so_reuseport", 0),  # a port that another broker serves is an error, not a lottery
]


@dataclass(frozen=True, slots=True)
class BrokerOptions:
    """How to serve: port 0 picks a free one.

    ``push_window``: requests outstanding at once, a subscription. ``push_backoff_max``: the longest pause in seconds
    while an endpoint only refuses (Google: 60), 0 for none.
    """

    host: str = "127.0.0.1"
    port: int = 0
    control_port: int = 0
    push_window: int = 256
    push_backoff_max: float = 60.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a broker listens: ``endpoint`` is ``HOST:PORT`` for PUBSUB_EMULATOR_HOST, ``control`` a URL."""

    endpoint: str
    control: str


class CannotListenError(Exception):
    """A port is taken or not allowed; the message names the ports."""


async def serve(options: BrokerOptions, ready: Callable[[Addresses], None], stop: asyncio.Event) -> None:
    """Serve until ``stop`` is set, then drop every message; ``ready`` is told the addresses once both ports answer.

    Raises CannotListenError.
    """
    server = grpc.aio.server(options=_GRPC_OPTIONS)
    with _bound(server, options) as (addresses, control):
        async with push_session() as http, asyncio.TaskGroup() as tasks:
            pushers = _Pushers(options, http, tasks)
            broker = Broker(pushers.clock, random.SystemRandom(), pushers.start)
            ticking = tasks.create_task(_tick(broker))
            server.add_generic_rpc_handlers((PublisherService(broker).handler(), SubscriberService(broker).handler()))
            async with _answering(server, control_app(broker), control):
                ready(addresses)
                await stop.wait()
            ticking.cancel()
            pushers.stop()


@contextmanager
def _bound(server: Proto, options: BrokerOptions) -> Iterator[tuple[Addresses, socket.socket]]:
    """Take both ports; the socket is the control port's."""
    wanted = f"{options.host}:{options.port} or {options.host}:{options.control_port}"
    try:
        port = server.add_insecure_port(f"{options.host}:{options.port}")
        control = socket.create_server((options.host, options.control_port))
    except (RuntimeError, OSError) as error:  # gRPC's own error, and the socket's
        raise CannotListenError(f"Cannot listen on {wanted}: {error}. Port 0 picks a free one.") from error
    with control:
        yield Addresses(f"{options.host}:{port}", f"http://{options.host}:{control.getsockname()[1]}"), control


class _Pushers:
    """Starts a pusher for each new subscription and, at the end, stops those that still run."""

    def __init__(self, options: BrokerOptions, http: aiohttp.ClientSession, tasks: asyncio.TaskGroup) -> None:
        self.clock = Clock()
        self._options = options
        self._http = http
        self._tasks = tasks
        self._running: set[asyncio.Task[None]] = set()

    def start(self, subscription: Subscription) -> None:
        pusher = Pusher(subscription, self._http, self.clock, self._options.push_window, self._options.push_backoff_max)
        task = self._tasks.create_task(pusher.run())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def stop(self) -> None:
        for task in self._running:
            task.cancel()


@asynccontextmanager
async def _answering(server: Proto, app: web.Application, control: socket.socket) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.SockSite(runner, control).start()
        await server.start()
        yield
    finally:
        await runner.cleanup()
        await server.stop(grace=0.2)


async def _tick(broker: Broker) -> None:
    while True:
        broker.tick()
        await asyncio.sleep(_TICK)
