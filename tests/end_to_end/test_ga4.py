"""A burst of a GTM server container's events: each reaches Meta once, or its outcome says why it does not."""

import json
import os
from collections import Counter
from typing import Any

import pytest

from local.samples.server_container import NAMES, SCHEMA, envelope
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack

BURST = int(os.environ.get("GA4_BURST", "400"))
"""Events of the burst; 10,000 take some 25 seconds on two cores."""

META_NAMES = ("PageView", "ViewContent", "AddToCart", "InitiateCheckout", "Purchase")
A_SECOND = 25


def visit(index: int, now: int) -> dict[str, Any]:
    """Every tenth event is one that must not arrive: housekeeping, or denied."""
    made = envelope(index, now)
    made["event"]["event_id"] = made["event_id"] = f"burst-{now}-{index}"
    if index % 20 == 9:
        made["event"]["event_name"] = "scroll"
    if index % 20 == 19:
        made["event"]["x-ga-gcs"] = "G101"
    return made


def test_a_burst_loses_nothing_and_sends_nothing_twice(stack: Pipeline, now: int) -> None:
    visits = [visit(index, now) for index in range(BURST)]
    messages = set(stack.publish("web", *(json.dumps(one).encode() for one in visits), schema=SCHEMA))
    stack.drained(60 + BURST / A_SECOND)

    outcomes = stack.about(messages)
    assert len(messages) == len(outcomes) == BURST
    assert Counter(outcome.verdict for outcome in outcomes) == {"sent": BURST * 9 // 10, "dropped": BURST // 10}
    assert Counter(outcome.reason for outcome in outcomes if outcome.verdict == "dropped") == {
        "event_not_mapped": BURST // 20,
        "consent_denied": BURST // 20,
    }
    arrived = [one for one in stack.meta.accepted() if (one.event_id or "").startswith(f"burst-{now}-")]
    assert Counter(one.event_id for one in arrived) == {
        one["event_id"]: 1 for index, one in enumerate(visits) if index % 10 != 9
    }
    assert {one.event_name for one in arrived} == set(META_NAMES[: len(NAMES)])
    assert not stack.dead_letters("event-of-interest")
    assert not stack.dead_letters("signals")


def test_an_event_arrives_as_the_pixel_would_have_sent_it(stack: Pipeline, now: int) -> None:
    made = envelope(7 * len(NAMES) - 1, now)
    (message,) = stack.publish("web", json.dumps(made).encode(), schema=SCHEMA)
    stack.drained()

    [outcome] = stack.about({message})
    assert (outcome.verdict, outcome.channel) == ("sent", "web")
    [arrived] = stack.meta.accepted(event_id=made["event_id"])
    event, given = arrived.decoded(), made["event"]
    assert event["event_name"] == "Purchase"
    assert event["event_time"] == given["x-sst-system_properties"]["request_start_time_ms"] // 1000
    assert event["event_source_url"] == given["page_location"]
    assert event["action_source"] == "website"
    user, data = event["user_data"], event["custom_data"]
    assert (user["fbp"], user["client_ip_address"]) == (made["cookies"]["_fbp"], given["ip_override"])
    assert user["client_user_agent"] == given["user_agent"]
    assert len(user["external_id"]) == 3
    assert {len(hashed) for key in ("em", "ph", "ct", "country") for hashed in user[key]} == {64}
    assert (data["value"], data["order_id"]) == (given["value"], given["transaction_id"])
    assert data["num_items"] == given["items"][0]["quantity"]
    assert data["content_ids"] == [given["items"][0]["item_id"]]
