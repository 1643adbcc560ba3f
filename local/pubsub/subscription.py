"""One subscription: its settings, its messages, its faults, and the wake-up for whoever waits for messages."""

import asyncio
import random
from collections.abc import Callable, Iterable

import msgspec

from local.pubsub.api.proto import Proto
from local.pubsub.clock import Clock
from local.pubsub.controls.status import SubscriptionStatus
from local.pubsub.faults import SubscriptionFaults
from local.pubsub.filters import parse_filter
from local.pubsub.flow import FlowControl
from local.pubsub.leases import Delivery, LeaseQueue
from local.pubsub.message import Message
from local.pubsub.policies import DeadLetterPolicy
from local.pubsub.resources import check_deadline, dead_letter_policy, retry_policy

Forward = Callable[["Subscription", DeadLetterPolicy, Message, int], bool]
"""Publishes a message as a dead letter after so many deliveries; false when its topic does not exist."""


class Subscription:
    """What a topic's messages become for one group of receivers; lives on one event loop, without locks.

    ``name`` is the full one, ``projects/…/subscriptions/…``; ``resource`` the checked settings as the API shows them.
    Raises InvalidArgumentError for a filter that cannot be read.
    """

    def __init__(self, resource: Proto, clock: Clock, rng: random.Random, forward: Forward) -> None:
        self.name = str(resource.name)
        self.resource: Proto = resource
        self.faults = SubscriptionFaults()
        self.deleted = False
        self._clock = clock
        self._rng = rng
        self._forward = forward
        self._changed = asyncio.Event()
        self._published = 0
        self._filtered = 0
        self._matches = parse_filter(resource.filter)
        self._queue = LeaseQueue(self.name, self._give_up)
        self.configure(resource)

    @property
    def push_endpoint(self) -> str:
        """Where messages are pushed; empty while this is a pull subscription."""
        return str(self.resource.push_config.push_endpoint)

    @property
    def counts_attempts(self) -> bool:
        """Whether receivers are told the delivery attempt: only where a dead-letter policy is set."""
        return self._dead_letter is not None

    def configure(self, resource: Proto) -> None:
        """Take over checked settings; leases that run keep their deadlines."""
        self.resource = resource
        self._queue.retry = retry_policy(resource)
        self._dead_letter = dead_letter_policy(resource)
        self.wake()

    def offer(self, message: Message) -> None:
        """Take a published message in, or acknowledge it silently when the filter does not match."""
        if not self._matches(message.attributes):
            self._filtered += 1
            return
        for _ in range(2 if self.faults.duplicate else 1):
            self._published += 1
            delay = self.faults.delay + self.faults.reorder * self._rng.random()
            self._queue.add(message, self._clock.seconds(), delay)
        self.wake()

    def lease(self, flow: FlowControl, limit: int, seconds: float = 0.0) -> list[Delivery]:
        """Up to ``limit`` messages, leased for ``seconds``, or for the subscription's own ack deadline."""
        deadline = seconds or self.resource.ack_deadline_seconds
        return self._queue.lease(self._clock.seconds(), deadline, flow, limit)

    def ack(self, ack_ids: Iterable[str]) -> None:
        """Acknowledge; ids whose lease is over are passed over, as Google does without exactly-once delivery."""
        for ack_id in ack_ids:
            self._queue.ack(ack_id, self._clock.seconds())
        self.wake()

    def modify_deadline(self, ack_ids: Iterable[str], seconds: int) -> None:
        """Move ack deadlines to ``seconds`` from now, 600 at most; zero is a nack. Raises InvalidArgumentError."""
        check_deadline("ack deadline", seconds, 0)
        now = self._clock.seconds()
        for ack_id in ack_ids:
            if seconds:
                self._queue.extend(ack_id, now, seconds)
            else:
                self._queue.nack(ack_id, now)
        self.wake()

    def refuses_push(self) -> bool:
        """Whether a fault fails the push that is about to be sent."""
        if self.faults.refuse_count:
            self.faults = msgspec.structs.replace(self.faults, refuse_count=self.faults.refuse_count - 1)
            return True
        return self._rng.random() < self.faults.refuse_share

    def delete(self) -> None:
        """Drop every message and send the waiting receivers away."""
        self.deleted = True
        self.wake()

    def tick(self) -> None:
        """Let the time pass: leases end, retries fall due."""
        if self._queue.advance(self._clock.seconds()):
            self.wake()

    def wake(self) -> None:
        """Let everyone in ``changed`` look again."""
        self._changed.set()
        self._changed.clear()

    async def changed(self, seconds: float | None = None) -> None:
        """Return when messages, room or settings may have changed, at the latest after ``seconds``.

        Nothing is missed between looking and waiting as long as the caller awaits nothing else in between.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    def status(self) -> SubscriptionStatus:
        """Count what happened until the last tick or request."""
        totals = self._queue.totals
        return SubscriptionStatus(
            name=self.name,
            topic=self.resource.topic,
            push_endpoint=self.push_endpoint,
            published=self._published,
            filtered=self._filtered,
            outstanding=self._queue.outstanding,
            backlog=self._queue.backlog,
            acked=totals.acked,
            nacked=totals.nacked,
            expired=totals.expired,
            dead_lettered=totals.dead_lettered,
            oldest_unacked_age=self._queue.oldest_age(self._clock.seconds()),
            faults=self.faults,
        )

    def _give_up(self, message: Message, attempts: int) -> bool:
        policy = self._dead_letter
        return bool(
            policy and attempts >= policy.max_delivery_attempts and self._forward(self, policy, message, attempts)
        )
