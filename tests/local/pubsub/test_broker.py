import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.pubsub.api.proto import PubsubMessage, Topic
from local.pubsub.api.proto import Subscription as Resource
from local.pubsub.broker import Broker
from local.pubsub.clock import Clock
from local.pubsub.errors import UnavailableError
from local.pubsub.faults import SubscriptionFaults, TopicFaults
from local.pubsub.flow import FlowControl
from local.pubsub.leases import Delivery
from local.pubsub.subscription import Subscription

START = datetime(2026, 2, 26, 19, 13, 55, 749_999, tzinfo=UTC)
TOPIC = "projects/test/topics/events"
DEAD = "projects/test/topics/dead"


class World:
    """A broker in a time of its own."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.broker = Broker(Clock(lambda: self.now, self.utc), random.Random(7))
        for name in (TOPIC, DEAD):
            self.broker.create_topic(Topic(name=name))

    def utc(self) -> datetime:
        return START + timedelta(seconds=self.now - 1000)

    def subscription(self, name: str = "worker", topic: str = TOPIC, **fields: Any) -> Subscription:
        full = f"projects/test/subscriptions/{name}"
        return self.broker.create_subscription(Resource(name=full, topic=topic, **fields))

    def publish(self, *bodies: bytes, **attributes: str) -> list[str]:
        messages = [PubsubMessage(data=body, attributes=attributes) for body in bodies]
        return self.broker.publish(TOPIC, messages, size=1)


@pytest.fixture
def world() -> World:
    return World()


def leased(subscription: Subscription, limit: int = 1000) -> list[Delivery]:
    return subscription.lease(FlowControl(), limit)


def nack(subscription: Subscription, delivery: Delivery) -> None:
    subscription.modify_deadline([delivery.ack_id], 0)


def test_a_publish_time_is_utc_to_the_millisecond(world: World) -> None:
    subscription = world.subscription()
    world.publish(b"x")
    assert leased(subscription)[0].message.publish_time == START.replace(microsecond=749_000)


def test_ids_differ_between_messages_and_between_brokers_started_one_after_the_other(world: World) -> None:
    before = world.publish(b"1", b"2")
    later = World()
    later.now += 1
    restarted = Broker(Clock(lambda: later.now, later.utc), random.Random())
    restarted.create_topic(Topic(name=TOPIC))
    after = restarted.publish(TOPIC, [PubsubMessage(data=b"3")], size=1)
    assert len({*before, *after}) == 3


def test_a_lease_lasts_the_ack_deadline_of_its_subscription(world: World) -> None:
    subscription = world.subscription(ack_deadline_seconds=20)
    world.publish(b"x")
    leased(subscription)
    world.now += 19.9
    assert leased(subscription) == []
    world.now += 0.1
    assert [delivery.attempt for delivery in leased(subscription)] == [2]
    assert subscription.status().expired == 1


def test_a_dead_letter_tells_where_it_comes_from(world: World) -> None:
    source = world.subscription(dead_letter_policy={"dead_letter_topic": DEAD, "max_delivery_attempts": 6})
    replay = world.subscription("replay", DEAD)
    world.publish(b"poison", kind="event")
    for attempt in range(1, 7):
        (delivery,) = leased(source)
        assert delivery.attempt == attempt
        nack(source, delivery)
    (letter,) = leased(replay)
    assert letter.message.data == b"poison"
    assert letter.message.attributes == {
        "kind": "event",
        "CloudPubSubDeadLetterSourceDeliveryCount": "6",
        "CloudPubSubDeadLetterSourceSubscription": "worker",
        "CloudPubSubDeadLetterSourceSubscriptionProject": "test",
        "CloudPubSubDeadLetterSourceTopicPublishTime": "2026-02-26T19:13:55.749Z",
    }
    assert (source.status().dead_lettered, source.status().unacked) == (1, 0)


def test_expired_deadlines_count_as_attempts_even_when_nobody_asks(world: World) -> None:
    source = world.subscription(dead_letter_policy={"dead_letter_topic": DEAD, "max_delivery_attempts": 5})
    replay = world.subscription("replay", DEAD)
    world.publish(b"poison")
    for _ in range(5):
        assert leased(source)
        world.now += 10
        world.broker.tick()
    assert replay.status().backlog == 1
    assert source.status().expired == 5


def test_a_message_that_just_became_a_dead_letter_is_counted_once(world: World) -> None:
    replay = world.subscription("replay", DEAD)
    source = world.subscription(dead_letter_policy={"dead_letter_topic": DEAD, "max_delivery_attempts": 5})
    world.publish(b"poison")
    for _ in range(5):
        assert leased(source)
        world.now += 10
    unacked = {status.name: status.unacked for status in world.broker.statuses()}
    assert unacked == {replay.name: 1, source.name: 0}


def test_a_retry_policy_delays_each_message_by_its_own_failures(world: World) -> None:
    policy = {"minimum_backoff": {"seconds": 10}, "maximum_backoff": {"seconds": 15}}
    subscription = world.subscription(retry_policy=policy)
    world.publish(b"fails")
    waited = []
    for _ in range(3):
        nack(subscription, leased(subscription)[0])
        failed = world.now
        while subscription.status().backlog and not (again := leased(subscription)):
            world.now += 0.5
        waited.append(world.now - failed)
        nack(subscription, again[0])
        world.publish(b"fresh")
        (fresh,) = leased(subscription)
        subscription.ack([fresh.ack_id])
        world.now += 15
    assert waited == [10, 15, 15]


@given(
    published=st.integers(0, 8),
    faults=st.builds(SubscriptionFaults, duplicate=st.booleans(), delay=st.floats(0, 9), reorder=st.floats(0, 9)),
)
def test_with_any_faults_every_message_still_comes(published: int, faults: SubscriptionFaults) -> None:
    world = World()
    subscription = world.subscription()
    subscription.faults = faults
    ids = [world.publish(b"x")[0] for _ in range(published)]
    got = []
    for _ in range(30):
        deliveries = leased(subscription)
        got += [delivery.message.id for delivery in deliveries]
        subscription.ack([delivery.ack_id for delivery in deliveries])
        world.now += 1
    assert sorted(got) == sorted(ids * (2 if faults.duplicate else 1))
    status = subscription.status()
    assert (status.published, status.acked, status.unacked) == (len(got), len(got), 0)


def test_a_delay_holds_messages_back(world: World) -> None:
    subscription = world.subscription()
    subscription.faults = SubscriptionFaults(delay=5)
    world.publish(b"x")
    assert leased(subscription) == []
    world.now += 5
    assert len(leased(subscription)) == 1


def test_reordered_messages_overtake_each_other(world: World) -> None:
    subscription = world.subscription()
    subscription.faults = SubscriptionFaults(reorder=10)
    ids = world.publish(*(b"%d" % number for number in range(20)))
    got: list[str] = []
    while len(got) < 20:
        got += [delivery.message.id for delivery in leased(subscription)]
        world.now += 0.1
    assert got != ids
    assert sorted(got) == sorted(ids)


def test_pushes_are_refused_so_many_times(world: World) -> None:
    subscription = world.subscription()
    subscription.faults = SubscriptionFaults(refuse_count=2)
    assert [subscription.refuses_push() for _ in range(4)] == [True, True, False, False]
    assert subscription.faults == SubscriptionFaults()


def test_a_share_of_the_pushes_is_refused(world: World) -> None:
    subscription = world.subscription()
    subscription.faults = SubscriptionFaults(refuse_share=0.25)
    refused = sum(subscription.refuses_push() for _ in range(4000))
    assert 800 < refused < 1200


def test_publish_requests_are_refused_so_many_times(world: World) -> None:
    topic = world.broker.topic(TOPIC)
    topic.faults = TopicFaults(unavailable_count=2)
    for _ in range(2):
        with pytest.raises(UnavailableError):
            world.publish(b"x")
    world.publish(b"x")
    assert (topic.status().published, topic.status().refused) == (1, 2)


def test_publish_requests_are_refused_for_a_while(world: World) -> None:
    topic = world.broker.topic(TOPIC)
    topic.faults = TopicFaults(unavailable_seconds=5)
    world.now += 4
    with pytest.raises(UnavailableError):
        world.publish(b"x")
    assert topic.faults == TopicFaults(unavailable_seconds=1)
    world.now += 1
    world.publish(b"x")
    assert topic.faults == TopicFaults()
