"""Which objects the bucket has told Pub/Sub of, for whoever drops a file and goes on when it is on its way."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from google.cloud.pubsub_v1.subscriber.message import Message

from local.clients import PubSubClients


class Notices:
    """Counts notifications by the object's name; safe for many threads."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._counts: Counter[str] = Counter()

    @contextmanager
    def following(self, clients: PubSubClients, subscription: str) -> Iterator[None]:
        """Pull ``subscription`` (a full name) of the bucket's notifications while the block lasts."""
        pulling = clients.subscriber.subscribe(subscription, self._receive)
        try:
            yield
        finally:
            pulling.cancel()
            pulling.result()

    def count(self, name: str) -> int:
        """Return how many notifications of an object there were."""
        with self._change:
            return self._counts[name]

    def wait(self, name: str, more_than: int, timeout: float) -> bool:
        """Wait until there were more notifications of an object than that; say whether there were in time."""
        with self._change:
            return self._change.wait_for(lambda: self._counts[name] > more_than, timeout)

    def _receive(self, message: Message) -> None:
        with self._change:
            self._counts[message.attributes.get("objectId", "")] += 1
            self._change.notify_all()
        message.ack()
