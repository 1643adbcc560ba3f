"""Messages in by StreamingPull, for worker pools (gcp.md §1.7): each in a coroutine of one event loop, not in a thread.

A message is acknowledged once :data:`Receive` returns, so once what was made of it is published, and nacked where it
raises: exactly as a push service would answer it. Flow control, which Pub/Sub keeps to, takes the place of the
platform's request concurrency. The stream is read on the loop, over the generated client that Google's threads use:
they confirm the receipt of each message, which costs more than the message (docs/adr/0195-workers-for-every-stage.md).
Here what is still in hand after a while is kept, all of it with one request.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Annotated, Any

import grpc.aio
import msgspec
import uvloop
from google.api_core import exceptions
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcAsyncIOTransport
from google.pubsub_v1.types import StreamingPullRequest, StreamingPullResponse

from omnicapi.errors import TransientError
from omnicapi.garbage import spare_the_collector
from omnicapi.intake.answering import Answers
from omnicapi.intake.push import PushMessage
from omnicapi.intake.sigterm import on_sigterm
from omnicapi.logs import failure, fields

log = logging.getLogger(__name__)

Receive = Callable[[PushMessage], Awaitable[None]]
"""Returns when a message may be acknowledged and raises when it may not."""

PullMessages = Annotated[int, msgspec.Meta(ge=1, le=10_000, description="Messages under way at once.")]
PullBytes = Annotated[int, msgspec.Meta(ge=1, description="Bytes of messages under way at once.")]

MESSAGES = 2000
"""Messages under way at once by default: many, so that bundles and batches fill where a message holds one event."""

BYTES = 20_000_000
"""Bytes of messages under way at once by default; one message may have 10 MB."""

LEASE_SECONDS = 10
"""Seconds after which a message that is neither answered nor kept is delivered again: so long those wait that a killed
worker had in hand. The least that Pub/Sub allows, and what Google's own client begins with."""

KEEP_EVERY = 3.0
"""Seconds after which what is in hand is kept for another lease."""

HAND_SECONDS = 90.0
"""Seconds for which what an earlier stream brought is waited for, beyond what any message takes."""

DRAIN_SECONDS = 8.0
"""Seconds after the end of pulling in which messages in hand are still answered. The platform kills after 10 (gcp.md
§1.6); what has no answer by then is delivered again."""

HEARTBEAT = 30.0
"""Seconds after which Pub/Sub hears that somebody still reads the stream."""

END_SECONDS = 1.0
"""Seconds in which what was on its way is still read, and given back, once nothing more is wanted."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds before a broken stream is opened again; they double."""

BREAKS = frozenset(
    {
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.ABORTED,
    }
)
"""What a stream ends with now and then; those of Google's own client."""

Connect = Callable[[], Any]
"""Makes the transport of Google's subscriber client, on the loop that runs."""


def connect(address: str | None = None) -> Any:
    """Return the transport to Pub/Sub, or to its emulator at ``address`` or where the environment says."""
    emulator = address or os.environ.get("PUBSUB_EMULATOR_HOST")
    unbounded = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))
    channel = {"host": emulator, "channel": grpc.aio.insecure_channel(emulator, options=unbounded)} if emulator else {}
    return SubscriberGrpcAsyncIOTransport(**channel)


class Pulling:
    """A subscription being pulled, on an event loop that has a thread of its own."""

    def __init__(self, pulled: _Pulled) -> None:
        self._pulled = pulled
        self._loop = uvloop.new_event_loop()
        self._over: Future[None] = Future()
        threading.Thread(target=self._run, name="pull-loop", daemon=True).start()

    def cancel(self) -> None:
        """Pull nothing more, from any thread; it ends when what is in hand is answered, or after a while."""
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._pulled.stop.set)

    def done(self) -> bool:
        """Say whether pulling has ended."""
        return self._over.done()

    def result(self, timeout: float | None = None) -> None:
        """Return when pulling has ended; raise what ended it, a missing subscription say."""
        self._over.result(timeout)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._pulled.run())
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            self._over.set_exception(error)
        else:
            self._over.set_result(None)


def pull(
    receive: Receive,
    connect: Connect,
    project: str,
    subscription: str,
    messages: int = MESSAGES,
    size: int = BYTES,
    gather: float = 0.0,
) -> Pulling:
    """Pull until that is cancelled. At most ``messages`` of together ``size`` bytes are under way at once.

    Where messages come one by one, those of ``gather`` seconds are read together: to wake up costs more than a message.
    """
    name = f"projects/{project}/subscriptions/{subscription}"
    wanted = StreamingPullRequest(
        subscription=name,
        stream_ack_deadline_seconds=LEASE_SECONDS,
        max_outstanding_messages=messages,
        max_outstanding_bytes=size,
    )
    return Pulling(_Pulled(receive, connect, wanted, gather))


def pull_until_sigterm(
    receive: Receive, project: str, subscription: str, messages: int, size: int, gather: float = 0.0
) -> None:
    """Pull as :func:`pull` does until SIGTERM; raises what ends the stream. Call it in the main thread."""
    pulling = pull(receive, connect, project, subscription, messages, size, gather)
    on_sigterm(pulling.cancel)
    spare_the_collector()
    log.info("pulling", extra=fields(subscription=subscription))
    pulling.result()


class _Pulled:
    """Reads a subscription's stream, and opens it again where it breaks, until :attr:`stop`."""

    def __init__(self, receive: Receive, connect: Connect, wanted: StreamingPullRequest, gather: float) -> None:
        self.stop = asyncio.Event()
        self._receive = receive
        self._connect = connect
        self._wanted = wanted
        self._gather = gather
        self._in_hand: dict[asyncio.Task[None], str] = {}
        """The id by which each message is answered."""

    async def run(self) -> None:
        """Pull until the stop; raise what ends the stream."""
        transport = self._connect()
        self._answers = Answers(transport, self._wanted.subscription)
        reading = asyncio.create_task(self._read_on(transport))
        stopped, keeping = asyncio.create_task(self.stop.wait()), asyncio.create_task(self._keep())
        try:
            await asyncio.wait([reading, stopped], return_when=asyncio.FIRST_COMPLETED)
            await self._drain(reading)
        finally:
            stopped.cancel()
            keeping.cancel()
        if reading.done() and not reading.cancelled():
            reading.result()

    async def _drain(self, reading: asyncio.Task[None]) -> None:
        """Answer what is in hand."""
        async with _within(DRAIN_SECONDS):
            await asyncio.wait([reading], timeout=2 * END_SECONDS)
            if self._in_hand:
                await asyncio.wait(self._in_hand)
            await self._answers.sent()

    async def _keep(self) -> None:
        """Keep what is in hand."""
        while True:
            await asyncio.sleep(KEEP_EVERY)
            if self._in_hand:
                await self._answers.extend(list(self._in_hand.values()), LEASE_SECONDS)

    async def _read_on(self, transport: Any) -> None:
        pause = FIRST_PAUSE
        while not self.stop.is_set():
            try:
                if await self._read_stream(transport):
                    pause = FIRST_PAUSE
            except grpc.aio.AioRpcError as error:
                if error.code() not in BREAKS:
                    raise exceptions.from_grpc_error(error) from None
            if self._in_hand:  # of which a new stream knows nothing, so that twice as many could be under way
                await asyncio.wait(self._in_hand, timeout=HAND_SECONDS)
            await self._stopped_within(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _read_stream(self, transport: Any) -> bool:
        """Read one stream to its end; say whether anything came of it."""
        came = False
        loop = asyncio.get_running_loop()
        call = transport.streaming_pull(
            metadata=(("x-goog-request-params", f"subscription={self._wanted.subscription}"),)
        )
        telling = loop.create_task(self._tell(call))
        try:
            while True:
                response = await call.read()
                if response is grpc.aio.EOF:
                    return came
                came = True
                messages = StreamingPullResponse.pb(response).received_messages
                for message in messages:
                    self._begin(message)
                if self._gather and _age(messages[-1]) < self._gather / 2:  # else there are more already
                    await self._stopped_within(self._gather)
        finally:
            telling.cancel()

    async def _tell(self, call: Any) -> None:
        """Say what is wanted, then now and then that somebody is there, and at the stop that nothing more is wanted."""
        with contextlib.suppress(grpc.aio.AioRpcError, asyncio.InvalidStateError):  # the reader hears of it, too
            await call.write(self._wanted)
            while not await self._stopped_within(HEARTBEAT):
                await call.write(StreamingPullRequest())
            await call.done_writing()
            await asyncio.sleep(END_SECONDS)
            call.cancel()

    async def _stopped_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stop.wait()
        return self.stop.is_set()

    def _begin(self, received: Any) -> None:
        """Begin with a message; give it back while stopping."""
        if self.stop.is_set():
            self._answers.nack(received.ack_id)
            return
        task = asyncio.get_running_loop().create_task(self._deliver(received))
        self._in_hand[task] = received.ack_id
        task.add_done_callback(self._in_hand.pop)

    async def _deliver(self, received: Any) -> None:
        message = _as_pushed(received)
        try:
            await self._receive(message)
        except Exception as error:  # noqa: BLE001 - whatever it is, the message must come again
            about = {**fields(message_id=message.message_id)["json_fields"], **failure(error)["json_fields"]}
            level = logging.WARNING if isinstance(error, TransientError) else logging.ERROR
            log.log(level, "message not acknowledged", extra=fields(**about))
            self._answers.nack(received.ack_id)
        else:
            self._answers.ack(received.ack_id)


@contextlib.asynccontextmanager
async def _within(seconds: float) -> Any:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            yield


def _age(received: Any) -> float:
    """Return how many seconds ago a message was published."""
    return time.time() - float(received.message.publish_time.ToMilliseconds()) / 1000


def _as_pushed(received: Any) -> PushMessage:
    message = received.message
    return PushMessage(
        data=message.data,
        attributes=dict(message.attributes),
        message_id=message.message_id,
        publish_ms=message.publish_time.ToMilliseconds(),
        delivery_attempt=received.delivery_attempt or None,
    )
