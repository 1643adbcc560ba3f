"""Store Event: a push of topic ``event-of-interest`` becomes events in the ``events`` queue."""

from __future__ import annotations

from collections.abc import Callable

from ingest.publishing.bundles import Bundles
from ingest.topic.reader import TopicReader
from omnicapi.intake.push import PushMessage


class Store:
    """Takes pushes of producers' messages. ``clock_ms`` gives Unix milliseconds, UTC."""

    def __init__(self, reader: TopicReader, bundles: Bundles, clock_ms: Callable[[], int]) -> None:
        self._reader = reader
        self._bundles = bundles
        self._clock_ms = clock_ms

    async def receive(self, message: PushMessage) -> None:
        """Return when every item of the message is an event in the queue or an outcome.

        Raises TransientError or ConfigurationError where the message must come again.
        """
        # What waited in the queue waited for us, too.
        read = self._reader.events(message, message.publish_ms or self._clock_ms())
        await self._bundles.store(read, beside=self._reader.takes_long(len(message.data)))

    def hurry(self) -> None:
        """Stop waiting for company, for good. For a process that is about to stop."""
        self._bundles.hurry()
