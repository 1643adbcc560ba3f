"""A service dies with work in its hands, without a chance to say so, and is started again."""

from typing import Any

import pytest

from local.samples.layouts import STORE_HEADER, csv_file
from local.samples.rows import store_row
from tests.end_to_end.holding import hold_up, let_go, wait_until_it_holds_work
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("service", ["ingest-store", "handle", "forward"])
def test_no_event_is_lost_with_a_killed_service(stack: Pipeline, events: list[dict[str, Any]], service: str) -> None:
    hold_up(stack, service)
    messages = stack.put_in(events)
    wait_until_it_holds_work(stack, service)
    stack.processes[service].kill()
    let_go(stack)
    stack.processes[service].restart()
    stack.drained()

    assert [outcome.verdict for outcome in stack.about(messages)] == ["sent"] * len(events)
    assert {event["event_id"] for event in events} <= stack.accepted_ids()


def test_no_row_is_lost_with_a_service_killed_in_the_middle_of_a_file(stack: Pipeline, now: int) -> None:
    name, rows = f"incoming/store/crash-{now}.csv", 3_000
    hold_up(stack, "ingest-files")
    stack.drop(csv_file(STORE_HEADER, [store_row(index, now) for index in range(rows)]), name)
    wait_until_it_holds_work(stack, "ingest-files")
    stack.processes["ingest-files"].kill()
    let_go(stack)
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
