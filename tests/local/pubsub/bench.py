"""What the tests of a running broker work with: Google's clients, a project of one's own, a time limit on waiting."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

import pytest
from google.api_core.exceptions import DeadlineExceeded
from google.cloud import pubsub_v1
from google.protobuf.duration_pb2 import Duration

PATIENCE = 15.0  # seconds that a test waits for what must come
QUIET = 0.15  # seconds that a test waits for what must not come
_projects = count(1)


@dataclass(frozen=True)
class Backend:
    """A running broker and Google's own clients, made as a service makes them: from PUBSUB_EMULATOR_HOST."""

    name: str
    endpoint: str
    publisher: Any
    subscriber: Any

    @classmethod
    def of(cls, name: str, endpoint: str) -> Self:
        """Connect to the broker at HOST:PORT."""
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("PUBSUB_EMULATOR_HOST", endpoint)
            return cls(name, endpoint, pubsub_v1.PublisherClient(), pubsub_v1.SubscriberClient())

    def close(self) -> None:
        """Close both clients."""
        self.subscriber.close()
        self.publisher.transport.close()


class Bench:
    """One test's own project in a broker, so that tests can share the broker."""

    def __init__(self, backend: Backend) -> None:
        self.is_embedded = backend.name == "embedded"
        self.publisher = backend.publisher
        self.subscriber = backend.subscriber
        self.project = f"projects/bench-{next(_projects)}"

    def topic(self, name: str = "events", **fields: Any) -> str:
        """Create a topic; its full name."""
        topic = f"{self.project}/topics/{name}"
        self.publisher.create_topic(request={"name": topic, **fields})
        return topic

    def subscription(self, topic: str, name: str = "worker", **fields: Any) -> str:
        """Create a subscription; its full name."""
        subscription = f"{self.project}/subscriptions/{name}"
        self.subscriber.create_subscription(request={"name": subscription, "topic": topic, **fields})
        return subscription

    def publish(self, topic: str, *bodies: bytes, **attributes: str) -> list[str]:
        """Publish a message a body, each with the attributes; their ids."""
        futures = [self.publisher.publish(topic, body, **attributes) for body in bodies]
        return [future.result(timeout=PATIENCE) for future in futures]

    def pull(self, subscription: str, wanted: int = 1, seconds: float = PATIENCE) -> list[Any]:
        """Pull until so many messages came or the time is up."""
        received: list[Any] = []
        end = time.monotonic() + seconds
        while len(received) < wanted and (left := end - time.monotonic()) > 0:
            received += self._pull_once(subscription, wanted - len(received), left)
        return received

    def is_quiet(self, subscription: str) -> bool:
        """Whether nothing comes for a while."""
        return self.pull(subscription, seconds=QUIET) == []

    def ack(self, subscription: str, received: list[Any]) -> None:
        """Acknowledge what was pulled."""
        self.subscriber.acknowledge(
            request={"subscription": subscription, "ack_ids": [message.ack_id for message in received]}
        )

    def modify_deadline(self, subscription: str, received: list[Any], seconds: int) -> None:
        """Move the ack deadline of what was pulled; zero is a nack."""
        ack_ids = [message.ack_id for message in received]
        self.subscriber.modify_ack_deadline(
            request={"subscription": subscription, "ack_ids": ack_ids, "ack_deadline_seconds": seconds}
        )

    def _pull_once(self, subscription: str, wanted: int, seconds: float) -> list[Any]:
        request = {"subscription": subscription, "max_messages": wanted}
        try:
            return list(self.subscriber.pull(request=request, retry=None, timeout=seconds).received_messages)
        except DeadlineExceeded:
            return []


def retry_policy(minimum: float, maximum: float) -> dict[str, Duration]:
    """Write a retry policy, in seconds, as a request takes it."""
    return {"minimum_backoff": _duration(minimum), "maximum_backoff": _duration(maximum)}


def eventually(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until it holds; fail when the time is up."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"did not happen within {seconds} s"
        time.sleep(0.01)


def _duration(seconds: float) -> Duration:
    return Duration(nanos=int(seconds % 1 * 1_000_000_000), seconds=int(seconds))
