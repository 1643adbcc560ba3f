import json
from decimal import Decimal
from typing import Any

import pytest

from ingest.values.amounts import Written
from ingest.values.contents import contents, ids
from ingest.values.convert import BadValue, PartlyRead, as_cell
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
    assert caught.value.faults == ("[0].item_price:number_unreadable", "[3].brand:several_values")


def test_of_many_faults_ten_are_named_and_the_others_counted() -> None:
    with pytest.raises(PartlyRead) as caught:
        contents([{"id": "a", "item_price": "planted"}] * 500)
    assert len(caught.value.value) == 500
    assert len(caught.value.faults) == 11
    assert caught.value.faults[-1] == ":490_more_unreadable"


PRODUCTS = [{"id": "1", "quantity": 1}, {"id": "3", "quantity": 2}]


@pytest.mark.parametrize(
    "cell",
    [
        PRODUCTS,
        {"0": PRODUCTS[0], "2": PRODUCTS[1]},
        {"1": PRODUCTS[0], "2": PRODUCTS[1]},
        {"sku1": PRODUCTS[0], "sku2": PRODUCTS[1]},
        [PRODUCTS],
        [[PRODUCTS[0]], None, {"0": PRODUCTS[1]}],
        json.dumps(PRODUCTS),
        json.dumps({"0": PRODUCTS[0], "1": PRODUCTS[1]}),
        json.dumps(json.dumps(PRODUCTS)),
        [{"item_id": 1, "quantity": "1"}, {"SKU": 3.0, "Quantity": 2.0}],
        [{"product_id": "1", "content_quantity": 1}, {"content_id": "3", "QUANTITY": "2"}],
    ],
)
def test_a_list_of_products_is_read_in_every_shape(cell: Any) -> None:
    assert contents(as_cell(cell)) == [Content(id="1", quantity=Decimal(1)), Content(id="3", quantity=Decimal(2))]


def test_a_products_own_name_counts_more_than_another() -> None:
    [made] = contents([{"id": "a", "sku": "b", "item_price": 1, "unit_price": 2}])
    assert (made.id, made.item_price, made.properties) == ("a", Decimal(1), {"sku": "b", "unit_price": 2})


def test_a_price_keeps_the_currency_that_its_product_names() -> None:
    [made] = contents([{"id": "a", "price": 5, "currency": "USD"}])
    assert isinstance(made.item_price, Written)
    assert made.item_price == Decimal(5)
    assert made.item_price.currencies == {"USD"}
    [own] = contents([{"id": "a", "price": "€5", "currency": "USD"}])
    assert isinstance(own.item_price, Written)
    assert own.item_price.currencies == {"EUR"}
    assert type(contents([{"id": "a", "price": 5, "currency": "shells"}])[0].item_price) is Decimal


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (["a", "b"], ["a", "b"]),
        ("a,b", ["a", "b"]),
        ("a; b", ["a", "b"]),
        ("a|b||", ["a", "b"]),
        ("a\nb", ["a", "b"]),
        (["a,b"], ["a", "b"]),
        ('["a", "b"]', ["a", "b"]),
        ("[12,34]", ["12", "34"]),
        ("[a, b]", ["a", "b"]),
        ("['a', 'b']", ["a", "b"]),
        ('{a,"b"}', ["a", "b"]),
        ("(a, b)", ["a", "b"]),
        ("{3F2504E0-4F89}", ["{3F2504E0-4F89}"]),
        ("(a)", ["(a)"]),
        ('"a,b"', ["a", "b"]),
        ('{"0": "a", "2": "b"}', ["a", "b"]),
        ({"0": "a", "2": "b"}, ["a", "b"]),
        ({"1": ["a"], "2": ["b"]}, ["a", "b"]),
        ([["a"], ["b"]], ["a", "b"]),
        ([12, 34.0, "34.0"], ["12", "34", "34.0"]),
        (12, ["12"]),
        ([{"id": "a"}, {"item_id": "b"}], ["a", "b"]),
        ({"id": "a", "quantity": 2}, ["a"]),
        ([None, "", "a"], ["a"]),
        ("[object Object],[object Object]", ["[object Object]", "[object Object]"]),
        ("{{ids}}", ["{{ids}}"]),
        ('TV 42"', ['TV 42"']),
    ],
)
def test_a_list_of_ids_is_read_in_every_shape(cell: Any, found: list[str]) -> None:
    assert ids(as_cell(cell)) == found


def test_what_holds_no_id_is_refused_and_costs_no_other() -> None:
    for cell in ({"a": {"b": 1}}, [{}, {"quantity": 1}], 'a:2:{i:0;s:1:"x";i:1;s:1:"y";}'):
        with pytest.raises(BadValue) as caught:
            ids(cell)
        assert caught.value.reason == "text_unreadable"
    with pytest.raises(PartlyRead) as partly:
        ids(["a", {"quantity": 1}])
    assert (partly.value.value, partly.value.faults) == (["a"], (":text_unreadable",))


def test_a_quantity_may_be_called_qty() -> None:
    assert contents([{"id": "a", "qty": 3}, {"id": "b", "Qty": "2"}]) == [
        Content(id="a", quantity=Decimal(3)),
        Content(id="b", quantity=Decimal(2)),
    ]
