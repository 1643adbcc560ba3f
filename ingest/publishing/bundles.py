"""Events of concurrent requests share messages of the ``events`` topic, and so do the outcomes of what is refused.

A producer's message often holds one event. Whoever brings one hears of it when the bundle with it is published: what
was acknowledged is never lost with the instance.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError

from ingest.publishing.outgoing import encoded
from omnicapi.batch import Limits
from omnicapi.batcher import Batcher
from omnicapi.bounds import short
from omnicapi.errors import PublishFailed
from omnicapi.messages import MAX_BYTES, MAX_ITEMS, Event, Outcome
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publisher import Publisher
from omnicapi.tally import Tally
from omnicapi.waiting import all_done

log = logging.getLogger(__name__)

_NOT_IN_TIME = "The bundle with these events was not published in time."


class Bundles:
    """Takes what requests bring. ``linger`` is how many seconds an event waits for company."""

    def __init__(self, publisher: Publisher, outcomes: OutcomeWriter, linger: float) -> None:
        self._publisher = publisher
        self._outcomes = outcomes
        self._stored = Tally(log, "events stored")
        self._timeout = linger + 2 * publisher.timeout
        limits = Limits(count=MAX_ITEMS, size=MAX_BYTES, linger=linger)
        self._batcher = Batcher[str, bytes, None](self._publish, limits, lambda item: len(item) + 1)
        # A server container sends more events that go nowhere than any other, each alone: their count bounds a bundle.
        self._refusals = Batcher[None, Outcome, None](self._write, limits, lambda _: 0)

    def store(self, read: Iterable[Event | Outcome]) -> list[Event | Outcome]:
        """Return when every event is in the queue and every outcome written: what was read, in order.

        An event that no message can carry has become an outcome. Raises
        :class:`~omnicapi.errors.TransientError` where all of it must come again.
        """
        stored, futures = self._submit(read)
        self._wait(futures, self._timeout)
        return stored

    async def store_async(self, read: Iterable[Event | Outcome]) -> list[Event | Outcome]:
        """Do the same in an event loop: nothing but the coroutine waits."""
        stored, futures = self._submit(read)
        await all_done(futures, self._timeout)
        self._wait(futures, 0)
        return stored

    def hurry(self) -> None:
        """Publish what is open, and from now on whatever comes, without waiting for company."""
        self._batcher.hurry()
        self._refusals.hurry()

    def _submit(self, read: Iterable[Event | Outcome]) -> tuple[list[Event | Outcome], list[Future[list[None]]]]:
        events: defaultdict[str, list[bytes]] = defaultdict(list)
        stored: list[Event | Outcome] = []
        for one in read:
            item = encoded(one) if isinstance(one, Event) else one
            if isinstance(item, Outcome):
                stored.append(item)
            else:
                stored.append(one)
                events[one.channel].append(item)
        futures = [self._batcher.submit(channel, items) for channel, items in events.items()]
        futures.append(self._refusals.submit(None, [one for one in stored if isinstance(one, Outcome)]))
        return stored, futures

    def close(self) -> None:
        """Publish what is open and take nothing more."""
        self._batcher.close()
        self._refusals.close()

    def _wait(self, futures: list[Future[list[None]]], timeout: float) -> None:
        for future in futures:
            try:
                future.result(timeout)
            except FutureTimeoutError:
                raise PublishFailed(_NOT_IN_TIME) from None

    def _write(self, _: None, refused: list[Outcome]) -> list[None]:
        self._outcomes.write(refused)
        return [None] * len(refused)

    def _publish(self, channel: str, items: list[bytes]) -> list[None]:
        self._publisher.wait(self._publisher.start_encoded("event", items, channel=channel))
        self._stored.add({"stage": "ingest", "channel": short(channel)}, {"count": len(items)})
        return [None] * len(items)
