"""What is handed over on a loop travels together, in bounds, and each message's future tells its own end."""

from __future__ import annotations

from typing import Any

import pytest
from google.pubsub_v1.types import PublishRequest, PublishResponse

from local.clients import PubSubClients
from local.provision import provision
from local.pubsub import EmbeddedPubSub
from omnicapi.publishing.loop_publisher import REQUEST_BYTES, REQUEST_MESSAGES, LoopPublisher
from omnicapi.publishing.publisher import Publisher, loop_publisher
from omnicapi.topology import PIPELINE, Subscription, Topology
from omnicapi.waiting import all_done
from tests.loops import run


class Recorded:
    """Answers requests, or fails each as it is told."""

    def __init__(self, error: Exception | None = None, *, forgets: bool = False) -> None:
        self.requests: list[PublishRequest] = []
        self._error = error
        self._forgets = forgets

    async def __call__(self, request: PublishRequest) -> PublishResponse:
        self.requests.append(request)
        if self._error is not None:
            raise self._error
        ids = [str(number) for number, _ in enumerate(request.messages)]
        return PublishResponse(message_ids=ids[: -1 if self._forgets else None])


async def published(publisher: LoopPublisher, messages: list[bytes]) -> list[Any]:
    futures = [publisher.publish("t", data, kind="event") for data in messages]
    await all_done(futures, 10)
    return [future.exception() or future.result() for future in futures]


def test_one_turn_of_the_loop_makes_one_request_in_order() -> None:
    answers = Recorded()
    ids = run(published(LoopPublisher(lambda: answers), [b"a", b"b", b"c"]))
    assert ids == ["0", "1", "2"]
    [request] = answers.requests
    assert [(one.data, dict(one.attributes)) for one in request.messages] == [
        (data, {"kind": "event"}) for data in (b"a", b"b", b"c")
    ]


def test_a_request_keeps_to_pubsubs_bounds() -> None:
    answers = Recorded()
    run(published(LoopPublisher(lambda: answers), [b"x" * 3_000_000] * 4 + [b"y"] * 2500))
    assert (REQUEST_MESSAGES, REQUEST_BYTES) == (1000, 9_000_000)
    assert sum(len(request.messages) for request in answers.requests) == 2504
    for request in answers.requests:
        assert len(request.messages) <= REQUEST_MESSAGES
        assert sum(len(one.data) for one in request.messages) <= REQUEST_BYTES


@pytest.mark.parametrize("answers", [Recorded(OSError("no")), Recorded(forgets=True)], ids=["failed", "miscounted"])
def test_whatever_goes_wrong_each_message_hears_of_it(answers: Recorded) -> None:
    ends = run(published(LoopPublisher(lambda: answers), [b"a", b"b"]))
    assert all(isinstance(end, Exception) for end in ends)


def test_what_cannot_be_connected_is_the_messages_error_and_tried_again() -> None:
    made: list[int] = []

    def connect() -> Recorded:
        made.append(1)
        if len(made) == 1:
            raise OSError("no credentials")
        return Recorded()

    publisher = LoopPublisher(connect)
    [first] = run(published(publisher, [b"a"]))
    assert isinstance(first, OSError)
    assert run(published(publisher, [b"a"])) == ["0"]


def test_over_a_real_pubsub_the_message_is_there_with_its_attributes(monkeypatch: pytest.MonkeyPatch) -> None:
    topology = Topology(("events",), (Subscription("events", "events"),), PIPELINE.notification)
    with EmbeddedPubSub() as broker, PubSubClients(broker.endpoint) as clients:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", broker.endpoint)
        provision(topology, clients, "project", {})

        async def publish() -> None:
            publisher = Publisher(loop_publisher(10.0), "project", "events", 10.0)
            await publisher.wait_async(publisher.start_encoded("event", [b"1", b"2"], channel="web"))

        run(publish())
        [received] = clients.subscriber.pull(
            subscription="projects/project/subscriptions/events", max_messages=5
        ).received_messages
        assert (received.message.data, received.message.attributes["channel"]) == (b"[1,2]", "web")
