"""Amounts that name their currency, seen in the events that come out of files and messages."""

import io
import json
from decimal import Decimal
from typing import Any

import pytest

from ingest.events.currency import joint
from ingest.maps.field_map import parse
from ingest.maps.folder import Maps
from ingest.rows.conversion import events
from ingest.topic.reader import TopicReader
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Content, Event, Origin, Outcome

T = 1_795_435_200
DEFAULTS = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store"}
CURRENCY, VALUE = "custom_data.currency", "custom_data.value"


def rows(head: str, *cells: str, **entries: Any) -> list[Event | Outcome]:
    file = {"columns": {name: name for name in head.split(";")}, **entries}
    file["defaults"] = {**DEFAULTS, **entries.get("defaults", {})}
    text = "\n".join([head, *cells]) + "\n"
    return list(events(io.BytesIO(text.encode()), parse("store", json.dumps(file).encode()), Origin(object="a.csv"), 0))


def row(head: str, cells: str, **entries: Any) -> Event:
    [made] = rows(f"EVENT_TIME;{head}", f"{T};{cells}", **entries)
    assert isinstance(made, Event), made
    return made


def message(maps: Maps, **custom: Any) -> Event:
    item = {"event_name": "Lead", "event_time": T, "action_source": "other", "user_data": {"em": "a@b.example"}}
    data = json.dumps({**item, "custom_data": custom}).encode()
    [made] = TopicReader(maps).events(PushMessage(data, {}, "m1"), 0)
    assert isinstance(made, Event), made
    return made


def test_a_refusal_names_the_cell_the_sign_and_the_currency() -> None:
    [made] = rows("EVENT_TIME;VALUE;CURRENCY", f"{T};€13,848.70;DZD")
    assert isinstance(made, Outcome)
    assert (made.reason, made.field) == ("currency_contradicted", VALUE)
    assert str(made.message).startswith(f"B2 ({VALUE}): the amount is written with €, which DZD is not;")
    assert "13" not in str(made.message)


def test_a_value_without_a_column_is_refused_too() -> None:
    [made] = rows("EVENT_TIME;CURRENCY", f"{T};DZD", defaults={"VALUE": "€5"})
    assert isinstance(made, Outcome)
    assert (made.reason, made.field) == ("currency_contradicted", VALUE)


def test_a_sign_beats_a_default_with_a_warning_and_confirms_without() -> None:
    euros = row("VALUE", "€36.82", defaults={"CURRENCY": "BRL"})
    assert (euros.custom_data.value, euros.custom_data.currency) == (Decimal("36.82"), "EUR")
    assert euros.warnings == [f"{CURRENCY}:read_from_amount"]
    reais = row("VALUE", "R$ 36,82", defaults={"CURRENCY": "BRL"})
    assert (reais.custom_data.value, reais.custom_data.currency, reais.warnings) == (Decimal("36.82"), "BRL", [])
    assert type(reais.custom_data.value) is Decimal


def test_a_sign_of_several_becomes_the_currency_where_nothing_decides() -> None:
    assert row("VALUE", "$5.00").custom_data.currency == "$"
    assert row("VALUE;CURRENCY", "5.00;$", defaults={"CURRENCY": "MXN"}).custom_data.currency == "MXN"
    assert row("VALUE;CURRENCY", "US$5.00;$").custom_data.currency == "USD"


def test_an_event_that_can_do_without_its_value_loses_only_that(maps: Maps) -> None:
    lead = message(maps, value="€5.00", currency="USD", content_name="a")
    assert (lead.custom_data.value, lead.custom_data.currency, lead.custom_data.content_name) == (None, "USD", "a")
    assert lead.warnings == [f"{VALUE}:currency_contradicted"]


def test_later_values_name_the_currency_only_where_there_is_no_value(maps: Maps) -> None:
    assert message(maps, net_revenue="€5.00").custom_data.currency == "EUR"
    both = message(maps, value=5, net_revenue="€5.00", predicted_ltv="€9.00")
    assert (both.custom_data.currency, both.custom_data.net_revenue) == (None, None)
    assert both.custom_data.value == Decimal(5)
    assert "custom_data.net_revenue:currency_contradicted" in both.warnings


def test_a_currency_that_nobody_knows_is_left_for_handle_to_refuse() -> None:
    assert row("VALUE;CURRENCY", "€5.00;shells").custom_data.currency == "shells"


def test_a_messages_formatted_number_says_so(maps: Maps) -> None:
    made = message(
        maps, value="4,245.42", currency="EUR", contents=[{"id": "a", "quantity": "1 000", "item_price": "€4"}]
    )
    assert made.custom_data.value == Decimal("4245.42")
    assert made.custom_data.contents == [Content(id="a", quantity=Decimal(1000), item_price=Decimal(4))]
    assert set(made.warnings) == {
        f"{VALUE}:formatted_number",
        "custom_data.contents[0].quantity:formatted_number",
        "custom_data.contents[0].item_price:formatted_number",
    }


def test_a_price_of_another_currency_is_left_out(maps: Maps) -> None:
    left_out = "item_price:currency_contradicted"
    made = message(
        maps, value=9, currency="EUR", contents=[{"id": "a", "item_price": "$4"}, {"id": "b", "item_price": 5}]
    )
    assert [product.item_price for product in made.custom_data.contents] == [None, 5]
    assert made.warnings == [f"custom_data.contents[0].{left_out}"]
    unknown = row("VALUE;CONTENT_ID;CONTENT_PRICE", "9.00;a;€4.00")
    assert (unknown.custom_data.currency, unknown.custom_data.contents) == (None, [Content(id="a")])
    assert unknown.warnings == [f"custom_data.contents[0].{left_out}"]


def test_a_price_never_decides_the_currency_of_the_value() -> None:
    made = row("VALUE;CONTENT_ID;CONTENT_PRICE", "9.00;a;€4.00", defaults={"CURRENCY": "BRL"})
    assert (made.custom_data.value, made.custom_data.currency) == (Decimal(9), "BRL")
    assert [product.item_price for product in made.custom_data.contents] == [None]


def test_a_number_of_ones_own_may_bear_the_events_sign() -> None:
    properties = {"tax": {"column": "tax", "type": "number"}}
    made = row("VALUE;tax", "€9.00;€1.50", properties=properties, columns={"EVENT_TIME": 0, "VALUE": 1})
    assert made.custom_data.properties == {"tax": Decimal("1.50")}
    other = row("VALUE;tax", "€9.00;$1.50", properties=properties, columns={"EVENT_TIME": 0, "VALUE": 1})
    assert (other.custom_data.properties, other.warnings[-1]) == (
        {"tax": None},
        "custom_data.tax:currency_contradicted",
    )


ORDER = "EVENT_TIME;ORDER_ID;VALUE;CURRENCY;CONTENT_ID;CONTENT_PRICE;ship"
ORDERS = {"columns": {name: name for name in ORDER.split(";")[:-1]}, "orders": {"total": "order", "extras": ["ship"]}}


def test_an_orders_rows_say_the_currency_together() -> None:
    [made] = rows(ORDER, f"{T};o1;$9.00;USD;a;$4.00;$1.00", f"{T};o1;;;b;$4.00;", **ORDERS)
    assert isinstance(made, Event), made
    assert (made.custom_data.value, made.custom_data.currency, made.warnings) == (Decimal(9), "USD", [])
    assert [product.item_price for product in made.custom_data.contents] == [4, 4]
    [made] = rows(ORDER, f"{T};o1;$9.00;;a;$4.00;", f"{T};o1;$9.00;usd;b;$5.00;", **ORDERS)
    assert isinstance(made, Event), made
    assert made.custom_data.currency == "USD"


def test_an_orders_rows_that_contradict_each_other_are_refused() -> None:
    [made] = rows(ORDER, f"{T};o1;9.00;EUR;a;4.00;", f"{T};o1;$9.00;;b;5.00;", **ORDERS)
    assert isinstance(made, Outcome)
    assert (made.reason, made.field) == ("order_rows_differ", CURRENCY)


def test_shipping_of_another_currency_is_no_part_of_an_orders_total() -> None:
    [made] = rows(ORDER, f"{T};o1;€5.00;EUR;a;€4.00;$1.00", **ORDERS)
    assert isinstance(made, Event), made
    assert made.warnings == [f"{VALUE}:order_total_differs"]


@pytest.mark.parametrize(
    ("stated", "currency"),
    [
        (["EUR"], "EUR"), (["eur", "€"], "EUR"), (["$", "USD"], "USD"), (["$", "C$"], "CAD"), (["$", "B$"], "B$"),
        (["$"], "$"), (["EUR", "USD"], None), (["$", "€"], None), (["x"], "x"), (["x", "EUR"], None),
    ],
)  # fmt: skip
def test_what_several_currencies_mean_together(stated: list[str], currency: str | None) -> None:
    assert joint(stated) == currency
