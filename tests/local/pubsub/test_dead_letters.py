import pytest

from tests.local.pubsub.bench import Bench
from tests.local.pubsub.receiver import Receiver


def fail(bench: Bench, subscription: str, times: int) -> None:
    for _ in range(times):
        received = bench.pull(subscription)
        assert received
        bench.modify_deadline(subscription, received, 0)


def test_after_so_many_failures_a_message_moves_to_the_dead_letter_topic(bench: Bench) -> None:
    topic, dead = bench.topic(), bench.topic("events-dead-letter")
    replay = bench.subscription(dead, "replay")
    worker = bench.subscription(
        topic, "worker", dead_letter_policy={"dead_letter_topic": dead, "max_delivery_attempts": 5}
    )
    (message_id,) = bench.publish(topic, b"poison", kind="event")
    fail(bench, worker, times=4)
    assert bench.is_quiet(replay)
    fail(bench, worker, times=1)
    assert bench.is_quiet(worker)
    (letter,) = bench.pull(replay)
    assert letter.message.data == b"poison"
    assert letter.message.message_id != message_id
    attributes = dict(letter.message.attributes)
    assert attributes.pop("CloudPubSubDeadLetterSourceTopicPublishTime").endswith("Z")
    assert attributes == {
        "kind": "event",
        "CloudPubSubDeadLetterSourceDeliveryCount": "5",
        "CloudPubSubDeadLetterSourceSubscription": "worker",
        "CloudPubSubDeadLetterSourceSubscriptionProject": bench.project.partition("/")[2],
    }


def test_an_endpoint_that_fails_counts_as_well(bench: Bench) -> None:
    topic, dead = bench.topic(), bench.topic("events-dead-letter")
    replay = bench.subscription(dead, "replay")
    with Receiver(lambda _push: 500) as receiver:
        bench.subscription(
            topic, push_config={"push_endpoint": receiver.url}, dead_letter_policy={"dead_letter_topic": dead}
        )
        bench.publish(topic, b"poison")
        (letter,) = bench.pull(replay)
        assert len(receiver.pushes) == 5
    assert letter.message.attributes["CloudPubSubDeadLetterSourceDeliveryCount"] == "5"


def test_a_dead_letter_topic_without_a_subscription_loses_the_message(bench: Bench) -> None:
    topic, dead = bench.topic(), bench.topic("events-dead-letter")
    worker = bench.subscription(topic, dead_letter_policy={"dead_letter_topic": dead})
    bench.publish(topic, b"lost")
    fail(bench, worker, times=5)
    assert bench.is_quiet(worker)
    assert bench.is_quiet(bench.subscription(dead, "too-late"))


def test_without_its_dead_letter_topic_a_message_is_tried_on(own: Bench) -> None:
    topic, dead = own.topic(), own.topic("events-dead-letter")
    worker = own.subscription(topic, dead_letter_policy={"dead_letter_topic": dead})
    own.publish(topic, b"kept")
    own.publisher.delete_topic(request={"topic": dead})
    fail(own, worker, times=6)
    assert own.pull(worker)[0].delivery_attempt == 7


@pytest.mark.parametrize("attempts", [5, 8])
def test_the_limit_can_be_changed_while_messages_fail(bench: Bench, attempts: int) -> None:
    topic, dead = bench.topic(), bench.topic("events-dead-letter")
    replay = bench.subscription(dead, "replay")
    policy = {"dead_letter_topic": dead, "max_delivery_attempts": 100}
    worker = bench.subscription(topic, dead_letter_policy=policy)
    bench.publish(topic, b"x")
    fail(bench, worker, times=4)
    bench.subscriber.update_subscription(
        request={
            "subscription": {"name": worker, "dead_letter_policy": policy | {"max_delivery_attempts": attempts}},
            "update_mask": {"paths": ["dead_letter_policy"]},
        }
    )
    fail(bench, worker, times=attempts - 4)
    assert bench.is_quiet(worker)
    assert len(bench.pull(replay)) == 1
