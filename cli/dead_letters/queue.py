"""The pull subscription of a dead-letter topic: letters are leased, then acknowledged or released, never dropped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from types import TracebackType
from typing import Any, Protocol, Self

from google.api_core.exceptions import DeadlineExceeded

from cli.dead_letters.letter import Letter
from omnicapi.topology import dead_letter_subscription, of_instance

LEASE = 600
"""Seconds a letter is held at a time while the command works; the most Pub/Sub gives at once."""

_PAGE = 500
_EMPTY_PULLS = 2
"""Pulls without a letter after which a queue counts as read: one alone may be empty though letters wait."""


class Subscriber(Protocol):
    """The part of ``google.cloud.pubsub_v1.SubscriberClient`` that is used here."""

    def pull(self, *, subscription: str, max_messages: int, timeout: float) -> Any:
        """Return up to ``max_messages`` messages with their ack ids."""
        ...

    def acknowledge(self, *, subscription: str, ack_ids: Sequence[str]) -> Any:
        """Take messages off the subscription for good."""
        ...

    def modify_ack_deadline(self, *, subscription: str, ack_ids: Sequence[str], ack_deadline_seconds: int) -> Any:
        """Hold messages longer, or let them go with 0."""
        ...


class DeadLetterQueue:
    """The dead letters of one topic, as a context: what was leased and not acknowledged is released at its end.

    ``patience`` is how many seconds a pull waits for a letter; two in a row without one end the reading. Leases are
    renewed as pages are read and acknowledged, so that a slow replay meets no letter twice. ``clock`` is monotonic.
    ``instance`` is the deployment's of several in the project, else empty.
    """

    def __init__(
        self,
        subscriber: Subscriber,
        project: str,
        topic: str,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        instance: str = "",
    ) -> None:
        self._subscriber = subscriber
        name = of_instance(instance, dead_letter_subscription(topic))
        self._subscription = f"projects/{project}/subscriptions/{name}"
        self._patience = patience
        self._clock = clock
        self._renewed = clock()
        self._leased: set[str] = set()
        self.topic = topic

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hold(self._leased, 0)
        self._leased.clear()

    def letters(self) -> Iterator[Letter]:
        """Lease and yield letters until none is left; each comes once."""
        empty = 0
        while empty < _EMPTY_PULLS:
            page = self._pull()
            empty = 0 if page else empty + 1
            yield from page

    def acknowledge(self, letters: Sequence[Letter]) -> None:
        """Take letters off the queue for good: call it only once they are safe elsewhere."""
        ack_ids = [letter.ack_id for letter in letters]
        self._subscriber.acknowledge(subscription=self._subscription, ack_ids=ack_ids)
        self._leased.difference_update(ack_ids)
        self._renew()

    def _hold(self, ack_ids: Iterable[str], seconds: int) -> None:
        waiting = iter(ack_ids)
        while page := list(islice(waiting, _PAGE)):
            self._subscriber.modify_ack_deadline(
                subscription=self._subscription, ack_ids=page, ack_deadline_seconds=seconds
            )

    def _renew(self) -> None:
        if self._clock() - self._renewed > LEASE / 2:
            self._hold(self._leased, LEASE)
            self._renewed = self._clock()

    def _pull(self) -> list[Letter]:
        self._renew()
        try:
            pulled = self._subscriber.pull(subscription=self._subscription, max_messages=_PAGE, timeout=self._patience)
        except DeadlineExceeded:
            return []
        page = [self._letter(received) for received in pulled.received_messages]
        ack_ids = [letter.ack_id for letter in page]
        self._leased.update(ack_ids)
        self._hold(ack_ids, LEASE)
        return page

    def _letter(self, received: Any) -> Letter:
        message = received.message
        published: datetime = message.publish_time
        return Letter(
            ack_id=received.ack_id,
            message_id=message.message_id,
            topic=self.topic,
            data=message.data,
            attributes=dict(message.attributes),
            published=published.timestamp(),
            ordering_key=message.ordering_key,
        )
