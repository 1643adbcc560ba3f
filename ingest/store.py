"""Store Event: a push of topic ``event-of-interest`` becomes events in the ``events`` queue.

A producer's message often holds one event. Those of concurrent pushes are bundled, and each push is answered when the
bundle with its events is published: an acknowledged message is never lost with the instance.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError

import msgspec

from ingest.outgoing import encoded
from ingest.topic import TopicReader
from omnicapi.batcher import Batcher, Limits
from omnicapi.errors import PublishFailed
from omnicapi.logs import fields
from omnicapi.messages import MAX_BYTES, MAX_ITEMS, Event, Outcome
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publisher import Publisher
from omnicapi.push import PushMessage

log = logging.getLogger(__name__)


class Store:
    """Takes pushes of producers' messages. ``linger`` is how many seconds an event waits for company.

    ``clock_ms`` gives Unix milliseconds, UTC.
    """

    def __init__(
        self,
        reader: TopicReader,
        publisher: Publisher,
        outcomes: OutcomeWriter,
        clock_ms: Callable[[], int],
        linger: float,
    ) -> None:
        self._reader = reader
        self._publisher = publisher
        self._outcomes = outcomes
        self._clock_ms = clock_ms
        self._timeout = linger + 2 * publisher.timeout
        limits = Limits(count=MAX_ITEMS, size=MAX_BYTES, linger=linger)
        self._batcher = Batcher[str, msgspec.Raw, None](self._publish, limits, lambda item: len(memoryview(item)) + 1)

    def receive(self, message: PushMessage) -> None:
        """Return when every item of the message is an event in the queue or an outcome.

        Raises TransientError or ConfigurationError where the message must come again.
        """
        events: defaultdict[str, list[msgspec.Raw]] = defaultdict(list)
        refused: list[Outcome] = []
        for one in self._reader.events(message, self._clock_ms()):
            item = encoded(one) if isinstance(one, Event) else one
            if isinstance(item, Outcome):
                refused.append(item)
            else:
                events[one.channel].append(item)
        futures = [self._batcher.submit(channel, items) for channel, items in events.items()]
        if refused:
            self._outcomes.write(refused)
        self._wait(futures)

    def close(self) -> None:
        """Publish what is open and take nothing more."""
        self._batcher.close()

    def _wait(self, futures: list[Future[list[None]]]) -> None:
        for future in futures:
            try:
                future.result(self._timeout)
            except FutureTimeoutError:
                raise PublishFailed("The bundle with this message's events was not published in time.") from None

    def _publish(self, channel: str, items: list[msgspec.Raw]) -> list[None]:
        self._publisher.publish("event", items, channel=channel)
        log.info("events stored", extra=fields(stage="ingest", channel=channel, count=len(items)))
        return [None] * len(items)
