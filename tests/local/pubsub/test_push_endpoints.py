"""What an endpoint may do to the pusher, beyond answering."""

import asyncio
import random
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from google.pubsub_v1 import PublisherClient

from local.pubsub import BrokerOptions, Control, EmbeddedPubSub
from local.pubsub.api.proto import PubsubMessage, Subscription, Topic
from local.pubsub.broker import Broker
from local.pubsub.clock import Clock
from local.pubsub.controls.status import SubscriptionStatus
from local.pubsub.pushing.push import Pusher
from local.pubsub.pushing.push_http import push_session
from tests.local.pubsub.bench import Backend, Bench, eventually
from tests.local.pubsub.receiver import Receiver


class RawEndpoint:
    """Reads a request and answers with the given bytes, then closes the connection."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self.requests = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                self.requests += 1
                connection.sendall(self._answer)


@pytest.fixture
def endpoint(request: pytest.FixtureRequest) -> Iterator[RawEndpoint]:
    endpoint = RawEndpoint(request.param)
    yield endpoint
    endpoint.close()


@pytest.mark.parametrize(
    "endpoint",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 103 Early Hints\r\n\r\n",
    ],
    indirect=True,
    ids=["closes", "no HTTP", "breaks off", "only an interim answer"],
)
def test_an_endpoint_that_speaks_no_proper_http_only_gets_nacks(
    own: Bench, control: Control, endpoint: RawEndpoint
) -> None:
    topic = own.topic()
    subscription = own.subscription(topic, push_config={"push_endpoint": endpoint.url})
    own.publish(topic, b"x")
    eventually(lambda: control.subscription(subscription).nacked >= 2)
    with Receiver() as receiver:
        own.subscriber.modify_push_config(
            request={"subscription": subscription, "push_config": {"push_endpoint": receiver.url}}
        )
        control.wait_until_drained([subscription])


@pytest.mark.parametrize(
    "endpoint", [b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"], indirect=True
)
def test_early_hints_do_not_hide_the_answer(own: Bench, control: Control, endpoint: RawEndpoint) -> None:
    topic = own.topic()
    subscription = own.subscription(topic, push_config={"push_endpoint": endpoint.url})
    own.publish(topic, b"x")
    control.wait_until_drained([subscription])
    assert endpoint.requests == 1


def test_an_attribute_that_cannot_be_a_header_is_a_nack(own: Bench, control: Control) -> None:
    topic = own.topic()
    with Receiver() as receiver:
        push = {"push_endpoint": receiver.url, "no_wrapper": {"write_metadata": True}}
        subscription = own.subscription(topic, push_config=push)
        own.publish(topic, b"x", note="two\r\nlines: injected")
        eventually(lambda: control.subscription(subscription).nacked >= 2)
        assert not receiver.pushes


def test_an_unwrapped_push_carries_the_ordering_key(own: Bench) -> None:
    topic = own.topic()
    with Receiver() as receiver:
        push = {"push_endpoint": receiver.url, "no_wrapper": {"write_metadata": True}}
        own.subscription(topic, push_config=push)
        message = {"data": b"x", "ordering_key": "person-7"}
        PublisherClient.publish(own.publisher, request={"topic": topic, "messages": [message]})
        eventually(lambda: receiver.pushes)
        assert receiver.pushes[0].headers["x-goog-pubsub-ordering-key"] == "person-7"


def test_an_endpoint_that_only_refuses_is_paused() -> None:
    with EmbeddedPubSub() as broker, Receiver(lambda _push: 500) as receiver:
        backend = Backend.of("embedded", broker.endpoint)
        bench = Bench(backend)
        topic = bench.topic()
        bench.subscription(topic, push_config={"push_endpoint": receiver.url})
        bench.publish(topic, b"x")
        eventually(lambda: receiver.pushes)
        time.sleep(0.5)  # pauses of 0.1, 0.2, 0.4 s
        assert 2 <= len(receiver.pushes) <= 4
        backend.close()


def test_the_window_and_the_pause_are_options() -> None:
    with EmbeddedPubSub(BrokerOptions(push_window=3, push_backoff_max=0)) as broker, Receiver(hold=True) as receiver:
        backend = Backend.of("embedded", broker.endpoint)
        bench = Bench(backend)
        topic = bench.topic()
        bench.subscription(topic, push_config={"push_endpoint": receiver.url})
        bench.publish(topic, *[b"x"] * 10)
        eventually(lambda: receiver.open == 3)
        receiver.release()
        eventually(lambda: len(receiver.pushes) == 10)
        assert receiver.most_open == 3
        refusing = bench.subscription(topic, "refusing", push_config={"push_endpoint": "http://127.0.0.1:1/"})
        bench.publish(topic, b"x")
        eventually(lambda: Control(broker.control_url).subscription(refusing).nacked > 50, seconds=5)
        backend.close()


def test_no_answer_before_the_ack_deadline_is_an_expired_deadline() -> None:
    with Receiver(hold=True) as receiver:
        status = asyncio.run(pushed_until_redelivered(receiver))
    assert (status.expired, status.acked, status.nacked) == (1, 0, 0)


async def pushed_until_redelivered(receiver: Receiver) -> SubscriptionStatus:
    broker = Broker(Clock(), random.Random())
    broker.create_topic(Topic(name="projects/test/topics/events"))
    subscription = broker.create_subscription(
        Subscription(
            name="projects/test/subscriptions/slow",
            topic="projects/test/topics/events",
            push_config={"push_endpoint": receiver.url},
        )
    )
    subscription.resource.ack_deadline_seconds = 1  # behind the API's back: it allows no less than 10
    broker.publish("projects/test/topics/events", [PubsubMessage(data=b"x")], size=1)
    async with push_session() as http:
        pushing = asyncio.create_task(Pusher(subscription, http, Clock(), window=10, backoff_max=0).run())
        while len(receiver.pushes) < 2:
            await asyncio.sleep(0.02)
            broker.tick()
        status = subscription.status()
        pushing.cancel()
    return status
