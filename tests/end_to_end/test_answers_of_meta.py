"""Meta cuts, fails, throttles or finds a request too large: everything arrives once, and nothing is given up for it."""

import json
import time
from typing import Any

import pytest

from forward.meta.rate_limits import SLOW_DOWN_AT, SPACING
from local.meta.faults.kinds import ALWAYS, Html, Kind, Refuse, Reset, Throttle, When
from local.meta.received import RequestRecord
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack

Events = list[dict[str, Any]]

PERCENT = 90
TOLD = SPACING * (PERCENT - SLOW_DOWN_AT) / (100 - SLOW_DOWN_AT)
"""Seconds between requests that the headers of a limit so far used up ask for."""


FIRST_PAUSE = 0.5
"""Seconds that forward waits at least where Meta does not say how long."""


@pytest.fixture
def purchases(events: Events) -> Events:
    return [
        {**event, "event_name": "Purchase", "custom_data": {"currency": "EUR", "value": 10 + index}}
        for index, event in enumerate(events[:20])
    ]


def all_arrive_once(stack: Pipeline, purchases: Events) -> list[RequestRecord]:
    """Publish the purchases in one message, check that each is accepted once; return the requests it took, in order.

    One message is one request of forward's at first, however slow the machine: only the answers make more of it.
    """
    before = len(stack.meta.requests())
    messages = stack.put_in([{"data": purchases}])
    stack.drained()
    assert [outcome.verdict for outcome in stack.about(messages)] == ["sent"] * len(purchases)
    for purchase in purchases:
        assert len(stack.meta.accepted(event_id=purchase["event_id"])) == 1
    assert not stack.dead_letters("signals")
    return sorted(stack.meta.requests()[before:], key=lambda request: request.received_ms)


@pytest.mark.parametrize(
    ("fault", "times", "status"),
    [(Reset(), 2, 0), (Refuse(status=500, code=2), 3, 500)],
    ids=["the connection is cut twice", "three requests are answered 500"],
)
def test_what_passes_is_waited_for(stack: Pipeline, purchases: Events, fault: Kind, times: int, status: int) -> None:
    stack.meta.fault(fault, When(times=times))
    requests = all_arrive_once(stack, purchases)
    assert [request.status for request in requests if not request.accepted] == [status] * times


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (Throttle(code=80004, status=429, percent=PERCENT, regain_minutes=0), TOLD),
        (Refuse(status=400, code=613, message="Calls to this api have exceeded the rate limit."), FIRST_PAUSE),
    ],
    ids=["429 for a batch", "613 with status 400"],
)
def test_a_limit_slows_down_and_rejects_nothing(stack: Pipeline, purchases: Events, fault: Kind, wait: float) -> None:
    stack.meta.fault(fault)
    requests = all_arrive_once(stack, purchases)
    throttled, *later = requests
    assert throttled.code in (613, 80004)
    assert [request.accepted for request in later] == [True]
    assert later[0].received_ms - throttled.received_ms >= wait * 1000


def test_a_request_that_is_too_large_is_sent_again_in_halves(stack: Pipeline, purchases: Events) -> None:
    stack.meta.fault(Html(status=413))
    refused, *sent = all_arrive_once(stack, purchases)
    assert (refused.status, refused.events) == (413, 20)
    assert sorted(request.events for request in sent) == [10, 10]


@pytest.mark.parametrize("subcode", [None, 2804999], ids=["no subcode", "a subcode that nobody knows"])
def test_an_invalid_parameter_told_once_costs_no_event(stack: Pipeline, purchases: Events, subcode: int | None) -> None:
    stack.meta.fault(Refuse(status=400, code=100, subcode=subcode, message="Invalid parameter"), When(times=1))
    refused, *_ = all_arrive_once(stack, purchases[:10])
    assert (refused.status, refused.code) == (400, 100)


def stops(stack: Pipeline) -> list[dict[str, Any]]:
    """Return what forward has logged of stopped datasets."""
    lines = (stack.logs / "forward.jsonl").read_text(encoding="utf-8").splitlines()
    logged = [json.loads(line) for line in lines if '"circuit_open"' in line]
    return [line for line in logged if line["event"] == "circuit_open"]


def wait_for_stops(stack: Pipeline, count: int) -> None:
    """Return when so many refused requests were told, which happens every second."""
    for _ in range(600):
        if len(stops(stack)) >= count:
            return
        time.sleep(0.1)
    raise AssertionError("forward told of no stop in a minute")


@pytest.mark.parametrize(
    ("subcode", "reason"),
    [(33, "dataset_not_accessible"), (None, "parameter_or_permission")],
    ids=["100/33", "a bare 100"],
)
def test_what_is_no_fault_of_the_events_holds_them_until_meta_takes_them(
    stack: Pipeline, purchases: Events, subcode: int | None, reason: str
) -> None:
    before = len(stops(stack))
    stack.meta.fault(Refuse(status=400, code=100, subcode=subcode, message="Unsupported post request."), ALWAYS)
    messages = stack.put_in([{"data": purchases[:5]}])
    wait_for_stops(stack, before + 2)
    assert not stack.about(messages)
    assert not stack.dead_letters("signals")
    stack.meta.clear()
    stack.drained()
    assert [outcome.verdict for outcome in stack.about(messages)] == ["sent"] * 5
    for purchase in purchases[:5]:
        assert len(stack.meta.accepted(event_id=purchase["event_id"])) == 1
    assert not stack.dead_letters("signals")
    told = stops(stack)[before:]
    assert {(line["severity"], line["reason"]) for line in told} == {("ERROR", reason)}
    assert all(line["remedy"] for line in told)
