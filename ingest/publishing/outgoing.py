"""What was read goes out: events to the ``events`` topic, outcomes to ``outcomes``, a bounded amount under way."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future

from ingest.events.outcomes import rejected
from omnicapi.errors import Refused
from omnicapi.internal_errors import InternalErrors
from omnicapi.messages import MAX_BYTES, MAX_ITEMS, Event, Outcome
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher, encode


def encoded(event: Event) -> bytes | Outcome:
    """Return the event as it travels, or the outcome of one that cannot be, or is larger than a message may be."""
    try:
        item = encode(event)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the events beside it
        refused = InternalErrors().refusal(error, event.origin)
        return rejected(refused, event.channel, event.origin, event.received_ms)
    if len(item) <= MAX_BYTES:
        return item
    refused = Refused(
        "event_too_large", f"The event is larger than {MAX_BYTES:,} bytes; send fewer contents or properties."
    )
    return rejected(refused, event.channel, event.origin, event.received_ms)


class Outgoing:
    """Publishes the events of one file in messages of at most 500.

    At most ``unconfirmed`` messages wait for Pub/Sub at a time, so memory stays flat however many there are.
    Methods raise :class:`~omnicapi.errors.PublishFailed`.
    """

    def __init__(self, publisher: Publisher, outcomes: OutcomeWriter, channel: str, unconfirmed: int) -> None:
        self._publisher = publisher
        self._outcomes = outcomes
        self._channel = channel
        self._unconfirmed = unconfirmed
        self._futures: deque[Future[str]] = deque()

    def send(self, events: Sequence[bytes], outcomes: Sequence[Outcome]) -> None:
        """Publish encoded events and outcomes and return when Pub/Sub has everything."""
        for start in range(0, len(events), MAX_ITEMS):
            part = events[start : start + MAX_ITEMS]
            self._futures.extend(self._publisher.start_encoded("event", part, channel=self._channel))
            while len(self._futures) > self._unconfirmed:
                self._publisher.wait([self._futures.popleft()])
        if outcomes:
            self._outcomes.write(outcomes)
        self._publisher.wait(self._futures)
        self._futures.clear()
