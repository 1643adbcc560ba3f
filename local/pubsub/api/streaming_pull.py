"""StreamingPull: one stream that carries messages one way, acknowledgements and deadlines the other."""

import asyncio

import grpc

from local.pubsub.api.proto import Proto, message_class, received_messages
from local.pubsub.broker import Broker
from local.pubsub.errors import InvalidArgumentError, NotFoundError
from local.pubsub.flow import FlowControl
from local.pubsub.resources import MIN_ACK_DEADLINE, check_deadline
from local.pubsub.subscription import Subscription

_Response = message_class("StreamingPullResponse")

_BATCH = 100  # messages a response, so that a large backlog is shared between streams


async def streaming_pull(broker: Broker, context: Proto) -> None:
    """Serve one stream until the client ends it; what it then holds is redelivered after its ack deadline.

    Raises PubSubError for a bad request, and NotFoundError when the subscription is deleted meanwhile.
    """
    first = await context.read()
    if first is grpc.aio.EOF:
        raise InvalidArgumentError("The stream ended before its first request, which names the subscription.")
    stream = _Stream(broker.subscription(first.subscription), first)
    reader = asyncio.create_task(stream.read(context))
    reader.add_done_callback(stream.look_again)
    try:
        await stream.write(context, reader)
    finally:
        reader.cancel()
    reader.result()  # the client's last request may have been refused


class _Stream:
    """What one stream asked for: its ack deadline and how much it may hold."""

    def __init__(self, subscription: Subscription, first: Proto) -> None:
        self._subscription = subscription
        self._flow = FlowControl(first.max_outstanding_messages, first.max_outstanding_bytes)
        self._seconds = _stream_deadline(first)
        self._apply(first)

    async def read(self, context: Proto) -> None:
        """Apply the client's requests until it has no more."""
        while (request := await context.read()) is not grpc.aio.EOF:
            if request.subscription:
                raise InvalidArgumentError("subscription may only be set in the first request of a stream.")
            if request.stream_ack_deadline_seconds:
                self._seconds = _stream_deadline(request)
            self._apply(request)

    async def write(self, context: Proto, reader: asyncio.Task[None]) -> None:
        """Send messages while the client reads."""
        while not reader.done():
            if self._subscription.deleted:
                raise NotFoundError(f"Subscription was deleted (resource={self._subscription.name}).")
            deliveries = self._subscription.lease(self._flow, _BATCH, self._seconds)
            if deliveries:
                messages = received_messages(deliveries, counted=self._subscription.counts_attempts)
                await context.write(_Response(received_messages=messages))
            else:
                await self._subscription.changed()

    def look_again(self, _reader: asyncio.Task[None]) -> None:
        """Let ``write`` see that the client ended."""
        self._subscription.wake()

    def _apply(self, request: Proto) -> None:
        if len(request.modify_deadline_ack_ids) != len(request.modify_deadline_seconds):
            raise InvalidArgumentError("modify_deadline_ack_ids and modify_deadline_seconds differ in length.")
        for ack_id, seconds in zip(request.modify_deadline_ack_ids, request.modify_deadline_seconds, strict=True):
            self._subscription.modify_deadline([ack_id], seconds)
        self._subscription.ack(request.ack_ids)


def _stream_deadline(request: Proto) -> int:
    seconds = int(request.stream_ack_deadline_seconds)
    check_deadline("stream_ack_deadline_seconds", seconds, MIN_ACK_DEADLINE)
    return seconds
