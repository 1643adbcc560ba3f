"""The queues of the pipeline as data: topics, subscriptions, dead letters and the bucket's notification.

One place says what exists; ``local`` makes it on this machine, ``omnicapi doctor`` looks for it in a deployment.
Deadlines, retries and limits are the ones production runs with; a test scales the retry delays down and changes nothing
else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class RetryPolicy:
    """Pause before a message that was not acknowledged is delivered again; doubles from minimum to maximum."""

    minimum: timedelta = timedelta(seconds=10)
    maximum: timedelta = timedelta(seconds=600)

    def scaled(self, factor: float) -> RetryPolicy:
        """Return the same policy with both pauses multiplied by ``factor``."""
        return RetryPolicy(self.minimum * factor, self.maximum * factor)


@dataclass(frozen=True)
class DeadLetterPolicy:
    """Where a message goes that no delivery could settle.

    100 attempts is the most that Pub/Sub allows: with the retry policy above they last some 15 hours, so that an outage
    of Meta does not drain the queue into the dead letters (gcp.md §1.3).
    """

    topic: str
    attempts: int = 100


@dataclass(frozen=True)
class Subscription:
    """One subscription; it never expires.

    ``service`` names the service that its messages are pushed to or, where it is not ``pushed``, the worker that pulls
    them; with ``None`` they wait for whoever comes. For a push the ``ack_deadline`` is also how long the service may
    take to answer (gcp.md §1.1). ``filter`` selects messages by their attributes.
    """

    name: str
    topic: str
    service: str | None = None
    ack_deadline: timedelta = timedelta(seconds=60)
    retry: RetryPolicy | None = None
    dead_letter: DeadLetterPolicy | None = None
    retention: timedelta = 7 * DAY
    filter: str = ""
    pushed: bool = True

    def renamed(self, name: Callable[[str], str]) -> Subscription:
        """Return the same subscription with the names of Pub/Sub's in it put through ``name``, not the service's."""
        return replace(
            self,
            name=name(self.name),
            topic=name(self.topic),
            dead_letter=self.dead_letter and replace(self.dead_letter, topic=name(self.dead_letter.topic)),
        )


@dataclass(frozen=True)
class Notification:
    """What the bucket tells Pub/Sub: a message on ``topic`` for each new object whose name starts with a prefix.

    The prefixes are what keeps a file that ingest moves to ``processed/`` or ``rejected/`` from being read again.
    """

    topic: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True)
class Topology:
    """Everything that must exist before the services start."""

    topics: tuple[str, ...]
    subscriptions: tuple[Subscription, ...]
    notification: Notification

    def pushes(self) -> Iterator[Subscription]:
        """Yield the subscriptions that push to a service."""
        return (subscription for subscription in self.fed() if subscription.pushed)

    def fed(self) -> Iterator[Subscription]:
        """Yield the subscriptions whose messages a service or worker takes."""
        return (subscription for subscription in self.subscriptions if subscription.service is not None)

    def with_retries_scaled(self, factor: float) -> Topology:
        """Return the same topology with every retry pause multiplied by ``factor``."""
        scaled = (
            replace(subscription, retry=subscription.retry.scaled(factor)) if subscription.retry else subscription
            for subscription in self.subscriptions
        )
        return replace(self, subscriptions=tuple(scaled))

    def named(self, instance: str) -> Topology:
        """Return the same topology under the names of an instance (:func:`of_instance`)."""

        def name(plain: str) -> str:
            return of_instance(instance, plain)

        return Topology(
            topics=tuple(map(name, self.topics)),
            subscriptions=tuple(each.renamed(name) for each in self.subscriptions),
            notification=replace(self.notification, topic=name(self.notification.topic)),
        )

    def with_subscriptions(self, *more: Subscription) -> Topology:
        """Return the same topology with more subscriptions."""
        return replace(self, subscriptions=(*self.subscriptions, *more))


def of_instance(instance: str, name: str) -> str:
    """Return the name of a topic, subscription or service in a deployment whose Terraform variable ``instance`` is set.

    The instance is empty where the project has one deployment only; then names are the plain ones.
    """
    return f"{instance}-{name}" if instance else name


def dead_letter_topic(topic: str) -> str:
    """Name the topic that takes the messages of ``topic`` which could not be settled."""
    return f"{topic}-dead-letter"


def dead_letter_subscription(topic: str) -> str:
    """Name the subscription that keeps the dead letters of ``topic`` for a replay."""
    return f"{dead_letter_topic(topic)}-pull"


def _push(topic: str, service: str, ack_deadline: timedelta) -> tuple[Subscription, Subscription]:
    """Return a service's push subscription and the pull subscription that keeps its dead letters for a replay.

    A dead-letter topic without a subscription would lose them (gcp.md §1.3).
    """
    dead = dead_letter_topic(topic)
    return (
        Subscription(
            name=f"{topic}-push",
            topic=topic,
            service=service,
            ack_deadline=ack_deadline,
            retry=RetryPolicy(),
            dead_letter=DeadLetterPolicy(dead),
        ),
        Subscription(name=dead_letter_subscription(topic), topic=dead, retention=31 * DAY),
    )


EVENT_OF_INTEREST = "event-of-interest"
FILES = "files"
EVENTS = "events"
SIGNALS = "signals"
OUTCOMES = "outcomes"

PULLABLE = frozenset({"ingest-store", "handle", "forward"})
"""Services whose image can pull as well, as a worker (docs/adr/0195-workers-for-every-stage.md)."""

_HOPS = (
    (EVENT_OF_INTEREST, "ingest-store", timedelta(seconds=60)),
    (FILES, "ingest-files", timedelta(seconds=600)),
    (EVENTS, "handle", timedelta(seconds=60)),
    (SIGNALS, "forward", timedelta(seconds=60)),
    (OUTCOMES, "ingest-reports", timedelta(seconds=600)),
)

PIPELINE = Topology(
    topics=tuple(topic for hop in _HOPS for topic in (hop[0], dead_letter_topic(hop[0]))),
    subscriptions=tuple(subscription for hop in _HOPS for subscription in _push(*hop)),
    notification=Notification(topic=FILES, prefixes=("incoming/", "preview/")),
)
"""The pipeline as it is provisioned. Reading a large file takes minutes and so may its report, hence the deadlines."""
