from decimal import Decimal

import pytest

from ingest.contents import contents
from ingest.convert import BadValue, PartlyRead, as_cell
from omnicapi.messages import Content


def test_products_keep_every_key() -> None:
    product = {"id": "sku1", "quantity": 3, "item_price": Decimal("8.0"), "brand": "Acme", "colour": ["red"]}
    assert contents([product]) == [
        Content(
            id="sku1",
            quantity=Decimal(3),
            item_price=Decimal("8.0"),
            brand="Acme",
            properties={"colour": ["red"]},
        )
    ]


def test_price_counts_as_item_price_where_that_is_absent() -> None:
    assert contents([{"id": "a", "price": "9.50"}])[0].item_price == Decimal("9.50")
    both = contents([{"id": "a", "price": 1, "item_price": 2}])[0]
    assert (both.item_price, both.properties) == (Decimal(2), {"price": 1})


def test_ids_alone_one_object_and_a_json_text_will_do() -> None:
    assert contents(["a", 2]) == [Content(id="a"), Content(id="2")]
    assert contents({"id": "a"}) == [Content(id="a")]
    assert contents('[{"id": "a", "quantity": 1.50}]') == [Content(id="a", quantity=Decimal("1.50"))]


def test_an_empty_key_says_nothing() -> None:
    assert contents([{"id": "a", "brand": None, "quantity": ""}]) == [Content(id="a")]


@pytest.mark.parametrize("cell", ["shoes", '{"a"', "[1e999999999999999999999999]", as_cell(3), as_cell(Decimal("1.5"))])
def test_what_is_no_list_is_refused(cell: str) -> None:
    with pytest.raises(BadValue) as caught:
        contents(cell)
    assert caught.value.reason == "contents_unreadable"


def test_what_of_a_product_cannot_be_read_is_left_out_and_named() -> None:
    products = [{"id": "a", "item_price": "planted", "quantity": 2}, ["b"], "c", {"id": {}, "brand": ["x", "y"]}, [{}]]
    with pytest.raises(PartlyRead) as caught:
        contents(products)
    assert caught.value.value == [Content(id="a", quantity=Decimal(2)), Content(id="b"), Content(id="c"), Content()]
    assert caught.value.faults == (
        "[0].item_price:number_unreadable",
        "[3].brand:several_values",
        "[4]:text_unreadable",
    )


def test_of_many_faults_ten_are_named_and_the_others_counted() -> None:
    with pytest.raises(PartlyRead) as caught:
        contents([{"id": "a", "item_price": "planted"}] * 500)
    assert len(caught.value.value) == 500
    assert len(caught.value.faults) == 11
    assert caught.value.faults[-1] == ":490_more_unreadable"
