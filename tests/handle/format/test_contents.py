from __future__ import annotations

from decimal import Decimal
from typing import Any

from handle.format.contents import contents
from omnicapi.messages import Content


def formatted(*lines: Content, currency: str | None = "EUR") -> tuple[list[dict[str, Any]], list[str]]:
    warnings: list[str] = []
    return contents(list(lines), currency, warnings), warnings


def test_a_product_in_full() -> None:
    line = Content(
        id="sku-1",
        quantity=Decimal(2),
        item_price=Decimal("9.999"),
        delivery_category="curbside",
        title="Blue shoe",
        description="A shoe",
        brand="Acme",
        category="Shoes",
        properties={"size": 42},
    )
    assert formatted(line) == (
        [
            {
                "id": "sku-1",
                "quantity": 2,
                "item_price": Decimal("10.00"),
                "delivery_category": "curbside",
                "title": "Blue shoe",
                "description": "A shoe",
                "brand": "Acme",
                "category": "Shoes",
                "size": 42,
            }
        ],
        [],
    )


def test_a_product_without_id_is_left_out_because_meta_refuses_the_event_for_it() -> None:
    kept = [{"id": "b", "quantity": 1}]
    assert formatted(Content(quantity=Decimal(1)), Content(id="b", quantity=Decimal(1))) == (
        kept,
        ["custom_data.contents[0].id:missing"],
    )


def test_a_product_without_quantity_is_one_piece() -> None:
    assert formatted(Content(id="a")) == (
        [{"id": "a", "quantity": 1}],
        ["custom_data.contents[0].quantity:assumed_one"],
    )


def test_a_product_given_back_is_left_out() -> None:
    assert formatted(Content(id="a", quantity=Decimal(-1))) == ([], ["custom_data.contents[0].quantity:not_positive"])


def test_an_address_is_no_product_id() -> None:
    assert formatted(Content(id="jane@example.com", quantity=Decimal(1))) == (
        [],
        ["custom_data.contents[0].id:personal_data"],
    )


def test_a_measure_keeps_its_decimals_and_a_price_its_currencys() -> None:
    made, _ = formatted(Content(id="a", quantity=Decimal("0.455"), item_price=Decimal("1200.5")), currency="JPY")
    assert made == [{"id": "a", "quantity": Decimal("0.455"), "item_price": Decimal(1201)}]


def test_what_meta_would_not_take_is_left_out() -> None:
    line = Content(id="a", quantity=Decimal(1), item_price=Decimal("NaN"), delivery_category="drone", title="a@b.cz")
    assert formatted(line) == (
        [{"id": "a", "quantity": 1}],
        [
            "custom_data.contents[0].item_price:not_a_number",
            "custom_data.contents[0].delivery_category:unknown_value",
            "custom_data.contents[0].title:personal_data",
        ],
    )


def test_price_is_an_older_name_for_item_price() -> None:
    assert formatted(Content(id="a", quantity=Decimal(1), properties={"price": 9.5}))[0] == [
        {"id": "a", "quantity": 1, "item_price": Decimal("9.50")}
    ]
    both = Content(id="a", quantity=Decimal(1), item_price=Decimal(1), properties={"price": 9.5, "id": "z", "note": ""})
    assert formatted(both)[0] == [{"id": "a", "quantity": 1, "item_price": Decimal("1.00")}]


def test_personal_data_in_a_product_is_left_out() -> None:
    line = Content(id="a", quantity=Decimal(1), properties={"engraving": "for jane@example.com", "size": 1})
    assert formatted(line) == ([{"id": "a", "quantity": 1, "size": 1}], ["custom_data.contents[0]:personal_data"])
