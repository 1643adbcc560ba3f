"""Follows the ``outcomes`` topic and knows what became of each event."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
from google.cloud.pubsub_v1.subscriber.message import Message

from local.clients import PubSubClients
from omnicapi.messages import Origin, Outcome, Outcomes

Take = Callable[[Outcomes], None]

_decode = msgspec.json.Decoder(Outcomes).decode


@contextmanager
def following(clients: PubSubClients, subscription: str, take: Take) -> Iterator[None]:
    """Pull ``subscription`` (a full name) while the block lasts and hand each message of outcomes to ``take``.

    ``take`` runs in threads of Google's client. Pub/Sub delivers at least once, so it may be given a batch twice.
    """

    def receive(message: Message) -> None:
        take(_decode(message.data))
        message.ack()

    pulling = clients.subscriber.subscribe(subscription, receive)
    try:
        yield
    finally:
        pulling.cancel()
        pulling.result()


class OutcomeBook:
    """Every outcome by the event it is about; safe for many threads.

    An event is known by its origin, and by its dataset where it goes to several. A batch that comes twice counts once;
    an event whose message was redelivered may truly be decided twice, and then both outcomes are kept.
    """

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._outcomes: dict[tuple[Origin, str | None], list[Outcome]] = {}
        self._batches: set[str] = set()

    def take(self, batch: Outcomes) -> None:
        """Note a batch of outcomes."""
        with self._change:
            if batch.batch_id in self._batches:
                return
            self._batches.add(batch.batch_id)
            for outcome in batch.outcomes:
                self._outcomes.setdefault((outcome.origin, outcome.dataset), []).append(outcome)
            self._change.notify_all()

    def by_event(self) -> list[list[Outcome]]:
        """Return the outcomes of each event, oldest first; events in the order in which they were first decided."""
        with self._change:
            return [list(outcomes) for outcomes in self._outcomes.values()]

    def latest(self) -> list[Outcome]:
        """Return the last outcome of each event."""
        return [outcomes[-1] for outcomes in self.by_event()]

    def wait(self, count: int, timeout: float) -> bool:
        """Wait until ``count`` events have an outcome, at most ``timeout`` seconds; say whether they have."""
        deadline = time.monotonic() + timeout
        with self._change:
            while len(self._outcomes) < count:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._change.wait(left)
            return True
