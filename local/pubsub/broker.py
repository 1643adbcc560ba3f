"""Every topic and subscription of the embedded Pub/Sub, in memory, on one event loop."""

import random
from collections.abc import Callable, Mapping
from itertools import count

from local.pubsub.api.proto import Proto
from local.pubsub.api.timestamps import rfc3339, truncated
from local.pubsub.clock import Clock
from local.pubsub.controls.status import SubscriptionStatus
from local.pubsub.errors import AlreadyExistsError, NotFoundError
from local.pubsub.message import Message, check_message, check_request
from local.pubsub.policies import DeadLetterPolicy
from local.pubsub.resources import DELETED_TOPIC, subscription_resource, topic_resource
from local.pubsub.subscription import Subscription
from local.pubsub.topic import Topic

_PREFIX = "CloudPubSubDeadLetterSource"


class Broker:
    """Topics, subscriptions, and the way of a message from one to the other.

    ``on_subscription`` is called with each new subscription, so that its pushes can begin.
    """

    def __init__(
        self, clock: Clock, rng: random.Random, on_subscription: Callable[[Subscription], None] = lambda _created: None
    ) -> None:
        self.topics: dict[str, Topic] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self._clock = clock
        self._rng = rng
        self._on_subscription = on_subscription
        # Microseconds of the start: ids stay unique when a restarted broker meets a store of seen ids.
        self._ids = count(int(clock.utc().timestamp() * 1_000_000))

    def topic(self, name: str) -> Topic:
        """Find a topic, or raise NotFoundError."""
        if name not in self.topics:
            raise NotFoundError(f"Topic not found (resource={name}).")
        return self.topics[name]

    def subscription(self, name: str) -> Subscription:
        """Find a subscription, or raise NotFoundError."""
        if name not in self.subscriptions:
            raise NotFoundError(f"Subscription does not exist (resource={name}).")
        return self.subscriptions[name]

    def create_topic(self, wanted: Proto) -> Topic:
        """Create it, or raise InvalidArgumentError, UnsupportedError or AlreadyExistsError."""
        topic = Topic(topic_resource(wanted), self._clock)
        if topic.name in self.topics:
            raise AlreadyExistsError(f"Topic already exists (resource={topic.name}).")
        self.topics[topic.name] = topic
        return topic

    def delete_topic(self, name: str) -> None:
        """Delete it; its subscriptions stay, with their messages, and get no new ones."""
        topic = self.topic(name)
        for subscription in self.subscriptions_of(topic):
            subscription.resource.topic = DELETED_TOPIC
        del self.topics[name]

    def subscriptions_of(self, topic: Topic) -> list[Subscription]:
        """Find the topic's subscriptions, in the order of their creation."""
        return [found for found in self.subscriptions.values() if found.resource.topic == topic.name]

    def create_subscription(self, wanted: Proto) -> Subscription:
        """Create it; it receives what is published from now on. Raises PubSubError when it may not be."""
        resource = subscription_resource(wanted)
        if resource.name in self.subscriptions:
            raise AlreadyExistsError(f"Subscription already exists (resource={resource.name}).")
        self.topic(resource.topic)
        self._check_dead_letter_topic(resource)
        subscription = Subscription(resource, self._clock, self._rng, self._forward)
        self.subscriptions[subscription.name] = subscription
        self._on_subscription(subscription)
        return subscription

    def update_subscription(self, subscription: Subscription, wanted: Proto) -> None:
        """Give it new settings, checked as at its creation."""
        resource = subscription_resource(wanted)
        if resource.dead_letter_policy != subscription.resource.dead_letter_policy:
            self._check_dead_letter_topic(resource)
        subscription.configure(resource)

    def delete_subscription(self, name: str) -> None:
        """Delete it and every message it holds."""
        self.subscription(name).delete()
        del self.subscriptions[name]

    def publish(self, name: str, messages: list[Proto], size: int) -> list[str]:
        """Hand the messages of one request of ``size`` bytes to every subscription; their ids, in order.

        All or nothing: a message that breaks a limit refuses the request.
        """
        topic = self.topic(name)
        topic.check_available()
        check_request(len(messages), size)
        for place, message in enumerate(messages):
            check_message(place, message.data, message.attributes, message.ordering_key)
        return [
            self._publish_one(topic, message.data, dict(message.attributes), message.ordering_key)
            for message in messages
        ]

    def tick(self) -> None:
        """Let the time pass in every subscription."""
        for subscription in list(self.subscriptions.values()):
            subscription.tick()

    def statuses(self) -> list[SubscriptionStatus]:
        """Count in every subscription at one moment; no time passes between the first and the last."""
        self.tick()
        return [subscription.status() for subscription in self.subscriptions.values()]

    def _publish_one(self, topic: Topic, data: bytes, attributes: Mapping[str, str], ordering_key: str) -> str:
        message = Message(str(next(self._ids)), data, attributes, truncated(self._clock.utc()), ordering_key)
        topic.published += 1
        for subscription in self.subscriptions_of(topic):
            subscription.offer(message)
        return message.id

    def _check_dead_letter_topic(self, resource: Proto) -> None:
        if resource.HasField("dead_letter_policy"):
            self.topic(resource.dead_letter_policy.dead_letter_topic)

    def _forward(self, source: Subscription, policy: DeadLetterPolicy, message: Message, attempts: int) -> bool:
        """Publish as a dead letter, with the attributes Google adds; false when the topic was deleted meanwhile."""
        topic = self.topics.get(policy.topic)
        if topic is None:
            return False
        _, project, _, subscription = source.name.split("/")
        attributes = {
            **message.attributes,
            f"{_PREFIX}DeliveryCount": str(attempts),
            f"{_PREFIX}Subscription": subscription,
            f"{_PREFIX}SubscriptionProject": project,
            f"{_PREFIX}TopicPublishTime": rfc3339(message.publish_time),
        }
        self._publish_one(topic, message.data, attributes, message.ordering_key)
        return True
