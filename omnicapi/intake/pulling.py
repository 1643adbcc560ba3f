"""Messages in by StreamingPull, for worker pools (gcp.md §1.7): each in a coroutine of one event loop, not in a thread.

A message is acknowledged once :data:`Receive` returns, so once what was made of it is published, and nacked where it
raises: exactly as a push service would answer it. Flow control takes the place of the platform's request concurrency.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Annotated, Any, Protocol

import msgspec
from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message
from google.cloud.pubsub_v1.subscriber.scheduler import Scheduler
from google.cloud.pubsub_v1.types import FlowControl

from omnicapi.errors import TransientError
from omnicapi.garbage import spare_the_collector
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

DRAIN_SECONDS = 8.0
"""Seconds after the end of pulling in which messages in hand are still answered. The platform kills after 10 (gcp.md
§1.6); what has no answer by then is delivered again."""


class Subscriber(Protocol):
    """The part of Google's subscriber client that is used here."""

    def subscription_path(self, project: str, subscription: str) -> str:
        """Return the full name of a subscription."""
        ...

    def subscribe(self, subscription: str, callback: Callable[[Message], Any], **options: Any) -> Future[Any]:
        """Pull in the background until the future is cancelled; it ends when the scheduler has shut down."""
        ...


def pull(
    receive: Receive, subscriber: Subscriber, project: str, subscription: str, messages: int, size: int
) -> Future[Any]:
    """Pull until the returned future is cancelled; it ends when every message in hand is answered, or after a while.

    At most ``messages`` of together ``size`` bytes are under way at once. The future raises what ends the stream, a
    missing subscription say.
    """
    loop = _OneLoop(receive)
    return subscriber.subscribe(
        subscriber.subscription_path(project, subscription),
        loop.begin,
        flow_control=FlowControl(max_messages=messages, max_bytes=size),
        scheduler=loop,
        await_callbacks_on_shutdown=True,
    )


def pull_until_sigterm(receive: Receive, project: str, subscription: str, messages: int, size: int) -> None:
    """Pull as :func:`pull` does until SIGTERM; raises what ends the stream. Call it in the main thread."""
    pulling = pull(receive, SubscriberClient(), project, subscription, messages, size)
    on_sigterm(pulling.cancel)
    spare_the_collector()
    log.info("pulling", extra=fields(subscription=subscription))
    pulling.result()


class _OneLoop(Scheduler):  # type: ignore[misc]  # Google's client has no types
    """Begins with each message in an event loop, which has a thread of its own."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._queue: queue.Queue[Any] = queue.Queue()
        self._in_hand: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="pull-loop", daemon=True).start()

    @property
    def queue(self) -> queue.Queue[Any]:
        """Return the queue of acknowledgements and nacks, which Google's client empties."""
        return self._queue

    def begin(self, message: Message) -> None:
        """Begin with a message, in the loop's thread; give it back while stopping."""
        if self._stopping:
            message.nack()
            return
        task = self._loop.create_task(_deliver(self._receive, message))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)

    def schedule(self, callback: Callable[[Message], Any], *args: Any, **_: Any) -> None:
        """Have the loop call back with a message."""
        self._loop.call_soon_threadsafe(callback, *args)

    def shutdown(self, await_msg_callbacks: bool = False) -> list[Message]:  # noqa: ARG002 - Google's signature
        """Wait until what is in hand is answered, for :data:`DRAIN_SECONDS`; return that nothing was left untouched."""
        asyncio.run_coroutine_threadsafe(self._drain(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        return []

    async def _drain(self) -> None:
        self._stopping = True
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=DRAIN_SECONDS)


async def _deliver(receive: Receive, message: Message) -> None:
    try:
        await receive(_as_pushed(message))
    except Exception as error:  # noqa: BLE001 - whatever it is, the message must come again
        about = {**fields(message_id=message.message_id)["json_fields"], **failure(error)["json_fields"]}
        level = logging.WARNING if isinstance(error, TransientError) else logging.ERROR
        log.log(level, "message not acknowledged", extra=fields(**about))
        message.nack()
    else:
        message.ack()


def _as_pushed(message: Message) -> PushMessage:
    return PushMessage(
        data=message.data,
        attributes=dict(message.attributes),
        message_id=message.message_id,
        publish_ms=int(message.publish_time.timestamp() * 1000),
        delivery_attempt=message.delivery_attempt,
    )
