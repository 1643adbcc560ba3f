"""Store Event: a push of topic ``event-of-interest`` becomes events in the ``events`` queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingest.publishing.bundles import Bundles
from ingest.topic.reader import TopicReader
from omnicapi.messages import Event, Outcome
from omnicapi.push import PushMessage


class Store:
    """Takes pushes of producers' messages. ``clock_ms`` gives Unix milliseconds, UTC."""

    def __init__(self, reader: TopicReader, bundles: Bundles, clock_ms: Callable[[], int]) -> None:
        self._reader = reader
        self._bundles = bundles
        self._clock_ms = clock_ms

    def receive(self, message: PushMessage) -> None:
        """Return when every item of the message is an event in the queue or an outcome.

        Raises TransientError or ConfigurationError where the message must come again.
        """
        self._bundles.store(self._events(message))

    async def receive_async(self, message: PushMessage) -> None:
        """Do the same in an event loop, in which many messages wait and no thread does."""
        await self._bundles.store_async(self._events(message))

    def hurry(self) -> None:
        """Stop waiting for company, for good. For a process that is about to stop."""
        self._bundles.hurry()

    def _events(self, message: PushMessage) -> Iterator[Event | Outcome]:
        # What waited in the queue waited for us, too.
        return self._reader.events(message, message.publish_ms or self._clock_ms())
