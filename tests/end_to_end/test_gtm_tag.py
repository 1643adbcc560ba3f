"""What a GTM server container publishes with our tag reaches Meta as the Pixel would have sent it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from omnicapi.topology import EVENT_OF_INTEREST
from tests.end_to_end.pipeline import Pipeline
from tests.gtm.http import RealHttp
from tests.gtm.permissions import Permissions
from tests.gtm.sandbox import Incoming, Run, Sandbox
from tests.gtm.template_file import Template

pytestmark = pytest.mark.stack

TEMPLATE = Template.read()
FBP = "fb.1.1795000000001.1098115397"
FBC = "fb.1.1795000000002.IwAR2F4-dbP0l7Mn1IawQQGCINEz7PYXQvwjNwB_qa2ofrHyiLjcbCRxTDMgk"
AGENT = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def purchase(now: int, order: str) -> dict[str, Any]:
    """The event data of a purchase, as the GA4 client gives it."""
    return {
        "event_name": "purchase",
        "event_id": f"order-{order}",
        "transaction_id": order,
        "client_id": "1234567890.1795000000",
        "user_id": "M-0042",
        "ip_override": "203.0.113.7",
        "user_agent": AGENT,
        "page_location": "https://shop.example.com/danke?größe=42",
        "page_referrer": "https://shop.example.com/pay",
        "page_title": "Vielen Dank 👩‍👩‍👧",
        "currency": "EUR",
        "value": 41.6,
        "items": [
            {"item_id": "SKU_1", "item_name": "Blaues Gerät 你好", "price": 8.0, "discount": 2.0, "quantity": 3},
            {"item_id": "SKU_2", "item_name": "Rotes Gerät", "price": 17.6, "quantity": 1},
        ],
        "user_data": {"email_address": " Jürgen@Mail.Example ", "address": {"first_name": "Jürgen", "country": "DE"}},
        "x-ga-measurement_id": "G-TEST000001",
        "x-ga-gcs": "G111",
        "x-sst-system_properties": {"request_start_time_ms": now * 1000 + 123},
    }


def publish(stack: Pipeline, event: dict[str, Any], **incoming: Any) -> Run:
    """Run the tag in a container that is handling this event."""
    _, project, _, topic = stack.topic(EVENT_OF_INTEREST).split("/")
    transport = RealHttp(stack.addresses.url("pubsub-control"))
    sandbox = Sandbox(TEMPLATE.code, Permissions(TEMPLATE.permissions), transport)
    return sandbox.run({"projectId": project, "topicId": topic, "channel": "ga4"}, Incoming(event, **incoming))


def test_a_purchase_arrives_as_the_server_event_the_pixel_would_have_sent(stack: Pipeline, now: int) -> None:
    event = purchase(now, f"tag-{now}")
    done = publish(stack, event, cookies={"_fbp": [FBP], "_fbc": [FBC]}, headers={"user-agent": AGENT})
    assert done.ended == ["success"]
    stack.drained()
    (accepted,) = stack.meta.accepted(event_id=event["event_id"])
    assert accepted.decoded() == {
        "event_name": "Purchase",
        "event_time": now,
        "event_id": event["event_id"],
        "action_source": "website",
        "event_source_url": event["page_location"],
        "referrer_url": event["page_referrer"],
        "user_data": {
            "em": [hashed("jürgen@mail.example")],
            "fn": [hashed("jürgen")],
            "country": [hashed("de")],
            "external_id": [hashed(value) for value in ("m-0042", FBP, "1234567890.1795000000")],
            "client_ip_address": "203.0.113.7",
            "client_user_agent": AGENT,
            "fbp": FBP,
            "fbc": FBC,
        },
        "custom_data": {
            "currency": "EUR",
            "value": 41.6,
            "order_id": event["transaction_id"],
            "num_items": 4,
            "content_type": "product",
            "content_ids": ["SKU_1", "SKU_2"],
            "contents": [
                {"id": "SKU_1", "quantity": 3, "item_price": 8.0, "title": "Blaues Gerät 你好"},
                {"id": "SKU_2", "quantity": 1, "item_price": 17.6, "title": "Rotes Gerät"},
            ],
        },
    }


def test_a_denied_event_is_published_and_goes_no_further(stack: Pipeline, now: int) -> None:
    event = {**purchase(now, f"denied-{now}"), "x-ga-gcs": "G100"}
    assert publish(stack, event).ended == ["success"]
    stack.drained()
    (outcome,) = [one for one in stack.outcomes.latest() if one.event_id == event["event_id"]]
    assert (outcome.verdict, outcome.reason, outcome.channel) == ("dropped", "consent_denied", "ga4")
    assert stack.meta.accepted(event_id=event["event_id"]) == []


def test_without_an_id_the_tags_own_is_metas(stack: Pipeline, now: int) -> None:
    event = {**purchase(now, f"T-{now}"), "event_id": None}
    publish(stack, event)
    stack.drained()
    (accepted,) = stack.meta.accepted(event_id=f"purchase.T-{now}")
    assert accepted.event_name == "Purchase"


def test_a_browser_that_asks_twice_is_one_event_to_meta(stack: Pipeline, now: int) -> None:
    event: dict[str, Any] = {**purchase(now, ""), "event_name": "page_view", "event_id": None, "x-ga-page_id": now}
    again = {**event, "x-sst-system_properties": {"request_start_time_ms": now * 1000 + 456}}
    for arrival in (event, again):
        assert publish(stack, arrival).ended == ["success"]
    stack.drained()
    ids = {one.event_id for one in stack.meta.accepted(event_name="PageView") if len(one.event_id or "") == 64}
    assert len(ids) == 1
