"""The tag's requests over real HTTP: to the embedded Pub/Sub, and to a Pub/Sub that refuses."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from local.pubsub import Control, EmbeddedPubSub, TopicFaults
from tests.gtm.http import RealHttp, answering
from tests.gtm.sandbox import Incoming
from tests.gtm.test_tag import EVENT, run
from tests.local.pubsub.bench import Backend, Bench


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedPubSub]:
    with EmbeddedPubSub() as broker:
        yield broker


@pytest.fixture
def bench(broker: EmbeddedPubSub) -> Iterator[Bench]:
    backend = Backend.of("embedded", broker.endpoint)
    yield Bench(backend)
    backend.close()


def fields(topic: str) -> dict[str, str]:
    _, project, _, name = topic.split("/")
    return {"projectId": project, "topicId": name}


def test_an_event_is_published_once_byte_for_byte(broker: EmbeddedPubSub, bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    event = {**EVENT, "page_title": "Größe 你好 👩‍👩‍👧 \u2028 مرحبا"}
    done = run(Incoming(event), RealHttp(broker.control_url), fields(topic))
    assert done.ended == ["success"]
    (received,) = bench.pull(subscription)
    assert json.loads(received.message.data)["event"] == event
    assert received.message.attributes["event_name"] == "purchase"


def test_a_subscription_can_filter_by_the_attributes(broker: EmbeddedPubSub, bench: Bench) -> None:
    topic = bench.topic()
    wanted = bench.subscription(topic, filter='attributes.consent = "granted" AND attributes.event_name = "purchase"')
    for gcs in ("G100", "G111"):
        run(Incoming({**EVENT, "x-ga-gcs": gcs}), RealHttp(broker.control_url), fields(topic))
    assert [one.message.attributes["consent"] for one in bench.pull(wanted)] == ["granted"]
    assert bench.is_quiet(wanted)


def test_a_topic_that_does_not_exist_is_a_failure(broker: EmbeddedPubSub) -> None:
    done = run(Incoming(EVENT), RealHttp(broker.control_url), {"topicId": "nowhere"})
    assert (done.ended, done.steps) == (["failure"], ["request", "404", "failure"])


def test_pubsub_that_is_unavailable_for_a_moment_costs_nothing(broker: EmbeddedPubSub, bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    Control(broker.control_url).set_topic_faults(topic, TopicFaults(unavailable_count=1))
    done = run(Incoming(EVENT), RealHttp(broker.control_url), fields(topic))
    assert done.steps == ["request", "503", "request", "200", "success"]
    assert len(bench.pull(subscription)) == 1


def test_a_container_without_the_permission_is_a_failure() -> None:
    with answering(403) as url:
        assert run(Incoming(EVENT), RealHttp(url)).ended == ["failure"]


def test_a_pubsub_that_does_not_answer_in_time_is_a_failure() -> None:
    with answering(None) as url:
        done = run(Incoming(EVENT), RealHttp(url), {"timeout": "100"})
    assert done.steps == ["request", "timed_out", "failure"]


def test_a_pubsub_that_cannot_be_reached_is_a_failure() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        done = run(Incoming(EVENT), RealHttp(url))
    assert done.steps == ["request", "failed", "request", "failed", "failure"]
