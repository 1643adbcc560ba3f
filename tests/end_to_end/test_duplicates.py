"""Pub/Sub may deliver any message twice, and everything must come out as if it had not."""

from typing import Any

import msgspec
import pytest

from local.pubsub import SubscriptionFaults
from local.samples.layouts import STORE_HEADER, csv_file
from local.samples.rows import store_row
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack

ROWS = 50


def test_every_message_delivered_twice_changes_nothing(stack: Pipeline, events: list[dict[str, Any]], now: int) -> None:
    for subscription in stack.pubsub.subscriptions():
        stack.pubsub.set_subscription_faults(subscription.name, SubscriptionFaults(duplicate=True, reorder=0.2))
    name = f"incoming/store/twice-{now}.csv"
    bad = store_row(ROWS, now, event_time="yesterday")
    stack.drop(csv_file(STORE_HEADER, [*(store_row(index, now) for index in range(ROWS)), bad]), name)
    messages = stack.put_in(events[:-10])
    (request,) = stack.publish("web", msgspec.json.encode({"data": events[-10:]}))
    stack.drained()

    from_topic = stack.about({*messages, request})
    assert [outcome.verdict for outcome in from_topic] == ["sent"] * len(events)
    in_file = sorted(stack.in_file(name), key=lambda outcome: outcome.origin.row or 0)
    assert [outcome.origin.row for outcome in in_file] == list(range(5, ROWS + 6))
    assert [outcome.verdict for outcome in in_file] == ["sent"] * ROWS + ["rejected"]
    assert all(len({outcome.verdict for outcome in outcomes}) == 1 for outcomes in stack.outcomes.by_event())
    sent = {outcome.event_id for outcome in [*from_topic, *in_file] if outcome.verdict == "sent"}
    assert len(sent) == len(events) + ROWS
    assert sent <= stack.accepted_ids()
