import queue
import threading
import time
from collections.abc import Iterator
from typing import Any, Self

import pytest
from google.api_core.exceptions import Cancelled, GoogleAPICallError, InvalidArgument, NotFound
from google.cloud.pubsub_v1.types import FlowControl
from google.pubsub_v1.types import StreamingPullRequest

from tests.local.pubsub.bench import PATIENCE, Bench, eventually
from tests.local.pubsub.differences import differs


class Stream:
    """A streaming pull without the client library's own lease management on top."""

    def __init__(self, bench: Bench, **first: Any) -> None:
        self.received: list[Any] = []
        self.error: Exception | None = None
        self._requests: queue.SimpleQueue[StreamingPullRequest | None] = queue.SimpleQueue()
        self.send(**first)
        self._responses = bench.subscriber.streaming_pull(requests=self._sent(), retry=None)
        self._reader = threading.Thread(target=self._read, daemon=True)

    def send(self, **fields: Any) -> None:
        self._requests.put(StreamingPullRequest(fields))

    def close(self) -> None:
        """Say that no more requests come, and wait for the end of the stream."""
        self._requests.put(None)
        self._reader.join(PATIENCE)

    def __enter__(self) -> Self:
        self._reader.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._responses.cancel()
        self.close()

    def _sent(self) -> Iterator[StreamingPullRequest]:
        return iter(self._requests.get, None)

    def _read(self) -> None:
        try:
            for response in self._responses:
                self.received += response.received_messages
        except GoogleAPICallError as error:
            self.error = error


def refusal(bench: Bench, *requests: dict[str, Any]) -> Exception:
    with Stream(bench, **requests[0]) as stream:
        for request in requests[1:]:
            stream.send(**request)
        eventually(lambda: stream.error)
        assert stream.error
        return stream.error


def test_the_clients_subscriber_gets_every_message_once(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    got: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def receive(message: Any) -> None:
        got.put(message.data)
        message.ack()

    pulling = bench.subscriber.subscribe(subscription, receive, flow_control=FlowControl(max_messages=50))
    bodies = [b"%d" % number for number in range(300)]
    bench.publish(topic, *bodies)
    assert sorted(got.get(timeout=PATIENCE) for _ in bodies) == sorted(bodies)
    time.sleep(0.3)  # the acknowledgements go out in the background
    pulling.cancel()
    pulling.result(timeout=PATIENCE)
    assert got.empty()
    assert bench.is_quiet(subscription)


def test_the_clients_nack_brings_the_message_back(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, b"twice")
    seen: list[str] = []
    done = threading.Event()

    def receive(message: Any) -> None:
        seen.append(message.message_id)
        if len(seen) == 1:
            message.nack()
        else:
            message.ack()
            done.set()

    pulling = bench.subscriber.subscribe(subscription, receive)
    assert done.wait(PATIENCE)
    pulling.cancel()
    pulling.result(timeout=PATIENCE)
    assert len(set(seen)) == 1


@differs("the limits of a stream are ignored")
@pytest.mark.parametrize(
    "limit", [{"max_outstanding_messages": 2}, {"max_outstanding_bytes": 1500}], ids=["messages", "bytes"]
)
def test_a_stream_holds_no_more_than_it_asked_for(bench: Bench, limit: dict[str, int]) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, *[b"x" * 1000] * 5)
    with Stream(bench, subscription=subscription, stream_ack_deadline_seconds=10, **limit) as stream:
        eventually(lambda: len(stream.received) >= 2)
        time.sleep(0.3)
        assert len(stream.received) == 2
        stream.send(ack_ids=[stream.received[0].ack_id])
        eventually(lambda: len(stream.received) == 3)
        stream.send(modify_deadline_ack_ids=[stream.received[1].ack_id], modify_deadline_seconds=[0])
        eventually(lambda: len(stream.received) == 4)


def test_a_stream_without_limits_gets_everything(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, *[b"x"] * 250)
    with Stream(bench, subscription=subscription, stream_ack_deadline_seconds=10) as stream:
        eventually(lambda: len(stream.received) == 250)


def test_two_streams_share_the_messages(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    request = {"subscription": subscription, "stream_ack_deadline_seconds": 10}
    with Stream(bench, **request) as first, Stream(bench, **request) as second:
        ids = bench.publish(topic, *[b"x"] * 100)
        eventually(lambda: len(first.received) + len(second.received) == 100)
        assert {got.message.message_id for got in first.received + second.received} == set(ids)


def test_a_client_that_ends_the_stream_ends_it_without_an_error(own: Bench) -> None:
    subscription = own.subscription(own.topic())
    with Stream(own, subscription=subscription, stream_ack_deadline_seconds=10) as stream:
        stream.close()
        assert stream.error is None


def test_the_deadline_of_a_stream_can_be_changed(own: Bench) -> None:
    topic = own.topic()
    with Stream(own, subscription=own.subscription(topic), stream_ack_deadline_seconds=10) as stream:
        stream.send(stream_ack_deadline_seconds=20)
        own.publish(topic, b"x")
        eventually(lambda: stream.received)


def test_bad_requests_end_the_stream(bench: Bench) -> None:
    subscription = bench.subscription(bench.topic())
    first = {"subscription": subscription, "stream_ack_deadline_seconds": 10}
    assert isinstance(refusal(bench, {"subscription": subscription}), InvalidArgument)
    assert isinstance(refusal(bench, first | {"stream_ack_deadline_seconds": 601}), InvalidArgument)
    assert isinstance(refusal(bench, first | {"ack_ids": ["nonsense"]}), InvalidArgument)
    assert isinstance(refusal(bench, first, first), InvalidArgument)
    assert isinstance(refusal(bench, first, {"ack_ids": ["nonsense"]}), InvalidArgument)
    assert isinstance(refusal(bench, first, {"modify_deadline_ack_ids": ["x"]}), InvalidArgument)
    missing = {"subscription": f"{bench.project}/subscriptions/missing", "stream_ack_deadline_seconds": 10}
    assert isinstance(refusal(bench, missing), NotFound)


def test_a_stream_without_a_request_is_refused(own: Bench) -> None:
    responses = own.subscriber.streaming_pull(requests=iter(()), retry=None)
    with pytest.raises(InvalidArgument, match="first request"):
        list(responses)


def test_a_stream_ends_when_its_subscription_is_deleted(own: Bench) -> None:
    topic = own.topic()
    subscription = own.subscription(topic)
    with Stream(own, subscription=subscription, stream_ack_deadline_seconds=10) as stream:
        own.publish(topic, b"x")
        eventually(lambda: stream.received)
        own.subscriber.delete_subscription(request={"subscription": subscription})
        eventually(lambda: stream.error)
    assert isinstance(stream.error, NotFound)


def test_what_a_cancelled_stream_held_comes_back(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    (message_id,) = bench.publish(topic, b"x")
    with Stream(bench, subscription=subscription, stream_ack_deadline_seconds=10) as stream:
        eventually(lambda: stream.received)
    assert isinstance(stream.error, Cancelled)
    bench.modify_deadline(subscription, stream.received, 0)
    assert bench.pull(subscription)[0].message.message_id == message_id
