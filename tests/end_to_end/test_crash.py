"""A service dies with work in its hands, without a chance to say so, and is started again."""

import time
from typing import Any

import pytest

from local.meta.faults.kinds import Hang, When
from local.pubsub import TopicFaults
from local.samples.layouts import STORE_HEADER, csv_file
from local.samples.rows import store_row
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack

HELD_BY = {"ingest-store": "events", "ingest-files": "events", "handle": "signals"}
"""The topic that each service waits for when Pub/Sub does not take its messages."""

PUSHED_TO = {"ingest-store": "event-of-interest", "ingest-files": "files", "handle": "events", "forward": "signals"}


def _hold_up(stack: Pipeline, service: str) -> None:
    """Make the service keep what it is given: nobody takes its work off it for a minute."""
    if service == "forward":
        stack.meta.fault(Hang(seconds=60), When(times=None, seconds=60))
    else:
        stack.pubsub.set_topic_faults(stack.topic(HELD_BY[service]), TopicFaults(unavailable_seconds=60))


def _let_go(stack: Pipeline) -> None:
    stack.meta.clear()
    for topic in stack.pubsub.topics():
        stack.pubsub.clear_topic_faults(topic.name)


def _wait_until_it_holds_work(stack: Pipeline, service: str) -> None:
    subscription = stack.subscription(f"{PUSHED_TO[service]}-push")
    deadline = time.monotonic() + 20
    while not stack.pubsub.subscription(subscription).outstanding:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.3)  # it has begun by now, and cannot have ended


@pytest.mark.parametrize("service", ["ingest-store", "handle", "forward"])
def test_no_event_is_lost_with_a_killed_service(stack: Pipeline, events: list[dict[str, Any]], service: str) -> None:
    _hold_up(stack, service)
    messages = stack.put_in(events)
    _wait_until_it_holds_work(stack, service)
    stack.processes[service].kill()
    _let_go(stack)
    stack.processes[service].restart()
    stack.drained()

    assert [outcome.verdict for outcome in stack.about(messages)] == ["sent"] * len(events)
    assert {event["event_id"] for event in events} <= stack.accepted_ids()


def test_no_row_is_lost_with_a_service_killed_in_the_middle_of_a_file(stack: Pipeline, now: int) -> None:
    name, rows = f"incoming/store/crash-{now}.csv", 3_000
    _hold_up(stack, "ingest-files")
    stack.drop(csv_file(STORE_HEADER, [store_row(index, now) for index in range(rows)]), name)
    _wait_until_it_holds_work(stack, "ingest-files")
    stack.processes["ingest-files"].kill()
    _let_go(stack)
    stack.processes["ingest-files"].restart()
    stack.drained()

    outcomes = stack.in_file(name)
    assert {outcome.origin.row for outcome in outcomes} == set(range(5, rows + 5))
    assert {outcome.verdict for outcome in outcomes} == {"sent"}
    assert {outcome.event_id for outcome in outcomes} <= stack.accepted_ids()
    assert not stack.bucket.names("incoming/")
    assert f"processed/store/crash-{now}.csv" in stack.bucket.names("processed/")


@pytest.mark.parametrize("service", ["ingest-store", "handle", "forward"])
def test_a_service_told_to_stop_finishes_or_gives_back_what_it_holds(
    stack: Pipeline, events: list[dict[str, Any]], service: str
) -> None:
    messages = stack.put_in(events)
    assert stack.processes[service].stop()
    stack.processes[service].restart()
    stack.drained()
    assert [outcome.verdict for outcome in stack.about(messages)] == ["sent"] * len(events)
