"""Makes a service of the running stack keep its work in its hands, so that a test can kill it there."""

import time

from local.meta.faults.kinds import Hang, When
from local.pubsub import TopicFaults
from tests.end_to_end.pipeline import Pipeline

HELD_BY = {"ingest-store": "events", "ingest-files": "events", "handle": "signals"}
"""The topic that each service waits for when Pub/Sub does not take its messages."""

PUSHED_TO = {"ingest-store": "event-of-interest", "ingest-files": "files", "handle": "events", "forward": "signals"}


def hold_up(stack: Pipeline, service: str) -> None:
    """Make the service keep what it is given: nobody takes its work off it for a minute."""
    if service == "forward":
        stack.meta.fault(Hang(seconds=60), When(times=None, seconds=60))
    else:
        stack.pubsub.set_topic_faults(stack.topic(HELD_BY[service]), TopicFaults(unavailable_seconds=60))


def let_go(stack: Pipeline) -> None:
    stack.meta.clear()
    for topic in stack.pubsub.topics():
        stack.pubsub.clear_topic_faults(topic.name)


def wait_until_it_holds_work(stack: Pipeline, service: str) -> None:
    subscription = stack.subscription(f"{PUSHED_TO[service]}-push")
    deadline = time.monotonic() + 20
    while not stack.pubsub.subscription(subscription).outstanding:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.3)  # it has begun by now, and cannot have ended
