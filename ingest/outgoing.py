"""What was read goes out: events to the ``events`` topic, refusals to ``outcomes``, a bounded amount under way."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future

import msgspec

from ingest.rows import rejected
from omnicapi.errors import Refused
from omnicapi.messages import MAX_BYTES, MAX_ITEMS, Event, Outcome
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publisher import Publisher, encode


def encoded(event: Event) -> msgspec.Raw | Outcome:
    """Return the event as it travels, or the outcome of one that is larger than a message may be."""
    item = encode(event)
    if len(item) <= MAX_BYTES:
        return msgspec.Raw(item)
    refused = Refused(
        "event_too_large", f"The event is larger than {MAX_BYTES:,} bytes; send fewer contents or properties."
    )
    return rejected(refused, event.channel, event.origin, event.received_ms)


class Outgoing:
    """Publishes the events of one file in messages of at most 500 as they are read.

    At most ``unconfirmed`` messages wait for Pub/Sub at a time, so memory stays flat however long the file is.
    :meth:`add` and :meth:`finish` raise :class:`~omnicapi.errors.PublishFailed`.
    """

    def __init__(self, publisher: Publisher, outcomes: OutcomeWriter, channel: str, unconfirmed: int) -> None:
        self.events = 0
        self.rejected = 0
        self._publisher = publisher
        self._outcomes = outcomes
        self._channel = channel
        self._unconfirmed = unconfirmed
        self._items: list[msgspec.Raw] = []
        self._bytes = 0
        self._refused: list[Outcome] = []
        self._futures: deque[Future[str]] = deque()

    def add(self, one: Event | Outcome) -> None:
        """Take one event or refusal; what is complete leaves at once."""
        item = encoded(one) if isinstance(one, Event) else one
        if isinstance(item, Outcome):
            self.rejected += item.verdict == "rejected"
            self._refused.append(item)
            if len(self._refused) == MAX_ITEMS:
                self._write_outcomes()
            return
        size = len(memoryview(item))
        if len(self._items) == MAX_ITEMS or self._bytes + size > MAX_BYTES:
            self._publish()
        self.events += 1
        self._items.append(item)
        self._bytes += size + 1

    def finish(self) -> None:
        """Send what is left and return when Pub/Sub has everything."""
        self._publish()
        self._write_outcomes()
        self._publisher.wait(self._futures)
        self._futures.clear()

    def _publish(self) -> None:
        # Encoded one by one while each is still in the processor's cache, which is what makes it fast.
        if self._items:
            self._futures.extend(self._publisher.start("event", self._items, channel=self._channel))
        self._items, self._bytes = [], 0
        while len(self._futures) > self._unconfirmed:
            self._publisher.wait([self._futures.popleft()])

    def _write_outcomes(self) -> None:
        if self._refused:
            self._outcomes.write(self._refused)
        self._refused = []
