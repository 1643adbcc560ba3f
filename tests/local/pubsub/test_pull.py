import threading
import time

import pytest
from google.api_core.exceptions import InvalidArgument, NotFound

from local.pubsub.api import subscriber
from tests.local.pubsub.bench import Bench, retry_policy
from tests.local.pubsub.differences import differs


def test_what_is_acknowledged_never_comes_again(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, b"1", b"2", b"3")
    received = bench.pull(subscription, wanted=3)
    bench.ack(subscription, received)
    bench.ack(subscription, received)  # a second time is no error
    assert bench.is_quiet(subscription)


def test_what_is_leased_goes_to_nobody_else(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, b"1", b"2")
    assert len(bench.pull(subscription, wanted=2)) == 2
    assert bench.is_quiet(subscription)


def test_a_nack_brings_the_message_back_at_once_with_another_ack_id(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    (message_id,) = bench.publish(topic, b"again")
    first = bench.pull(subscription)
    bench.modify_deadline(subscription, first, 0)
    (second,) = bench.pull(subscription)
    assert second.message.message_id == message_id
    assert second.ack_id != first[0].ack_id


def test_a_message_comes_back_when_its_deadline_has_passed(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, b"late")
    bench.modify_deadline(subscription, bench.pull(subscription), 1)
    assert bench.is_quiet(subscription)
    assert len(bench.pull(subscription)) == 1


@differs("the first retry comes at once, whatever the retry policy")
def test_a_retry_policy_holds_a_failed_message_back(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic, retry_policy=retry_policy(0.5, 10))
    bench.publish(topic, b"slowly")
    bench.modify_deadline(subscription, bench.pull(subscription), 0)
    assert bench.is_quiet(subscription)
    assert len(bench.pull(subscription)) == 1


def test_attempts_are_counted_where_a_dead_letter_policy_is_set(bench: Bench) -> None:
    topic = bench.topic()
    plain = bench.subscription(topic, "plain")
    counting = bench.subscription(topic, "counting", dead_letter_policy={"dead_letter_topic": topic})
    bench.publish(topic, b"count")
    attempts: dict[str, list[int]] = {plain: [], counting: []}
    for _ in range(3):
        for subscription, counted in attempts.items():
            received = bench.pull(subscription)
            counted.append(received[0].delivery_attempt)
            bench.modify_deadline(subscription, received, 0)
    assert attempts == {plain: [0, 0, 0], counting: [1, 2, 3]}


@differs("one response holds more than the 4 MiB that Google's client accepts from an emulator")
def test_large_messages_come_in_responses_that_the_client_accepts(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, *[b"x" * 900_000] * 8)
    assert len(bench.pull(subscription, wanted=8)) == 8


def test_a_pull_waits_for_a_message(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    publishing = threading.Timer(0.3, bench.publish, (topic, b"came later"))
    publishing.start()
    assert [received.message.data for received in bench.pull(subscription)] == [b"came later"]
    publishing.join()


@pytest.mark.filterwarnings("ignore:The return_immediately flag:DeprecationWarning")
def test_a_pull_that_shall_return_immediately_does(bench: Bench) -> None:
    subscription = bench.subscription(bench.topic())
    request = {"subscription": subscription, "max_messages": 1, "return_immediately": True}
    started = time.monotonic()
    assert not bench.subscriber.pull(request=request).received_messages
    assert time.monotonic() - started < 1


def test_the_wait_of_a_pull_is_bounded(own: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = own.subscription(own.topic())
    monkeypatch.setattr(subscriber, "PULL_WAIT", 0.1)
    answer = own.subscriber.pull(request={"subscription": subscription, "max_messages": 1}, retry=None, timeout=5)
    assert not answer.received_messages


def test_a_pull_names_how_many_it_wants(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, *[b"x"] * 5)
    answer = bench.subscriber.pull(request={"subscription": subscription, "max_messages": 2})
    assert 1 <= len(answer.received_messages) <= 2
    with pytest.raises(InvalidArgument):
        bench.subscriber.pull(request={"subscription": subscription, "max_messages": 0})


def test_ack_ids_must_be_given_and_be_this_subscriptions(bench: Bench) -> None:
    subscription = bench.subscription(bench.topic())
    for ack_ids in ([], ["nonsense"]):
        with pytest.raises(InvalidArgument):
            bench.subscriber.acknowledge(request={"subscription": subscription, "ack_ids": ack_ids})
        request = {"subscription": subscription, "ack_ids": ack_ids, "ack_deadline_seconds": 10}
        with pytest.raises(InvalidArgument):
            bench.subscriber.modify_ack_deadline(request=request)


def test_a_deadline_is_not_negative(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, b"x")
    with pytest.raises(InvalidArgument):
        bench.modify_deadline(subscription, bench.pull(subscription), -1)


@differs("an ack deadline can be moved by more than 600 s")
def test_a_deadline_is_at_most_600_seconds_away(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, b"x")
    with pytest.raises(InvalidArgument):
        bench.modify_deadline(subscription, bench.pull(subscription), 601)


def test_an_unknown_subscription_is_not_found(bench: Bench) -> None:
    missing = f"{bench.project}/subscriptions/missing"
    with pytest.raises(NotFound):
        bench.subscriber.pull(request={"subscription": missing, "max_messages": 1})
    with pytest.raises(NotFound):
        bench.subscriber.acknowledge(request={"subscription": missing, "ack_ids": ["x"]})
