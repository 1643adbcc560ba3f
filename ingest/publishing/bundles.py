"""Events of concurrent requests share messages of the ``events`` topic, and so do the outcomes of what is refused.

A producer's message often holds one event. Whoever brings one hears of it when the bundle with it is published: what
was acknowledged is never lost with the instance.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ingest.publishing.bundler import Bundler
from ingest.publishing.outgoing import encoded
from omnicapi.bounds import short
from omnicapi.errors import Busy, PublishFailed
from omnicapi.http.admission import ITEM, Admission
from omnicapi.messages import MAX_BYTES, MAX_ITEMS, Event, Outcome
from omnicapi.off_loop import perform
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher
from omnicapi.tally import Tally

log = logging.getLogger(__name__)

Keep = Callable[[Event | Outcome], Any]
"""What is kept of an item for its answer; the item itself is free once it is written."""


@dataclass
class _Written:
    """What a request brings, as it travels; ``kept`` in the order in which it was read."""

    events: defaultdict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    outcomes: list[Outcome] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    size: int = 0


class Bundles:
    """Takes what requests bring, on one event loop. ``linger`` is how many seconds an event waits for company.

    ``admission`` bounds what waits to be published.
    """

    def __init__(self, publisher: Publisher, outcomes: OutcomeWriter, linger: float, admission: Admission) -> None:
        self._publisher = publisher
        self._outcomes = outcomes
        self._stored = Tally(log, "events stored")
        self._timeout = linger + 2 * publisher.timeout
        self._admission = admission
        self._closed = False
        self._events: Bundler[str, bytes] = Bundler(
            self._publish, count=MAX_ITEMS, size=MAX_BYTES, linger=linger, size_of=lambda item: len(item) + 1
        )
        # A server container sends more events that go nowhere than any other, each alone: their count bounds a bundle.
        self._refusals: Bundler[None, Outcome] = Bundler(
            self._write, count=MAX_ITEMS, size=MAX_BYTES, linger=linger, size_of=lambda _: 0
        )

    async def store(
        self, read: Iterable[Event | Outcome], keep: Keep | None = None, *, beside: bool = False
    ) -> list[Any]:
        """Return when every event is in the queue and every outcome written: what ``keep`` returns for each, in order.

        ``read`` is gone through on the loop or, where that takes long, ``beside`` it. An event that no message can
        carry has become an outcome. Raises :class:`~omnicapi.errors.TransientError` where all of it must come again.
        """
        if self._closed:
            raise Busy("This instance is stopping; send the same again.")
        written = await perform(_written, read, keep) if beside else _written(read, keep)
        with self._admission.request() as share:
            share.take(written.size)
            sent = [one for channel, items in written.events.items() for one in self._events.add(channel, items)]
            sent += self._refusals.add(None, written.outcomes)
            written.events.clear()
            written.outcomes.clear()
            await self._wait(sent)
        return written.kept

    def hurry(self) -> None:
        """Publish what is open, and from now on whatever comes, without waiting for company; from any thread."""
        self._events.hurry()
        self._refusals.hurry()

    def close(self) -> None:
        """Take nothing more; what is open leaves as it would have."""
        self._closed = True

    async def _wait(self, sent: list[asyncio.Future[None]]) -> None:
        if not sent:
            return
        _, pending = await asyncio.wait(sent, timeout=self._timeout)
        if pending:
            raise PublishFailed("The bundle with these events was not published in time.")
        for one in sent:
            if (error := one.exception()) is not None:
                raise error.with_traceback(None)

    async def _write(self, _: None, refused: list[Outcome]) -> None:
        await self._outcomes.write_async(refused)

    async def _publish(self, channel: str, items: list[bytes]) -> None:
        await self._publisher.wait_async(self._publisher.start_encoded("event", items, channel=channel))
        self._stored.add({"stage": "ingest", "channel": short(channel)}, {"count": len(items)})


def _written(read: Iterable[Event | Outcome], keep: Keep | None) -> _Written:
    """Read and write each item while it is warm."""
    written = _Written()
    for one in read:
        item = encoded(one) if isinstance(one, Event) else one
        if isinstance(item, Outcome):
            written.outcomes.append(item)
            written.size += ITEM
            became: Event | Outcome = item
        else:
            became = one
            written.events[one.channel].append(item)
            written.size += max(ITEM, len(item))
        if keep is not None:
            written.kept.append(keep(became))
    return written
