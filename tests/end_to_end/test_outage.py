"""Meta fails for a while: everything is sent later, once, and nothing is given up."""

from typing import Any

import pytest

from local.meta.faults.kinds import Html, Kind, Refuse, Reset, Throttle, When
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(
    "fault",
    [Refuse(), Throttle(regain_minutes=0), Html(), Reset()],
    ids=["answers 500", "throttles", "answers with a page", "cuts connections"],
)
def test_events_published_while_meta_fails_are_sent_when_it_works_again(
    stack: Pipeline, events: list[dict[str, Any]], fault: Kind
) -> None:
    answered = stack.meta.summary().requests
    stack.meta.fault(fault, When(times=None, seconds=1.5))
    messages = stack.put_in(events)
    stack.drained()

    outcomes = stack.about(messages)
    assert [outcome.verdict for outcome in outcomes] == ["sent"] * len(events)
    assert {event["event_id"] for event in events} <= stack.accepted_ids()
    assert any(not request.accepted for request in stack.meta.requests()[answered:])
    assert not stack.dead_letters("signals")
