"""Cancelled, refunded, free and test orders of the presets are no purchases; of one partly refunded the rest is one."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.maps.conditions import Only
from ingest.maps.field_map import parse
from ingest.rows.conversion import events
from omnicapi.errors import BadMap
from omnicapi.messages import Event, Origin, Outcome

SAMPLES = Path(__file__).parents[1] / "presets"


def read(preset: str, rows: list[dict[str, str]], **entries: object) -> list[Event | Outcome]:
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, delimiter="\t" if preset == "amazon-orders" else ",", restval="")
    writer.writeheader()
    writer.writerows(rows)
    map_ = parse("shop", json.dumps({"preset": preset, "time_zone": "UTC", **entries}).encode())
    return list(events(io.BytesIO(text.getvalue().encode()), map_, Origin(object="a.csv"), 0))


SHOPIFY = {
    "Name": "#1",
    "Email": "a@b.example",
    "Financial Status": "paid",
    "Created at": "2026-11-28 10:00:00 -0500",
    "Currency": "USD",
    "Shipping": "0.00",
    "Taxes": "0.00",
    "Discount Amount": "0.00",
    "Total": "50.00",
    "Lineitem quantity": "1",
    "Lineitem price": "50.00",
    "Lineitem sku": "A",
    "Refunded Amount": "0.00",
    "Cancelled at": "",
}
SHOPIFY_NEXT = {
    **dict.fromkeys(SHOPIFY, ""),
    "Name": "#1",
    "Email": "a@b.example",
    "Lineitem quantity": "1",
    "Lineitem price": "0.00",
}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"Cancelled at": "2026-11-28 12:00:00 -0500"}, "row_not_wanted"),
        *(
            ({"Financial Status": status}, "row_not_wanted")
            for status in ("refunded", "voided", "pending", "authorized")
        ),
        ({"Financial Status": "partially_paid"}, "row_not_wanted"),
        ({"Payment Method": "bogus"}, "row_not_wanted"),
        ({"Payment Method": "Bogus Gateway + Gift Card"}, "row_not_wanted"),
        ({"Tags": "vip, Test"}, "row_not_wanted"),
        ({"Total": "0.00", "Lineitem price": "0.00"}, "order_without_value"),
        ({"Financial Status": "partially_refunded", "Refunded Amount": "50.00"}, "order_without_value"),
    ],
)
def test_an_order_of_shopify_that_is_none_is_left_out_with_all_its_rows(said: dict[str, str], reason: str) -> None:
    found = read("shopify-orders", [{**SHOPIFY, **said}, SHOPIFY_NEXT, {**SHOPIFY, "Name": "#2"}])
    dropped = [one for one in found if isinstance(one, Outcome)]
    assert {one.reason for one in dropped} == {reason}
    assert {one.verdict for one in dropped} == {"dropped"}
    assert [one.custom_data.order_id for one in found if isinstance(one, Event)] == ["#2"]


def test_of_an_order_that_was_partly_refunded_the_rest_is_sent() -> None:
    [event] = read(
        "shopify-orders", [{**SHOPIFY, "Financial Status": "partially_refunded", "Refunded Amount": "20.00"}]
    )
    assert isinstance(event, Event)
    assert event.custom_data.value == Decimal("30.00")
    assert event.warnings == ["custom_data.value:refund_subtracted"]


def test_a_refund_that_cannot_be_read_is_never_taken_for_none() -> None:
    [outcome] = read("shopify-orders", [{**SHOPIFY, "Refunded Amount": "some"}])
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict, outcome.reason) == ("rejected", "number_unreadable")


def test_an_export_without_the_newer_columns_is_still_read() -> None:
    old = {name: said for name, said in SHOPIFY.items() if name not in {"Refunded Amount", "Cancelled at"}}
    [event] = read("shopify-orders", [old])
    assert isinstance(event, Event)


WOO = {
    "order_number": "501",
    "order_date": "2026-11-27 09:15:00",
    "status": "completed",
    "billing_email": "a@b.example",
    "order_total": "45.00",
    "order_currency": "EUR",
    "line_item_1": "name:Mug: large|product_id:11|sku:MUG-1|quantity:2|total:40.00",
    "line_item_2": "",
    "line_item_3": "name:Tee|product_id:12|sku:|quantity:1|total:5.00",
}


def test_numbered_columns_of_whole_products_are_read_by_the_names_of_their_parts() -> None:
    [event] = read("woocommerce-orders", [WOO])
    assert isinstance(event, Event)
    assert [(one.id, one.quantity, one.title) for one in event.custom_data.contents] == [
        ("MUG-1", Decimal(2), "Mug: large"),
        ("12", Decimal(1), "Tee"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"status": word}
        for word in ("cancelled", "refunded", "failed", "pending", "on-hold", "wc-trash", "checkout-draft")
    ]
    + [{"order_total": "0.00"}, {"order_total": "0"}, {"order_refund_amount": "-45.00"}],
)
def test_an_order_of_woocommerce_that_is_none_is_left_out(said: dict[str, str]) -> None:
    [outcome] = read("woocommerce-orders", [{**WOO, **said}])
    assert isinstance(outcome, Outcome)
    assert outcome.verdict == "dropped"


def test_what_woocommerce_paid_back_is_taken_off() -> None:
    [event] = read("woocommerce-orders", [{**WOO, "Order Refund Amount": "5.00"}])
    assert isinstance(event, Event)
    assert event.custom_data.value == 40


def test_a_sheet_says_consent_browser_and_data_processing_options_by_their_names() -> None:
    row = {
        "event_name": "Purchase",
        "event_time": "1795435200",
        "action_source": "website",
        "email": "a@b.example",
        "client_user_agent": "Mozilla/5.0",
        "ad_user_data": "denied",
        "data_processing_options": '["LDU"]',
        "data_processing_options_state": "CA",
        "value": "10.50",
        "currency": "EUR",
    }
    event, cancelled = read("google-sheets", [{**row, "order_status": "paid"}, {**row, "order_status": "Cancelled"}])
    assert isinstance(event, Event)
    assert event.user_data.client_user_agent == "Mozilla/5.0"
    assert event.consent == {"ad_user_data": False}
    assert event.limited_data_use is not None
    assert (event.limited_data_use.options, event.limited_data_use.state) == (["LDU"], 1000)
    assert isinstance(cancelled, Outcome)
    assert cancelled.reason == "row_not_wanted"


@pytest.mark.parametrize("amount", ["50", "R$ 0,01", "1.234,56", "٥", "", "n/a"])
def test_an_amount_above_zero_is_one_however_it_is_written(amount: str) -> None:
    assert Only("Amount", above_zero=True).met(amount)


@pytest.mark.parametrize("amount", ["0", "0.00", "R$ 0,00", "-5", "(5.00)", "5,00-", "\u22125", "٠"])
def test_no_other_amount_is(amount: str) -> None:
    assert not Only("Amount", above_zero=True).met(amount)


def test_a_column_of_refunds_must_be_there_unless_the_map_says_otherwise() -> None:
    own = {"refunds": ["Paid back"]}
    base = {
        "columns": {"EVENT_TIME": "t", "ORDER_ID": "o"},
        "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "other"},
    }
    assert "Paid back" in parse("shop", json.dumps({**base, "orders": own}).encode()).needed
    optional = parse("shop", json.dumps({**base, "orders": {**own, "optional": ["Paid back"]}}).encode())
    assert "Paid back" not in optional.needed
    with pytest.raises(BadMap):
        parse("shop", json.dumps({**base, "only": [{"column": "t", "optional": True}]}).encode())


def test_what_a_cell_may_not_say_it_may_not_say_among_other_words() -> None:
    tags = Only("Tags", none_of=frozenset({"test"}))
    assert not any(map(tags.met, ["test", "vip, Test", "test;vip", "a|TEST "]))
    assert all(map(tags.met, ["", "vip", "contest, vip", "test drive"]))
