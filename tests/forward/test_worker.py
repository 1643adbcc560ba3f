"""Pull mode answers messages as push mode does: over the embedded Pub/Sub, over Google's own transport."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from forward.worker import WorkerSettings
from local.clients import PubSubClients
from local.provision import provision
from local.pubsub import Control, EmbeddedPubSub, SubscriptionFaults
from omnicapi.errors import BadSettings
from omnicapi.intake.pulling import Pulling as Started
from omnicapi.intake.pulling import connect, pull
from omnicapi.settings import load
from omnicapi.topology import PIPELINE, DeadLetterPolicy, RetryPolicy, Subscription, Topology
from tests.forward.fakes import PROJECT, MemoryMeta, Stage, refused, signal, stage

SUBSCRIPTION = f"projects/{PROJECT}/subscriptions/signals-pull"


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedPubSub]:
    with EmbeddedPubSub() as broker:
        yield broker


@pytest.fixture
def clients(broker: EmbeddedPubSub) -> Iterator[PubSubClients]:
    """Clients of a broker with a pull subscription, whose retries are quick, and nothing in it."""
    topology = Topology(
        topics=("signals", "signals-dead-letter"),
        subscriptions=(
            Subscription(
                "signals-pull",
                "signals",
                retry=RetryPolicy().scaled(0.005),
                dead_letter=DeadLetterPolicy("signals-dead-letter"),
            ),
        ),
        notification=PIPELINE.notification,
    )
    with PubSubClients(broker.endpoint) as clients:
        provision(topology, clients, PROJECT, {})
        yield clients
        clients.subscriber.delete_subscription(subscription=SUBSCRIPTION)
        for topic in topology.topics:
            clients.publisher.delete_topic(topic=clients.publisher.topic_path(PROJECT, topic))


@pytest.fixture
def control(broker: EmbeddedPubSub) -> Control:
    return Control(broker.control_url)


def start_pulling(a: Stage, clients: PubSubClients, subscription: str = "signals-pull") -> Started:
    receive = a.forward.intake.receive
    return pull(receive, lambda: connect(clients.address), PROJECT, subscription, 64, 20_000_000)


def publish(clients: PubSubClients, *signals: dict[str, Any], size: int = 1) -> None:
    topic = clients.publisher.topic_path(PROJECT, "signals")
    parts = [signals[start : start + size] for start in range(0, len(signals), size)]
    for future in [clients.publisher.publish(topic, msgspec.json.encode(part)) for part in parts]:
        future.result(timeout=10)


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def pulling(clients: PubSubClients) -> Iterator[Callable[[Stage], Started]]:
    """Start pulling for a stage; everything started ends with the test."""
    started: list[Started] = []

    def start(a: Stage) -> Started:
        started.append(start_pulling(a, clients))
        return started[-1]

    yield start
    for future in started:
        future.cancel()
        future.result(timeout=10)


Pulling = Callable[[Stage], Started]


def test_messages_are_pulled_sent_in_batches_and_acknowledged(
    clients: PubSubClients, control: Control, pulling: Pulling
) -> None:
    a = stage(batch_linger=0.05)
    pulling(a)
    publish(clients, *(signal(f"e{number}") for number in range(1000)), size=10)
    until(lambda: len(a.meta.taken) == 1000)
    control.wait_until_drained([SUBSCRIPTION], timeout=10)
    assert len(a.meta.requests) < 20
    assert len(a.pubsub.outcomes()) == 1000


def test_what_is_undecided_comes_again_and_what_is_decided_is_not_sent_again(
    clients: PubSubClients, control: Control, pulling: Pulling
) -> None:
    meta = MemoryMeta(bad={"e7": (100, 2804003)})
    meta.script.extend([refused(2, status=500), refused(None, status=502), lambda: None, refused(4)])
    a = stage(meta, probe_interval=0.1)
    pulling(a)
    publish(clients, *(signal(f"e{number}") for number in range(40)), size=4)
    control.wait_until_drained([SUBSCRIPTION], timeout=20)
    assert sorted(meta.taken) == sorted(f"e{number}" for number in range(40) if number != 7)
    assert len(a.pubsub.dead_letters()) == 1


def test_a_message_delivered_twice_is_sent_once(clients: PubSubClients, control: Control, pulling: Pulling) -> None:
    control.set_subscription_faults(SUBSCRIPTION, SubscriptionFaults(duplicate=True))
    a = stage()
    pulling(a)
    publish(clients, *(signal(f"e{number}") for number in range(50)))
    control.wait_until_drained([SUBSCRIPTION], timeout=10)
    assert sorted(a.meta.taken) == sorted(f"e{number}" for number in range(50))
    assert [verdict for _, verdict, _ in a.pubsub.fates()] == ["sent"] * 50


def test_what_is_no_signal_is_nacked_and_the_log_does_not_quote_it(
    clients: PubSubClients, control: Control, pulling: Pulling, caplog: pytest.LogCaptureFixture
) -> None:
    a = stage()
    future = pulling(a)
    topic = clients.publisher.topic_path(PROJECT, "signals")
    clients.publisher.publish(topic, b'{"em":"jane@example.com"}').result(timeout=10)
    until(lambda: any("not acknowledged" in record.message for record in caplog.records))
    assert not future.done()
    assert control.subscription(SUBSCRIPTION).unacked == 1
    assert "jane" not in " ".join(str(record.__dict__) for record in caplog.records)


def test_stopping_answers_what_is_in_hand(clients: PubSubClients, control: Control, pulling: Pulling) -> None:
    meta = MemoryMeta()
    meta.script.append(lambda: time.sleep(0.5))
    a = stage(meta)
    future = pulling(a)
    publish(clients, signal("a"))
    until(lambda: bool(meta.requests))
    future.cancel()
    future.result(timeout=10)
    assert meta.taken == ["a"]
    assert control.subscription(SUBSCRIPTION).unacked == 0


def test_a_missing_subscription_ends_the_worker(clients: PubSubClients) -> None:
    future = start_pulling(stage(), clients, "no-such")
    with pytest.raises(Exception, match="no-such"):
        future.result(timeout=10)


def test_the_worker_has_the_services_settings_and_its_own() -> None:
    environment = {
        "GOOGLE_CLOUD_PROJECT": "p",
        "PULL_MESSAGES": "500",
        "SIGNALS_SUBSCRIPTION": "s",
        "BATCH_LINGER": "1",
    }
    loaded = load(WorkerSettings, environment)
    assert (loaded.pull_messages, loaded.signals_subscription, loaded.batch_linger) == (500, "s", 1.0)
    with pytest.raises(BadSettings, match="PULL_MESSAGES"):
        load(WorkerSettings, {**environment, "PULL_MESSAGES": "0"})
