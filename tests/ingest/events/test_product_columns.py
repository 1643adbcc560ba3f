"""Several products in the cells of one row, seen in the events that come out of a file."""

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.inference.map_check import check
from ingest.maps.field_map import parse
from ingest.rows.conversion import begin, events
from omnicapi.errors import BadMap
from omnicapi.messages import Content, Event, Origin

PRODUCT = {"CONTENT_ID": "sku", "CONTENT_QUANTITY": "qty", "CONTENT_PRICE": "price", "CONTENT_BRAND": "brand"}
HEAD = "when\tsku\tqty\tprice\tbrand\n"
PATH = "custom_data.contents"


def map_text(between: str = ";", **entries: Any) -> bytes:
    columns = {name: {"column": column, "between": between} for name, column in PRODUCT.items()}
    defaults = {"EVENT_NAME": "Lead", "ACTION_SOURCE": "physical_store", **entries.pop("defaults", {})}
    return json.dumps({"columns": {"EVENT_TIME": "when", **columns}, "defaults": defaults, **entries}).encode()


def read(sku: str, qty: str = "", price: str = "", brand: str = "", **entries: Any) -> Event:
    text = f"{HEAD}1795435200\t{sku}\t{qty}\t{price}\t{brand}\n"
    map_ = parse("store", map_text(**entries))
    [made] = events(io.BytesIO(text.encode()), map_, Origin(object="a.tsv"), 0)
    assert isinstance(made, Event), made
    return made


def test_what_stands_at_one_place_of_each_cell_is_one_product() -> None:
    made = read("sku1;sku2", "3;5", "4.95;9.56", "Acme; Best")
    assert made.custom_data.contents == [
        Content(id="sku1", quantity=Decimal(3), item_price=Decimal("4.95"), brand="Acme"),
        Content(id="sku2", quantity=Decimal(5), item_price=Decimal("9.56"), brand="Best"),
    ]
    assert made.warnings == []


def test_one_product_is_one() -> None:
    assert read("sku1", "3", "4.95").custom_data.contents == [
        Content(id="sku1", quantity=Decimal(3), item_price=Decimal("4.95"))
    ]


def test_a_column_that_says_another_number_of_things_is_left_out_as_a_whole() -> None:
    made = read("sku1;sku2", "3", "4.95;9.56;1.00", "A;B")
    assert made.custom_data.contents == [Content(id="sku1", brand="A"), Content(id="sku2", brand="B")]
    assert made.warnings == [f"{PATH}.quantity:other_count", f"{PATH}.item_price:other_count"]


def test_empty_places_and_a_separator_at_the_end_keep_the_others_in_place() -> None:
    made = read("sku1;sku2;", ";2", "4.95;", ";;")
    assert made.custom_data.contents == [
        Content(id="sku1", item_price=Decimal("4.95")),
        Content(id="sku2", quantity=Decimal(2)),
    ]
    assert made.warnings == []


def test_without_ids_there_are_no_products() -> None:
    made = read("", "1;2")
    assert (made.custom_data.contents, made.warnings) == ([], [f"{PATH}.quantity:other_count"])


def test_one_bad_price_costs_only_itself() -> None:
    made = read("a;b", "1;1", "cheap;9.56")
    assert [product.item_price for product in made.custom_data.contents] == [None, Decimal("9.56")]
    assert made.warnings == [f"{PATH}[0].item_price:number_unreadable"]


def test_the_parts_show_the_decimal_separator_and_name_their_currency() -> None:
    comma = read("a;b", "", "1.234;5,50")
    assert [product.item_price for product in comma.custom_data.contents] == [Decimal(1234), Decimal("5.50")]
    euros = read("a;b", "", "€4.00;$5.00", defaults={"CURRENCY": "EUR"})
    assert [product.item_price for product in euros.custom_data.contents] == [Decimal(4), None]
    assert euros.warnings == [f"{PATH}[1].item_price:currency_contradicted"]


def test_a_constant_holds_of_each_product() -> None:
    made = read("a|b", between="|", defaults={"CONTENT_DELIVERY": "in_store"})
    assert {product.delivery_category for product in made.custom_data.contents} == {"in_store"}


CELLS = st.lists(st.sampled_from(["1", "2", "3", ""]), max_size=4)


@given(CELLS, CELLS, CELLS)
def test_nothing_is_ever_paired_with_another_product(ids: list[str], quantities: list[str], prices: list[str]) -> None:
    made = read(";".join(ids), ";".join(quantities), ";".join(prices))
    for index, product in enumerate(made.custom_data.contents):
        for said, value in ((quantities, product.quantity), (prices, product.item_price)):
            assert value is None or said[index] == str(value)
    assert [product.id or "" for product in made.custom_data.contents] == ids[: len(made.custom_data.contents)]


def test_a_map_that_is_checked_looks_at_each_part() -> None:
    text = f"{HEAD}1795435200\ta;b\t1;2\tx;9.56\t\n".encode()
    found = check(
        parse("store", map_text()), begin(io.BytesIO(text), parse("store", map_text()), Origin(object="a.tsv"))
    )
    assert {column.field: dict(column.unreadable) for column in found.columns if column.unreadable} == {
        "contents[0].item_price": {"number_unreadable": 1}
    }


def test_only_columns_of_products_hold_several() -> None:
    for columns in ({"EMAIL": {"column": "e", "between": ";"}}, {"CONTENT_ID": {"column": "id_{n}", "between": ";"}}):
        with pytest.raises(BadMap, match='"between" belongs to columns of products'):
            parse("store", json.dumps({"columns": columns}).encode())
