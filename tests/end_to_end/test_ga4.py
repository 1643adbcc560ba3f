"""GA4's events through the whole pipeline: each reaches Meta once, or its outcome says why it does not."""

import json
import os
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.bigquery import assembly
from ingest.bigquery.settings import ExportSettings
from local.blueprint import HERE
from local.clients import PubSubClients, storage_client
from local.samples.server_container import NAMES, SCHEMA, envelope
from tests.end_to_end.pipeline import Pipeline
from tests.ingest.bigquery.stand_in import BigQuery

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


def test_rows_of_the_export_reach_meta_once_or_say_what_they_lack(stack: Pipeline, now: int) -> None:
    bigquery = BigQuery()
    bigquery.fill(f"events_intraday_{datetime.fromtimestamp(now, UTC):%Y%m%d}", [export_row(n, now) for n in range(20)])
    storage = storage_client(stack.addresses.url("bucket"), HERE.project)
    settings = ExportSettings(
        google_cloud_project=HERE.project,
        ga4_export="project.analytics_1",
        ga4_export_state=f"gs://{HERE.bucket}/ga4-export-{now}",
    )
    with PubSubClients(stack.addresses.pubsub) as clients:
        published = [assembly.reader(settings, clients.publisher, storage, bigquery.client()).run() for _ in range(2)]
    stack.drained()
    bigquery.close()

    assert published == [20, 0]
    rows = [one for one in stack.outcomes.latest() if (one.order_id or "").startswith(f"row-{now}-")]
    assert Counter((one.verdict, one.reason) for one in rows) == {
        ("sent", None): 10,
        ("rejected", "client_user_agent_missing"): 10,
    }
    arrived = Counter(one.event_id for one in stack.meta.accepted() if (one.event_id or "").startswith("purchase.row-"))
    assert arrived == {f"purchase.row-{now}-{number}": 1 for number in range(0, 20, 2)}


def export_row(number: int, now: int) -> dict[str, Any]:
    """Return a purchase; the site recorded the user agent of every other one."""
    recorded = {
        "page_location": "https://shop.example.com/thanks",
        "currency": "EUR",
        "client_user_agent": "Mozilla/5.0",
    }
    if number % 2:
        del recorded["client_user_agent"]
    return {
        "event_name": "purchase",
        "event_timestamp": now * 1_000_000 - number,
        "event_params": [{"key": key, "value": {"string_value": value}} for key, value in recorded.items()],
        "user_pseudo_id": f"{number}.{now}",
        "privacy_info": {"ads_storage": "Yes"},
        "ecommerce": {"transaction_id": f"row-{now}-{number}", "purchase_revenue": 19.9},
        "batch_event_index": 1,
    }
