import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from google.api_core.exceptions import GoogleAPIError, PermissionDenied, ServiceUnavailable
from google.auth.exceptions import TransportError
from google.cloud import pubsub_v1
from hypothesis import example, given
from hypothesis import strategies as st

from local.pubsub import Control, EmbeddedPubSub, TopicFaults
from omnicapi.errors import PublishFailed
from omnicapi.messages import MAX_BYTES, MAX_ITEMS, Event, Origin
from omnicapi.packed import plain
from omnicapi.publishing.publisher import Publisher, PublisherClient, encode, pack, publisher_client
from tests.examples import examples
from tests.omnicapi.recording import RecordingClient

HUGE = MAX_BYTES + 1

SLACK = 2.0
"""Seconds by which a busy machine may be late."""


def publisher(client: PublisherClient, timeout: float = 30.0) -> Publisher:
    return Publisher(client, "project", "topic", timeout)


def texts(sizes: list[int]) -> list[bytes]:
    """JSON strings of these sizes, each of its own letter."""
    return [b'"' + b"abcdefghij"[index % 10 :][:1] * (size - 2) + b'"' for index, size in enumerate(sizes)]


@examples(60)
@given(sizes=st.lists(st.sampled_from([2, 3, 1000, 400_000, 499_999, 500_000, 999_998, 999_999, HUGE]), max_size=12))
@example(sizes=[2] * (2 * MAX_ITEMS + 1))
@example(sizes=[499_998, 499_999])
@example(sizes=[MAX_BYTES - 2])
def test_packing_loses_nothing_keeps_order_and_keeps_both_limits(sizes: list[int]) -> None:
    encoded = texts(sizes)
    packed = list(pack(encoded))
    read = [msgspec.json.decode(data, type=list[msgspec.Raw]) for data, _ in packed]
    assert [bytes(item) for items in read for item in items] == encoded
    for (data, count), items in zip(packed, read, strict=True):
        assert count == len(items) <= MAX_ITEMS
        assert len(data) <= MAX_BYTES or count == 1


@examples(60)
@given(sizes=st.lists(st.sampled_from([2, 1000, 400_000, 500_000, 999_998, HUGE]), max_size=12))
def test_packing_fills_each_list_before_it_begins_another(sizes: list[int]) -> None:
    packed = list(pack(texts(sizes)))
    for (data, count), (following, _) in pairwise(packed):
        first = len(bytes(msgspec.json.decode(following, type=list[msgspec.Raw])[0]))
        assert count == MAX_ITEMS or len(data) + len(b",") + first > MAX_BYTES


def test_items_leave_as_lists_with_attributes_that_say_what_they_are() -> None:
    client = RecordingClient()
    publisher(client).publish("event", ({"n": n} for n in range(MAX_ITEMS + 1)), channel="web")
    (topic, data, attributes), (_, rest, rest_attributes) = client.published
    assert topic == "projects/project/topics/topic"
    assert attributes == {"kind": "event", "schema": "1", "count": str(MAX_ITEMS), "channel": "web"}
    assert rest_attributes["count"] == "1"
    assert msgspec.json.decode(data) + msgspec.json.decode(rest) == [{"n": n} for n in range(MAX_ITEMS + 1)]


def test_lists_are_packed_where_the_topic_is_ours_alone() -> None:
    client = RecordingClient()
    Publisher(client, "project", "topic", encoding="zstd").publish("event", ({"n": n} for n in range(MAX_ITEMS)))
    ((_, data, attributes),) = client.published
    assert attributes == {"kind": "event", "schema": "1", "count": str(MAX_ITEMS), "content-encoding": "zstd"}
    assert msgspec.json.decode(plain(data, attributes)) == [{"n": n} for n in range(MAX_ITEMS)]


def test_one_item_leaves_as_an_object() -> None:
    client = RecordingClient()
    publisher(client).start_one("outcomes", {"n": 1}, count=7, stage="handle")
    assert client.published == [
        (
            "projects/project/topics/topic",
            b'{"n":1}',
            {"kind": "outcomes", "schema": "1", "count": "7", "stage": "handle"},
        )
    ]


def test_no_items_are_no_message() -> None:
    client = RecordingClient()
    publisher(client).publish("event", [])
    assert client.published == []


@pytest.mark.parametrize("error", [ServiceUnavailable, PermissionDenied, GoogleAPIError, TransportError])
def test_whatever_keeps_pubsub_from_taking_a_message_is_one_error_that_names_topic_and_kind(error: Any) -> None:
    with pytest.raises(PublishFailed, match=rf"Topic topic .*\({error.__name__}\)") as caught:
        publisher(RecordingClient(error("ana@example.com"))).publish("event", [{}])
    assert "ana@" not in str(caught.value)


class RaisingClient(RecordingClient):
    """Raises at each hand-over but the first."""

    def publish(self, topic: str, data: bytes, **attributes: str) -> Any:
        if self.published:
            raise ValueError("ana@example.com")
        return super().publish(topic, data, **attributes)


def test_what_the_client_raises_is_the_same_error_and_costs_no_other_message() -> None:
    client = RaisingClient()
    one = publisher(client)
    futures = one.start("event", [{}] * (3 * MAX_ITEMS))
    failures = list(one.failures(futures))
    assert [failure is None for failure in failures] == [True, False, False]
    assert "ValueError" in str(failures[1])
    assert "ana@" not in str(failures[1])


def test_a_message_that_somebody_cancelled_was_not_taken() -> None:
    client = RecordingClient(silent=True)
    one = publisher(client)
    futures = one.start("event", [{}])
    futures[0].cancel()
    with pytest.raises(PublishFailed, match="CancelledError"):
        one.wait(futures)


def test_an_attribute_is_cut_to_what_pubsub_takes() -> None:
    client = RecordingClient()
    publisher(client).publish("event", [{}], channel="é" * 1000)
    assert client.published[0][2]["channel"] == "é" * 512


def test_waiting_ends_at_the_timeout_however_many_messages_there_are() -> None:
    client = RecordingClient(silent=True)
    start = time.monotonic()
    with pytest.raises(PublishFailed, match="TimeoutError"):
        publisher(client, timeout=0.5).publish("event", [{}] * (9 * MAX_ITEMS))
    assert len(client.published) == 9
    assert 0.5 <= time.monotonic() - start < 3


def test_a_confirmation_that_comes_too_late_disturbs_nobody() -> None:
    client = RecordingClient(silent=True)
    with pytest.raises(PublishFailed):
        publisher(client, timeout=0.01).publish("event", [{}])
    client.futures[0].set_result("1")
    publisher(client).wait(client.futures)


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, float], PublisherClient]:
    """Makes Google's client as a service does, for a Pub/Sub at an address."""

    def make(address: str, timeout: float) -> PublisherClient:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", address)
        return publisher_client(timeout)

    return make


def commit_threads() -> int:
    return sum("CommitBatch" in thread.name for thread in threading.enumerate())


def test_googles_client_gives_up_in_time_where_nothing_listens_and_leaves_no_thread(
    google: Callable[[str, float], PublisherClient],
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = google(f"127.0.0.1:{unused.getsockname()[1]}", 1.0)
        start = time.monotonic()
        with pytest.raises(PublishFailed):
            publisher(client, timeout=1.0).publish("event", [{}])
        assert time.monotonic() - start < 1.0 + SLACK
        while commit_threads():
            assert time.monotonic() - start < 10
            time.sleep(0.05)


def test_googles_client_gives_up_in_time_where_nobody_answers(google: Callable[[str, float], PublisherClient]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        client = google(f"127.0.0.1:{deaf.getsockname()[1]}", 0.5)
        start = time.monotonic()
        with pytest.raises(PublishFailed):
            publisher(client, timeout=0.5).publish("event", [{}])
        assert time.monotonic() - start < 0.5 + SLACK


@pytest.fixture(scope="module")
def pubsub() -> Iterator[EmbeddedPubSub]:
    with EmbeddedPubSub() as broker:
        yield broker


def test_what_succeeds_after_we_gave_up_arrives_as_the_same_event_again(
    pubsub: EmbeddedPubSub, google: Callable[[str, float], PublisherClient]
) -> None:
    event = Event(
        event_id="e-1", event_name="Lead", event_time=5, channel="web", action_source="website", origin=Origin()
    )
    client = google(pubsub.endpoint, 10.0)
    subscriber = pubsub_v1.SubscriberClient()
    topic, subscription = "projects/project/topics/topic", "projects/project/subscriptions/late"
    pubsub_v1.PublisherClient().create_topic(name=topic)
    subscriber.create_subscription(name=subscription, topic=topic)
    Control(pubsub.control_url).set_topic_faults(topic, TopicFaults(unavailable_seconds=0.6))
    with pytest.raises(PublishFailed):
        publisher(client, timeout=0.3).publish("event", [event])
    publisher(client, timeout=10.0).publish("event", [event])
    received: list[bytes] = []
    while len(received) < 2:
        pulled = subscriber.pull(subscription=subscription, max_messages=2, timeout=10).received_messages
        received += [message.message.data for message in pulled]
    assert received == [b"[" + encode(event) + b"]"] * 2
    subscriber.close()
