import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud import pubsub_v1
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.types import PubsubMessage

from tests.local.pubsub.bench import PATIENCE, Backend, Bench
from tests.local.pubsub.differences import differs


def publish_once(bench: Bench, topic: str, *messages: PubsubMessage) -> list[str]:
    """One request with exactly these messages, past the client's own batching and checks."""
    request = {"topic": topic, "messages": messages}
    return list(PublisherClient.publish(bench.publisher, request=request, retry=None).message_ids)


def test_every_subscription_gets_every_message_as_it_was_published(bench: Bench) -> None:
    topic = bench.topic()
    first, second = bench.subscription(topic, "first"), bench.subscription(topic, "second")
    (message_id,) = bench.publish(topic, "völlig".encode(), kind="event", channel="gtm")
    for subscription in (first, second):
        (received,) = bench.pull(subscription)
        assert received.message.data == "völlig".encode()
        assert dict(received.message.attributes) == {"kind": "event", "channel": "gtm"}
        assert received.message.message_id == message_id
        assert received.message.publish_time.timestamp() > 0


def test_a_subscription_gets_nothing_from_before_its_creation(bench: Bench) -> None:
    topic = bench.topic()
    bench.publish(topic, b"before")
    subscription = bench.subscription(topic)
    bench.publish(topic, b"after")
    assert [received.message.data for received in bench.pull(subscription)] == [b"after"]
    assert bench.is_quiet(subscription)


def test_each_message_of_a_request_gets_an_id_of_its_own(bench: Bench) -> None:
    topic = bench.topic()
    ids = publish_once(bench, topic, *(PubsubMessage(data=b"%d" % number) for number in range(1000)))
    assert len(set(ids)) == 1000


def test_the_clients_batches_arrive_whole(backend: Backend, bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PUBSUB_EMULATOR_HOST", backend.endpoint)
        batching = pubsub_v1.types.BatchSettings(max_messages=100, max_bytes=1_000_000, max_latency=0.05)
        publisher = pubsub_v1.PublisherClient(batching)
    futures = [publisher.publish(topic, b"%d" % number) for number in range(500)]
    assert len({future.result(timeout=PATIENCE) for future in futures}) == 500
    publisher.stop()
    bodies = {received.message.data for received in bench.pull(subscription, wanted=500)}
    assert bodies == {b"%d" % number for number in range(500)}


def test_an_ordering_key_travels_with_the_message(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    publish_once(bench, topic, PubsubMessage(data=b"1", ordering_key="person-7"))
    assert bench.pull(subscription)[0].message.ordering_key == "person-7"


def test_attributes_without_data_are_enough(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    publish_once(bench, topic, PubsubMessage(attributes={"eventType": "OBJECT_FINALIZE"}))
    (received,) = bench.pull(subscription)
    assert (received.message.data, dict(received.message.attributes)) == (b"", {"eventType": "OBJECT_FINALIZE"})


def test_a_message_without_data_and_attributes_refuses_the_whole_request(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    with pytest.raises(InvalidArgument):
        publish_once(bench, topic, PubsubMessage(data=b"good"), PubsubMessage())
    assert bench.is_quiet(subscription)


def test_a_request_carries_1_to_1000_messages(bench: Bench) -> None:
    topic = bench.topic()
    for messages in ([], [PubsubMessage(data=b"x")] * 1001):
        with pytest.raises(InvalidArgument):
            publish_once(bench, topic, *messages)


@differs("attributes have no limits")
@pytest.mark.parametrize(
    "message",
    [
        PubsubMessage(attributes={"k" * 257: "v"}),
        PubsubMessage(attributes={"ü" * 129: "v"}),
        PubsubMessage(attributes={"k": "v" * 1025}),
        PubsubMessage(attributes={f"key-{number}": "v" for number in range(101)}),
    ],
    ids=["key of 257 bytes", "key of 258 bytes in 129 characters", "value of 1025 bytes", "101 attributes"],
)
def test_attributes_have_limits(bench: Bench, message: PubsubMessage) -> None:
    topic = bench.topic()
    with pytest.raises(InvalidArgument):
        publish_once(bench, topic, message)


@differs("an ordering key has no limit")
def test_an_ordering_key_has_at_most_1024_bytes(bench: Bench) -> None:
    topic = bench.topic()
    with pytest.raises(InvalidArgument):
        publish_once(bench, topic, PubsubMessage(data=b"x", ordering_key="k" * 1025))


def test_attributes_at_their_limits_are_accepted(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    attributes = {f"{number:03}" + "k" * 253: "v" * 1024 for number in range(100)}
    publish_once(bench, topic, PubsubMessage(attributes=attributes, ordering_key="k" * 1024))
    assert dict(bench.pull(subscription)[0].message.attributes) == attributes


def test_nearly_10_mb_are_accepted(bench: Bench) -> None:
    assert len(publish_once(bench, bench.topic(), PubsubMessage(data=b"x" * 9_999_900))) == 1


@differs("a request of more than 10 MB is accepted")
def test_more_than_10_mb_are_refused(bench: Bench) -> None:
    topic = bench.topic()
    with pytest.raises(InvalidArgument, match="10000000"):
        publish_once(bench, topic, PubsubMessage(data=b"x" * 10_000_001))
