"""One stack for all these tests: the services as their images run them, with every log line they can write."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.blueprint import HERE
from local.samples.messages import web_event
from local.stack import Options
from tests.end_to_end.pipeline import Pipeline


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    options = Options(
        logs=tmp_path_factory.mktemp("logs"),
        retry_scale=0.01,
        push_backoff_max=0.2,
        settings={service: {"LOG_LEVEL": "DEBUG"} for service in HERE.services},
    )
    with Pipeline(options) as stack:
        yield stack


@pytest.fixture
def stack(running: Pipeline) -> Iterator[Pipeline]:
    """The shared stack, at rest before and after the test, with nothing disturbed."""
    yield running
    running.meta.clear()
    for subscription in running.pubsub.subscriptions():
        running.pubsub.clear_subscription_faults(subscription.name)
    for topic in running.pubsub.topics():
        running.pubsub.clear_topic_faults(topic.name)
    running.drained()
    running.dead_letters("signals")


@pytest.fixture
def now() -> int:
    return int(time.time())


@pytest.fixture
def events(now: int, request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """Thirty events of a website that nothing is wrong with and no other test has."""
    name = request.node.name
    return [{**web_event(index, now), "event_id": f"{name}/{now}/{index}"} for index in range(30)]
