import base64
import time
from collections.abc import Iterator

import pytest
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.types import PubsubMessage

from tests.local.pubsub.bench import Bench, eventually
from tests.local.pubsub.differences import differs
from tests.local.pubsub.receiver import Push, Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def pushing(bench: Bench, topic: str, url: str, name: str = "pushing", **push_config: object) -> str:
    return bench.subscription(topic, name, push_config={"push_endpoint": url, **push_config})


def test_a_push_is_the_documented_envelope(bench: Bench, receiver: Receiver) -> None:
    topic = bench.topic()
    subscription = pushing(bench, topic, receiver.url)
    (message_id,) = bench.publish(topic, b"caf\xc3\xa9", kind="event")
    eventually(lambda: receiver.pushes)
    (push,) = receiver.pushes
    assert push.headers["content-type"] == "application/json"
    assert push.envelope["subscription"] == subscription
    assert base64.b64decode(push.message["data"]) == b"caf\xc3\xa9"
    assert push.message["attributes"] == {"kind": "event"}
    assert push.message["messageId"] == push.message["message_id"] == message_id
    assert push.message["publishTime"] == push.message["publish_time"]
    assert len(push.message["publishTime"]) == len("2026-02-26T19:13:55.749Z")
    assert "deliveryAttempt" not in push.envelope
    assert "orderingKey" not in push.message


@differs("empty data and attributes are sent as empty values")
def test_what_is_empty_is_left_out_of_the_envelope(bench: Bench, receiver: Receiver) -> None:
    topic = bench.topic()
    pushing(bench, topic, receiver.url)
    PublisherClient.publish(bench.publisher, topic=topic, messages=[PubsubMessage(attributes={"only": "this"})])
    eventually(lambda: receiver.pushes)
    assert "data" not in receiver.pushes[0].message
    bench.publish(topic, b"only this")
    eventually(lambda: len(receiver.pushes) == 2)
    assert "attributes" not in receiver.pushes[1].message


@differs("push carries no orderingKey")
def test_a_push_carries_the_ordering_key(bench: Bench, receiver: Receiver) -> None:
    topic = bench.topic()
    pushing(bench, topic, receiver.url)
    message = PubsubMessage(data=b"x", ordering_key="person-7")
    PublisherClient.publish(bench.publisher, topic=topic, messages=[message])
    eventually(lambda: receiver.pushes)
    assert receiver.pushes[0].message["orderingKey"] == "person-7"


@differs("push carries no deliveryAttempt")
def test_a_push_counts_attempts_where_a_dead_letter_policy_is_set(bench: Bench) -> None:
    topic = bench.topic()
    with Receiver(lambda _push: 204 if len(endpoint.pushes) == 3 else 500) as endpoint:
        bench.subscription(
            topic, push_config={"push_endpoint": endpoint.url}, dead_letter_policy={"dead_letter_topic": topic}
        )
        bench.publish(topic, b"x")
        eventually(lambda: len(endpoint.pushes) == 3)
    assert [push.envelope["deliveryAttempt"] for push in endpoint.pushes] == [1, 2, 3]


def check_deliveries(bench: Bench, expected: dict[int, int]) -> None:
    """Check how often a message is pushed whose first push gets the status, and every other one 204."""
    topic = bench.topic()

    def status_then_204(push: Push) -> int:
        again = endpoint.deliveries()[push.message["messageId"]] > 1
        return 204 if again else int(push.message["attributes"]["status"])

    with Receiver(status_then_204) as endpoint:
        subscription = pushing(bench, topic, endpoint.url)
        ids = {status: bench.publish(topic, b"x", status=str(status))[0] for status in expected}
        eventually(lambda: len(endpoint.pushes) >= sum(expected.values()))
        time.sleep(0.2 if bench.is_embedded else 1.5)  # Google's emulator begins a round of retries once a second
        bench.subscriber.modify_push_config(request={"subscription": subscription, "push_config": {}})
        assert bench.is_quiet(subscription)
        assert {status: endpoint.deliveries()[message_id] for status, message_id in ids.items()} == expected


def test_success_acknowledges(bench: Bench) -> None:
    check_deliveries(bench, dict.fromkeys((102, 200, 201, 204), 1))


def test_everything_else_brings_the_message_back(bench: Bench) -> None:
    check_deliveries(bench, dict.fromkeys((205, 206, 301, 400, 404, 429, 500, 503), 2))


@differs("202 brings the message back and 203 acknowledges it")
def test_202_acknowledges_and_203_does_not(bench: Bench) -> None:
    check_deliveries(bench, {202: 1, 203: 2})


def test_a_service_that_restarts_gets_the_message_when_it_is_back(bench: Bench) -> None:
    topic = bench.topic()
    with Receiver() as gone:
        port = gone.port
    pushing(bench, topic, gone.url)
    bench.publish(topic, b"waiting")
    with Receiver(port=port) as receiver:
        eventually(lambda: receiver.pushes)


def test_unwrapped_the_data_is_the_body(bench: Bench, receiver: Receiver) -> None:
    topic = bench.topic()
    pushing(bench, topic, receiver.url, no_wrapper={"write_metadata": False})
    bench.publish(topic, b"\x00raw", kind="event")
    eventually(lambda: receiver.pushes)
    assert receiver.pushes[0].body == b"\x00raw"
    assert "kind" not in receiver.pushes[0].headers
    assert not [name for name in receiver.pushes[0].headers if name.startswith("x-goog-pubsub")]


def test_unwrapped_with_metadata_the_rest_is_in_headers(bench: Bench, receiver: Receiver) -> None:
    topic = bench.topic()
    subscription = pushing(bench, topic, receiver.url, no_wrapper={"write_metadata": True})
    (message_id,) = bench.publish(topic, b"raw", kind="event")
    eventually(lambda: receiver.pushes)
    headers = receiver.pushes[0].headers
    assert receiver.pushes[0].body == b"raw"
    assert headers["kind"] == "event"
    assert headers["x-goog-pubsub-message-id"] == message_id
    assert headers["x-goog-pubsub-subscription-name"] == subscription
    assert headers["x-goog-pubsub-publish-time"].endswith("Z")


def test_without_an_endpoint_the_subscription_pauses_and_its_messages_wait(bench: Bench, receiver: Receiver) -> None:
    topic = bench.topic()
    subscription = pushing(bench, topic, receiver.url)
    bench.subscriber.modify_push_config(request={"subscription": subscription, "push_config": {}})
    bench.publish(topic, b"kept")
    time.sleep(0.2)
    assert not receiver.pushes
    resumed = {"subscription": subscription, "push_config": {"push_endpoint": receiver.url}}
    bench.subscriber.modify_push_config(request=resumed)
    eventually(lambda: receiver.pushes)
    assert base64.b64decode(receiver.pushes[0].message["data"]) == b"kept"


def test_each_push_subscription_gets_every_message(bench: Bench, receiver: Receiver) -> None:
    topic = bench.topic()
    names = {pushing(bench, topic, receiver.url, name) for name in ("first", "second")}
    bench.publish(topic, b"x")
    eventually(lambda: {push.envelope["subscription"] for push in receiver.pushes} == names)


@differs("2 pushes are outstanding at most", asserted=False)
def test_many_pushes_are_outstanding_at_once(bench: Bench) -> None:
    topic = bench.topic()
    with Receiver(hold=True) as receiver:
        pushing(bench, topic, receiver.url)
        bench.publish(topic, *[b"x"] * 300)
        eventually(lambda: receiver.open == 256)
        receiver.release()
        eventually(lambda: len(receiver.pushes) == 300)
        assert receiver.most_open == 256
