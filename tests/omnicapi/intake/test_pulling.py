"""What is pulled is answered as a push would be, in one loop: over the embedded Pub/Sub and Google's own transport."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partialmethod
from typing import Any

import grpc.aio
import pytest
from google.api_core.exceptions import PermissionDenied

from local.clients import PubSubClients
from local.provision import provision
from local.pubsub import Control, EmbeddedPubSub
from omnicapi.errors import Busy
from omnicapi.intake import answering, pulling
from omnicapi.intake.pulling import Pulling, Receive, connect, pull
from omnicapi.intake.push import PushMessage
from omnicapi.topology import PIPELINE, DeadLetterPolicy, RetryPolicy, Subscription, Topology

PROJECT = "a-project"
SUBSCRIPTION = f"projects/{PROJECT}/subscriptions/work"
TOPOLOGY = Topology(
    topics=("work", "work-dead-letter"),
    subscriptions=(
        Subscription(
            "work", "work", retry=RetryPolicy().scaled(0.005), dead_letter=DeadLetterPolicy("work-dead-letter")
        ),
    ),
    notification=PIPELINE.notification,
)


@pytest.fixture
def broker() -> Iterator[EmbeddedPubSub]:
    with EmbeddedPubSub() as broker:
        yield broker


@pytest.fixture
def clients(broker: EmbeddedPubSub) -> Iterator[PubSubClients]:
    with PubSubClients(broker.endpoint) as clients:
        provision(TOPOLOGY, clients, PROJECT, {})
        yield clients


@pytest.fixture
def control(broker: EmbeddedPubSub) -> Control:
    return Control(broker.control_url)


Start = Callable[..., Pulling]


@pytest.fixture
def start(clients: PubSubClients) -> Iterator[Start]:
    """Start pulling; everything started ends with the test."""
    started: list[Pulling] = []

    def begin(receive: Receive, messages: int = 500, size: int = 1_000_000, gather: float = 0.0) -> Pulling:
        started.append(pull(receive, lambda: connect(clients.address), PROJECT, "work", messages, size, gather))
        return started[-1]

    yield begin
    for future in started:
        future.cancel()
        future.result(timeout=20)


def publish(clients: PubSubClients, *data: bytes, **attributes: str) -> list[str]:
    topic = clients.publisher.topic_path(PROJECT, "work")
    return [future.result(10) for future in [clients.publisher.publish(topic, one, **attributes) for one in data]]


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_message_comes_as_a_push_would_bring_it_and_is_acknowledged(
    clients: PubSubClients, control: Control, start: Start
) -> None:
    came: list[PushMessage] = []

    async def receive(message: PushMessage) -> None:
        came.append(message)

    start(receive)
    [message_id] = publish(clients, b"[1]", channel="web")
    control.wait_until_drained([SUBSCRIPTION], timeout=10)
    [message] = came
    assert (message.data, dict(message.attributes), message.message_id) == (b"[1]", {"channel": "web"}, message_id)
    assert message.delivery_attempt == 1
    assert abs(message.publish_ms - time.time() * 1000) < 600_000


def test_hundreds_of_messages_wait_at_once_and_no_thread_does(
    clients: PubSubClients, control: Control, start: Start
) -> None:
    waiting, go_on = 0, asyncio.Event()

    async def receive(message: PushMessage) -> None:
        nonlocal waiting
        waiting += 1
        if waiting == 300:
            go_on.set()
        await go_on.wait()

    start(receive)
    before = threading.active_count()
    publish(clients, *[b"[]"] * 300)
    control.wait_until_drained([SUBSCRIPTION], timeout=20)
    assert waiting == 300
    assert threading.active_count() < before + 50


def test_no_more_messages_are_under_way_than_may_be(clients: PubSubClients, control: Control, start: Start) -> None:
    under_way = most = 0

    async def receive(message: PushMessage) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1

    start(receive, 5)
    publish(clients, *[b"[]"] * 40)
    control.wait_until_drained([SUBSCRIPTION], timeout=20)
    assert most == 5


def test_no_more_bytes_are_under_way_than_may_be_but_for_one_message(
    clients: PubSubClients, control: Control, start: Start
) -> None:
    under_way = most = 0

    async def receive(message: PushMessage) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1

    start(receive, 500, 10_000)
    publish(clients, *[b"x" * 4000] * 20)
    control.wait_until_drained([SUBSCRIPTION], timeout=20)
    assert most <= 3


@pytest.mark.parametrize(("error", "level"), [(Busy("Later."), logging.WARNING), (KeyError("jane"), logging.ERROR)])
def test_what_raises_is_nacked_comes_again_and_is_not_quoted(
    clients: PubSubClients,
    control: Control,
    start: Start,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    level: int,
) -> None:
    attempts: list[int | None] = []

    async def receive(message: PushMessage) -> None:
        attempts.append(message.delivery_attempt)
        if len(attempts) < 3:
            raise error

    start(receive)
    publish(clients, b"[]")
    control.wait_until_drained([SUBSCRIPTION], timeout=10)
    assert attempts == [1, 2, 3]
    told = [record for record in caplog.records if record.message == "message not acknowledged"]
    assert [record.levelno for record in told] == [level, level]
    assert "jane" not in " ".join(str(record.__dict__) for record in told)


def test_stopping_answers_what_is_in_hand_and_takes_nothing_more(
    clients: PubSubClients, control: Control, start: Start
) -> None:
    in_hand, go_on = threading.Event(), threading.Event()
    came: list[bytes] = []

    def receive(message: PushMessage) -> None:
        came.append(message.data)
        in_hand.set()
        go_on.wait(10)

    async def in_a_thread(message: PushMessage) -> None:
        await asyncio.to_thread(receive, message)

    future = start(in_a_thread)
    publish(clients, b"first")
    assert in_hand.wait(10)
    future.cancel()
    publish(clients, b"second")
    time.sleep(0.3)
    go_on.set()
    future.result(timeout=20)
    until(lambda: control.subscription(SUBSCRIPTION).unacked == 1)
    assert came == [b"first"]


def test_what_is_not_answered_in_time_is_delivered_again(
    clients: PubSubClients, control: Control, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "DRAIN_SECONDS", 0.2)
    in_hand = threading.Event()

    async def receive(message: PushMessage) -> None:
        in_hand.set()
        await asyncio.sleep(60)

    future = start(receive)
    publish(clients, b"[]")
    assert in_hand.wait(10)
    future.cancel()
    future.result(timeout=10)
    assert control.subscription(SUBSCRIPTION).unacked == 1


def test_a_missing_subscription_ends_the_pulling(clients: PubSubClients) -> None:
    async def receive(message: PushMessage) -> None:
        raise AssertionError

    future = pull(receive, lambda: connect(clients.address), PROJECT, "no-such", 10, 1000)
    with pytest.raises(Exception, match="no-such"):
        future.result(timeout=10)


def test_a_stop_ends_the_pause_in_which_messages_gather(clients: PubSubClients, control: Control, start: Start) -> None:
    came: list[bytes] = []

    async def receive(message: PushMessage) -> None:
        came.append(message.data)

    future = start(receive, gather=600.0)
    publish(clients, b"first")
    until(lambda: came == [b"first"])
    publish(clients, *[b"later"] * 20)
    future.cancel()
    future.result(timeout=20)
    assert came == [b"first"]
    assert control.subscription(SUBSCRIPTION).unacked == 20


def test_what_waits_already_is_read_without_a_pause(clients: PubSubClients, control: Control, start: Start) -> None:
    came: list[bytes] = []

    async def receive(message: PushMessage) -> None:
        came.append(message.data)

    publish(clients, *[b"x"] * 300)
    time.sleep(0.02)
    start(receive, 5, gather=0.02)
    control.wait_until_drained([SUBSCRIPTION], timeout=20)
    assert len(came) == 300


class Breaking:
    """A transport of which the first streams break, as Google's do now and then."""

    def __init__(self, transport: Any, breaks: int, code: grpc.StatusCode) -> None:
        self._transport = transport
        self._breaks = breaks
        self._code = code
        self.acknowledge, self.modify_ack_deadline = transport.acknowledge, transport.modify_ack_deadline

    def streaming_pull(self, **options: Any) -> Any:
        self._breaks -= 1
        return self._transport.streaming_pull(**options) if self._breaks < 0 else self

    async def write(self, _: Any) -> None:
        raise grpc.aio.AioRpcError(self._code, grpc.aio.Metadata(), grpc.aio.Metadata())

    read = partialmethod(write, None)


def test_a_stream_that_breaks_is_opened_again(clients: PubSubClients, control: Control) -> None:
    came: list[bytes] = []

    async def receive(message: PushMessage) -> None:
        came.append(message.data)

    publish(clients, b"x")
    broken = lambda: Breaking(connect(clients.address), 2, grpc.StatusCode.UNAVAILABLE)  # noqa: E731 - made on the loop
    future = pull(receive, broken, PROJECT, "work")
    control.wait_until_drained([SUBSCRIPTION], timeout=20)
    future.cancel()
    future.result(timeout=20)
    assert came == [b"x"]


def test_a_stream_that_may_not_be_read_ends_the_pulling(clients: PubSubClients) -> None:
    async def receive(message: PushMessage) -> None:
        raise AssertionError

    denied = lambda: Breaking(connect(clients.address), 1, grpc.StatusCode.PERMISSION_DENIED)  # noqa: E731
    with pytest.raises(PermissionDenied):
        pull(receive, denied, PROJECT, "work").result(timeout=20)


def test_what_is_in_hand_for_longer_than_its_lease_is_kept(
    clients: PubSubClients, control: Control, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "KEEP_EVERY", 0.05)
    kept: list[int] = []
    go_on = asyncio.Event()
    extend = answering.Answers.extend

    async def watched(self: answering.Answers, ack_ids: Sequence[str], seconds: int) -> None:
        await extend(self, ack_ids, seconds)
        kept.append(len(ack_ids))
        if len(kept) == 3:
            go_on.set()

    monkeypatch.setattr(answering.Answers, "extend", watched)
    attempts: list[int | None] = []

    async def receive(message: PushMessage) -> None:
        attempts.append(message.delivery_attempt)
        await go_on.wait()

    start(receive)
    publish(clients, b"[]")
    control.wait_until_drained([SUBSCRIPTION], timeout=20)
    assert (attempts, kept[:3]) == ([1], [1, 1, 1])


def test_a_lease_is_renewed_twice_before_it_ends() -> None:
    assert 2 * pulling.KEEP_EVERY < pulling.LEASE_SECONDS


def test_bounds_are_what_the_documentation_says() -> None:
    assert (pulling.MESSAGES, pulling.BYTES, pulling.DRAIN_SECONDS) == (2000, 20_000_000, 8.0)
