"""Workers that pull keep every promise of the services that are pushed to, killed or stopped with work in hand too."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.blueprint import HERE, worker_of
from local.stack import Options
from tests.end_to_end.holding import hold_up, let_go, wait_until_it_holds_work
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack

PULLING = ("ingest-store", "handle", "forward")


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    blueprint = HERE.pulling(*PULLING)
    settings = {worker_of("ingest-store"): {"STORE_LINGER": "0.5", "LOG_LEVEL": "DEBUG"}}
    logs = tmp_path_factory.mktemp("logs")
    with Pipeline(Options(logs, retry_scale=0.01, blueprint=blueprint, settings=settings)) as stack:
        yield stack


@pytest.fixture
def stack(workers: Pipeline) -> Iterator[Pipeline]:
    yield workers
    let_go(workers)
    workers.drained()


def test_events_go_all_the_way_and_nothing_is_pushed_to_the_workers(
    stack: Pipeline, events: list[dict[str, Any]]
) -> None:
    messages = stack.put_in(events)
    stack.drained()
    assert [outcome.verdict for outcome in stack.about(messages)] == ["sent"] * len(events)
    for service in PULLING:
        assert worker_of(service) in stack.processes
        assert service not in stack.processes


def test_events_that_come_one_by_one_share_messages(stack: Pipeline, events: list[dict[str, Any]]) -> None:
    log = stack.processes[worker_of("ingest-store")].log
    before = log.read_text(encoding="utf-8").count('"events stored"')
    stack.put_in(events)
    stack.drained()
    assert 1 <= log.read_text(encoding="utf-8").count('"events stored"') - before < len(events) / 3


@pytest.mark.parametrize("service", PULLING)
def test_no_event_is_lost_with_a_killed_worker(stack: Pipeline, events: list[dict[str, Any]], service: str) -> None:
    hold_up(stack, service)
    messages = stack.put_in(events)
    wait_until_it_holds_work(stack, service)
    stack.processes[worker_of(service)].kill()
    let_go(stack)
    stack.processes[worker_of(service)].start()
    stack.drained(90)
    assert [outcome.verdict for outcome in stack.about(messages)] == ["sent"] * len(events)
    assert {event["event_id"] for event in events} <= stack.accepted_ids()


@pytest.mark.parametrize("service", PULLING)
def test_a_worker_told_to_stop_finishes_or_gives_back_what_it_holds(
    stack: Pipeline, events: list[dict[str, Any]], service: str
) -> None:
    hold_up(stack, service)
    messages = stack.put_in(events)
    wait_until_it_holds_work(stack, service)
    begun = time.monotonic()
    assert stack.processes[worker_of(service)].stop(10.0), "SIGTERM was not enough"
    assert time.monotonic() - begun < 10
    let_go(stack)
    stack.processes[worker_of(service)].start()
    stack.drained(90)
    assert [outcome.verdict for outcome in stack.about(messages)] == ["sent"] * len(events)
    assert {event["event_id"] for event in events} <= stack.accepted_ids()
