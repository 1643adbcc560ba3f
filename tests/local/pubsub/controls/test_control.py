import base64
import time

import pytest
import urllib3

from local.pubsub import (
    Control,
    ControlError,
    EmbeddedPubSub,
    NotDrainedError,
    SubscriptionFaults,
    TopicFaults,
)
from tests.local.pubsub.bench import Bench, eventually
from tests.local.pubsub.receiver import Push, Receiver


def pushing(own: Bench, topic: str, url: str, name: str = "pushing") -> str:
    return own.subscription(topic, name, push_config={"push_endpoint": url})


def test_a_subscriptions_counts_follow_its_messages(own: Bench, control: Control) -> None:
    topic = own.topic()
    subscription = own.subscription(topic)
    own.publish(topic, *[b"x"] * 5)
    received = own.pull(subscription, wanted=4)
    own.ack(subscription, received[:2])
    own.modify_deadline(subscription, received[2:3], 0)
    status = control.subscription(subscription)
    assert (status.name, status.topic, status.push_endpoint) == (subscription, topic, "")
    assert (status.published, status.acked, status.nacked, status.expired) == (5, 2, 1, 0)
    assert (status.outstanding, status.backlog, status.unacked) == (1, 2, 3)
    assert 0 < status.oldest_unacked_age < 60


def test_everything_is_listed(own: Bench, control: Control) -> None:
    topic = own.topic()
    subscription = own.subscription(topic)
    own.publish(topic, b"1", b"2")
    assert [status.published for status in control.topics() if status.name == topic] == [2]
    assert control.topic(topic).published == 2
    assert [status.backlog for status in control.subscriptions() if status.name == subscription] == [2]


def test_a_receiver_can_be_sent_everything_twice(own: Bench, control: Control) -> None:
    topic = own.topic()
    with Receiver() as receiver:
        subscription = pushing(own, topic, receiver.url)
        control.set_subscription_faults(subscription, SubscriptionFaults(duplicate=True))
        ids = own.publish(topic, b"1", b"2", b"3")
        control.wait_until_drained([subscription])
        assert receiver.deliveries() == dict.fromkeys(ids, 2)
        control.clear_subscription_faults(subscription)
        own.publish(topic, b"4")
        control.wait_until_drained([subscription])
        assert len(receiver.pushes) == 7


def test_pushes_can_be_refused_before_they_reach_the_endpoint(own: Bench, control: Control) -> None:
    topic = own.topic()
    with Receiver() as receiver:
        subscription = pushing(own, topic, receiver.url)
        control.set_subscription_faults(subscription, SubscriptionFaults(refuse_count=3))
        own.publish(topic, b"x")
        control.wait_until_drained([subscription])
        assert len(receiver.pushes) == 1
    status = control.subscription(subscription)
    assert (status.nacked, status.acked) == (3, 1)
    assert status.faults == SubscriptionFaults()


def test_messages_can_be_delayed(own: Bench, control: Control) -> None:
    topic = own.topic()
    subscription = own.subscription(topic)
    control.set_subscription_faults(subscription, SubscriptionFaults(delay=0.4))
    own.publish(topic, b"x")
    assert own.is_quiet(subscription)
    assert len(own.pull(subscription)) == 1


def test_messages_can_be_reordered(own: Bench, control: Control) -> None:
    topic = own.topic()
    with Receiver() as receiver:
        subscription = pushing(own, topic, receiver.url)
        control.set_subscription_faults(subscription, SubscriptionFaults(reorder=0.5))
        own.publish(topic, *(b"%d" % number for number in range(50)))
        control.wait_until_drained([subscription])
        order = [int(base64.b64decode(push.message["data"])) for push in receiver.pushes]
    assert order != sorted(order)
    assert sorted(order) == list(range(50))


def test_publishing_can_be_refused_and_googles_client_retries_it(own: Bench, control: Control) -> None:
    topic = own.topic()
    subscription = own.subscription(topic)
    control.set_topic_faults(topic, TopicFaults(unavailable_count=2))
    own.publish(topic, b"in the end")
    assert control.topic(topic).refused == 2
    assert len(own.pull(subscription)) == 1


def test_publishing_can_be_refused_until_it_is_allowed(own: Bench, control: Control) -> None:
    topic = own.topic()
    control.set_topic_faults(topic, TopicFaults(unavailable_seconds=3600))
    future = own.publisher.publish(topic, b"x")
    eventually(lambda: control.topic(topic).refused)
    assert not future.done()
    control.clear_topic_faults(topic)
    assert future.result(timeout=60)


def test_drained_means_every_push_subscription_at_one_moment(own: Bench, control: Control) -> None:
    """A receiver that publishes on before it acknowledges is followed through the chain."""
    first, second = own.topic("first"), own.topic("second")

    def publish_on(push: Push) -> int:
        time.sleep(0.05)
        own.publish(second, base64.b64decode(push.message["data"]))
        return 204

    with Receiver(publish_on) as forwarding, Receiver() as last:
        pushing(own, first, forwarding.url, "forwarding")
        pushing(own, second, last.url, "last")
        own.subscription(second, "pulls-are-not-waited-for")
        own.publish(first, *[b"x"] * 20)
        control.wait_until_drained()
        assert len(last.pushes) == 20


def test_what_is_not_drained_is_named(own: Bench, control: Control) -> None:
    topic = own.topic()
    subscription = own.subscription(topic)
    own.publish(topic, b"1", b"2")
    with pytest.raises(NotDrainedError, match=f"{subscription}: 2"):
        control.wait_until_drained([subscription], timeout=0.1)


def test_unknown_names_are_refused(own: Bench, control: Control) -> None:
    with pytest.raises(ControlError, match=r"404.*Subscription does not exist"):
        control.subscription(f"{own.project}/subscriptions/missing")
    with pytest.raises(ControlError, match=r"404.*Topic not found"):
        control.set_topic_faults(f"{own.project}/topics/missing", TopicFaults())
    with pytest.raises(ControlError, match="404"):
        control.wait_until_drained([f"{own.project}/subscriptions/missing"])


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"{", "truncated"),
        (b'{"refuse_share": 2}', "refuse_share"),
        (b'{"delay": -1}', "delay"),
        (b'{"duplicates": true}', "duplicates"),
    ],
)
def test_a_bad_command_is_refused_with_its_reason(
    own: Bench, broker: EmbeddedPubSub, body: bytes, problem: str
) -> None:
    subscription = own.subscription(own.topic())
    answer = urllib3.request("PUT", f"{broker.control_url}/{subscription}/faults", body=body)
    assert answer.status == 400
    assert problem in answer.json()["error"]
