"""Publishes from an event loop, over the same generated client as Google's threads do.

What is handed over in one turn of the loop travels in one request. Google's own batching client starts a thread for
every batch and blocks it until Pub/Sub answers; beside an event loop that costs about as much again as the request
(docs/adr/0190-event-loop.md).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any

import grpc.aio
from google.api_core import exceptions
from google.api_core.grpc_helpers_async import wrap_errors
from google.api_core.retry import AsyncRetry, if_exception_type
from google.pubsub_v1.services.publisher.transports import PublisherGrpcAsyncIOTransport
from google.pubsub_v1.types import PublishRequest, PublishResponse, PubsubMessage

REQUEST_MESSAGES = 1000
REQUEST_BYTES = 9_000_000
"""Most messages and bytes of a request; Pub/Sub takes 1000 and 10 MB, attributes included (gcp.md §1.4)."""

_ATTRIBUTE_BYTES = 8_192
"""What a message counts beside its data: our attributes have at most seven values of 1024 bytes."""

Publish = Callable[[PublishRequest], Awaitable[PublishResponse]]
_Waiting = tuple[PubsubMessage, "Future[str]"]


class LoopPublisher:
    """A :class:`~omnicapi.publishing.publisher.PublisherClient` for the event loop that first publishes with it.

    ``connect`` gives the call that publishes a request; it is made on that loop.
    """

    def __init__(self, connect: Callable[[], Publish]) -> None:
        self._connect = connect
        self._publish: Publish | None = None
        self._handed_over: dict[str, list[_Waiting]] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    def topic_path(self, project: str, topic: str) -> str:
        """Return the full name of a topic."""
        return f"projects/{project}/topics/{topic}"

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        """Hand over one message, on the loop; the future ends when Pub/Sub has it."""
        future: Future[str] = Future()
        waiting = self._handed_over.setdefault(topic, [])
        if not waiting:
            asyncio.get_running_loop().call_soon(self._send_all, topic)
        waiting.append((PubsubMessage(data=data, attributes=attributes), future))
        return future

    def _send_all(self, topic: str) -> None:
        for group in _requests(self._handed_over.pop(topic)):
            task = asyncio.get_running_loop().create_task(self._send(topic, group))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _send(self, topic: str, group: Sequence[_Waiting]) -> None:
        try:
            if self._publish is None:
                self._publish = self._connect()
            answer = await self._publish(PublishRequest(topic=topic, messages=[message for message, _ in group]))
            published = list(zip(group, answer.message_ids, strict=True))
        except BaseException as error:
            for _, future in group:
                future.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for (_, future), message_id in published:
                future.set_result(message_id)


def _requests(waiting: Sequence[_Waiting]) -> Iterator[list[_Waiting]]:
    group: list[_Waiting] = []
    size = 0
    for one in waiting:
        grown = size + len(one[0].data) + _ATTRIBUTE_BYTES
        if group and (len(group) == REQUEST_MESSAGES or grown > REQUEST_BYTES):
            yield group
            group, grown = [], len(one[0].data) + _ATTRIBUTE_BYTES
        group.append(one)
        size = grown
    yield group


def connect(timeout: float) -> Publish:
    """Return the call of Google's client that publishes a request, for the loop that runs.

    It is tried again for ``timeout`` seconds where that can help.
    """
    emulator = os.environ.get("PUBSUB_EMULATOR_HOST")
    options: dict[str, Any] = {"host": emulator, "channel": grpc.aio.insecure_channel(emulator)} if emulator else {}
    publish = wrap_errors(PublisherGrpcAsyncIOTransport(**options).publish)
    # The errors that Google's client itself tries again.
    passing = if_exception_type(
        exceptions.Aborted,
        exceptions.Cancelled,
        exceptions.DeadlineExceeded,
        exceptions.InternalServerError,
        exceptions.ResourceExhausted,
        exceptions.ServiceUnavailable,
        exceptions.Unknown,
    )
    again = AsyncRetry(predicate=passing, initial=0.1, maximum=5.0, timeout=timeout)

    @again
    async def call(request: PublishRequest) -> PublishResponse:
        # By the topic, Pub/Sub's front end finds the region.
        route = (("x-goog-request-params", f"topic={request.topic}"),)
        answer: PublishResponse = await publish(request, timeout=timeout, metadata=route)
        return answer

    return call
