"""One event that only Meta would refuse must not cost the events that share its request."""

from typing import Any

import msgspec
import pytest

from local.meta.faults.kinds import ALWAYS, Poison
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack

Events = list[dict[str, Any]]


@pytest.mark.parametrize("path", [True, False], ids=["named by Meta", "to be found"])
def test_one_poisoned_event_is_rejected_and_the_others_are_sent(stack: Pipeline, events: Events, path: bool) -> None:
    poisoned = events[17]["event_id"]
    stack.meta.fault(Poison(event_ids=[poisoned], path=path), ALWAYS)
    (message_id,) = stack.publish("web", msgspec.json.encode({"data": events}))
    stack.drained()

    outcomes = stack.about({message_id})
    assert len(outcomes) == len(events)
    assert [outcome.event_id for outcome in outcomes if outcome.verdict == "rejected"] == [poisoned]
    assert {event["event_id"] for event in events} & stack.accepted_ids() == {event["event_id"] for event in events} - {
        poisoned
    }

    (letter,) = stack.dead_letters("signals")
    (signal,) = msgspec.json.decode(letter.data)
    assert signal["event"]["event_id"] == poisoned
    assert letter.attributes["reason"]
