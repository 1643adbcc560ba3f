"""A broker with the dead-letter subscriptions of the pipeline, and Google's clients on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.types import PublishRequest, PubsubMessage

from cli.dead_letters.queue import DeadLetterQueue
from local.clients import PubSubClients
from local.pubsub import EmbeddedPubSub

PROJECT = "letters"


@dataclass
class Broker:
    """Publishes dead letters and reads what came back."""

    clients: PubSubClients
    endpoint: str
    project: str = PROJECT

    def topic(self, name: str) -> str:
        return f"projects/{PROJECT}/topics/{name}"

    def make(self, topic: str) -> None:
        """Make a topic, its dead letters, and what keeps the messages of both."""
        for name, subscription in (
            (topic, f"{topic}-check"),
            (f"{topic}-dead-letter", f"{topic}-dead-letter-pull"),
        ):
            path = self.topic(name)
            self.clients.publisher.create_topic(name=path)
            self.clients.subscriber.create_subscription(
                name=f"projects/{PROJECT}/subscriptions/{subscription}", topic=path
            )

    def queue(self, topic: str = "signals") -> DeadLetterQueue:
        return DeadLetterQueue(self.clients.subscriber, PROJECT, topic, patience=0.3)

    @property
    def publisher(self) -> PublisherClient:
        return PublisherClient(transport=self.clients.publisher.transport)

    def bury(self, data: bytes, topic: str = "signals", **attributes: str) -> None:
        self.bury_with(attributes, data, topic)

    def bury_with(self, attributes: Mapping[str, str], data: bytes, topic: str, ordering_key: str = "") -> None:
        message = PubsubMessage(data=data, attributes=attributes, ordering_key=ordering_key)
        self.publisher.publish(PublishRequest(topic=self.topic(f"{topic}-dead-letter"), messages=[message]))

    def returned(self, topic: str = "signals") -> list[PubsubMessage]:
        name = f"projects/{PROJECT}/subscriptions/{topic}-check"
        pulled = self.clients.subscriber.pull(subscription=name, max_messages=1000, return_immediately=True)
        return [received.message for received in pulled.received_messages]

    def buried(self, topic: str = "signals") -> int:
        with self.queue(topic) as queue:
            return len(list(queue.letters()))


@pytest.fixture
def broker() -> Iterator[Broker]:
    with EmbeddedPubSub() as pubsub, PubSubClients(pubsub.endpoint) as clients:
        made = Broker(clients, pubsub.endpoint)
        for topic in ("signals", "events", "event-of-interest", "files"):
            made.make(topic)
        yield made


@pytest.fixture
def signal_at() -> Callable[..., bytes]:
    def make(event_time: int, event_id: str = "order-1", action_source: str = "website") -> bytes:
        event = (
            f'{{"event_name":"Purchase","event_time":{event_time},"event_id":"{event_id}",'
            f'"action_source":"{action_source}","user_data":{{}}}}'
        )
        return f'[{{"dataset":"1","channel":"web","event":{event},"origin":{{"message_id":"7"}}}}]'.encode()

    return make
