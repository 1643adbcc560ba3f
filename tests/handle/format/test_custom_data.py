from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from handle.format.custom_data import CHOICES, TEXTS, custom_data
from handle.format.personal_data import phone_digits
from omnicapi.messages import Content, CustomData

JANES = phone_digits(["16505551212"])


def formatted(default: str | None = None, /, **given: Any) -> tuple[dict[str, Any], list[str]]:
    warnings: list[str] = []
    return custom_data(CustomData(**given), default, JANES, warnings), warnings


def test_money_is_rounded_to_its_currency() -> None:
    assert formatted(value=Decimal("10.005"), currency="usd") == ({"value": Decimal("10.01"), "currency": "USD"}, [])
    assert formatted(value=Decimal("10.5"), currency="JPY")[0] == {"value": Decimal(11), "currency": "JPY"}


def test_a_datasets_currency_is_for_amounts_without_one() -> None:
    assert formatted("BRL", value=Decimal(5))[0] == {"value": Decimal("5.00"), "currency": "BRL"}
    assert formatted("BRL", value=Decimal(5), currency="EUR")[0]["currency"] == "EUR"


def test_a_currency_is_never_sent_for_want_of_an_amount() -> None:
    assert formatted("BRL") == ({}, [])


def test_an_amount_without_currency_is_left_out() -> None:
    assert formatted(value=Decimal(5)) == ({}, ["custom_data.value:without_currency"])


def test_a_currency_that_is_none_is_not_replaced_by_the_datasets() -> None:
    made, warnings = formatted("BRL", value=Decimal(5), currency="REAIS")
    assert made == {}
    assert warnings == ["custom_data.currency:not_iso_4217", "custom_data.value:without_currency"]


@pytest.mark.parametrize("name", ["value", "net_revenue", "predicted_ltv"])
def test_what_is_no_number_is_left_out(name: str) -> None:
    made, warnings = formatted(currency="EUR", **{name: Decimal("NaN")})
    assert made == {"currency": "EUR"}
    assert warnings == [f"custom_data.{name}:not_a_number"]


def test_later_values_need_no_currency() -> None:
    assert formatted(net_revenue=Decimal("20.505"), predicted_ltv=Decimal(300))[0] == {
        "net_revenue": Decimal("20.51"),
        "predicted_ltv": Decimal("300.00"),
    }


def test_texts_are_kept_and_empty_ones_left_out() -> None:
    assert formatted(order_id="1001", item_number="a", content_name="", search_string="teal shoes", num_items=0)[0] == {
        "order_id": "1001",
        "item_number": "a",
        "search_string": "teal shoes",
        "num_items": 0,
    }


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_is_sent_where_it_is_the_only_one(name: str) -> None:
    text = min(CHOICES.get(name, {"teal"}))
    assert formatted(**{name: text}) == ({name: text}, [])


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_a_value_meta_does_not_know_is_left_out(name: str) -> None:
    assert formatted(**{name: "drone"}) == ({}, [f"custom_data.{name}:unknown_value"])
    known = min(CHOICES[name])
    assert formatted(**{name: known}) == ({name: known}, [])


def test_customer_segmentation_goes_into_custom_data() -> None:
    assert formatted(customer_segmentation="new_customer_to_business")[0] == {
        "customer_segmentation": "new_customer_to_business"
    }


def test_an_address_in_a_text_of_metas_is_left_out() -> None:
    assert formatted(search_string="jane@example.com") == ({}, ["custom_data.search_string:personal_data"])


def test_ids_and_type_follow_from_contents() -> None:
    made, _ = formatted(contents=[Content(id="a", quantity=Decimal(2)), Content(id="b", quantity=Decimal(1))])
    assert made["content_ids"] == ["a", "b"]
    assert made["content_type"] == "product"


def test_ids_and_type_that_are_given_stay() -> None:
    made, _ = formatted(contents=[Content(id="a")], content_ids=["g1"], content_type="product_group")
    assert (made["content_ids"], made["content_type"]) == (["g1"], "product_group")


def test_a_type_without_products_is_left_as_it_is() -> None:
    assert formatted(content_type="product")[0] == {"content_type": "product"}


def test_store_data_keeps_what_meta_takes() -> None:
    made, warnings = formatted(store_data={"store_page_id": "1", "store_code": "A-1", "brand_page_id": ""})
    assert made == {"store_data": {"store_page_id": "1"}}
    assert warnings == ["custom_data.store_data:unusable_key"]
    assert formatted(store_data={"store_code": "0042"}) == ({"store_data": {"store_code": "0042"}}, [])
    assert formatted(store_data={"store_code": "é"})[0] == {}


def test_properties_of_ones_own_are_kept_with_their_types() -> None:
    properties = {"tier": "gold", "visits": 3, "ratio": 0.5, "vip": False, "tags": ["a"], "city": "Paris"}
    assert formatted(properties=properties) == (properties, [])


def test_personal_data_among_properties_is_left_out_and_the_event_goes_on() -> None:
    made, warnings = formatted(
        properties={
            "email": "x",
            "note": "jane@example.com",
            "call": "+1 650 555 1212",
            "a@example.com": 1,
            "tier": "gold",
        }
    )
    assert made == {"tier": "gold"}
    assert warnings == [
        "custom_data.email:personal_data",
        "custom_data.note:personal_data",
        "custom_data.call:personal_data",
        "custom_data.*:personal_data",
    ]


def test_a_property_cannot_pass_for_one_of_metas_keys() -> None:
    made, warnings = formatted(currency="EUR", value=Decimal(1), properties={"value": 1_000_000, "contents": [{}]})
    assert made == {"value": Decimal("1.00"), "currency": "EUR"}
    assert warnings == [
        "custom_data.value:collides_with_standard_key",
        "custom_data.contents:collides_with_standard_key",
    ]


def test_empty_properties_are_left_out() -> None:
    assert formatted(properties={"a": None, "b": "", "c": [], "d": {}, "e": 0})[0] == {"e": 0}


@pytest.mark.parametrize(("given", "kept"), [("123", True), (123, True), ([1], False), (True, False)])
def test_a_catalogue_id_is_a_text_or_a_number(given: Any, kept: bool) -> None:
    assert ("product_catalog_id" in formatted(properties={"product_catalog_id": given})[0]) == kept


def test_a_product_given_back_is_named_nowhere() -> None:
    lines = [Content(id="s", quantity=Decimal(-1)), Content(id="t", quantity=Decimal(1))]
    made, warnings = formatted(contents=lines, content_ids=["s", "t"])
    assert made["content_ids"] == ["t"]
    assert warnings == ["custom_data.contents[0].quantity:not_positive"]
    again = [*lines, Content(id="s", quantity=Decimal(2))]
    assert formatted(contents=again, content_ids=["s", "t"])[0]["content_ids"] == ["s", "t"]
    assert formatted(contents=lines[:1], content_ids=["s"])[0] == {}


def test_of_a_sale_a_product_of_which_none_was_bought_is_not_named() -> None:
    data = CustomData(contents=[Content(id="t", quantity=Decimal(0))], content_ids=["t"])
    assert custom_data(data, None, JANES, [], is_sale=True) == {}
    assert custom_data(data, None, JANES, [])["content_ids"] == ["t"]


def test_a_negative_number_of_pieces_is_left_out() -> None:
    assert formatted(num_items=-1) == ({}, ["custom_data.num_items:negative"])
    assert formatted(num_items=0) == ({"num_items": 0}, [])
