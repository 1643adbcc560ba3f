from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.orders.total import Line, Meaning, total
from omnicapi.errors import Refused
from omnicapi.messages import Content, CustomData, Event, Origin

AMOUNTS = st.decimals(Decimal("0.03"), Decimal("9999.99"), places=2)
"""More than what rows of one order may be rounded by."""

PRODUCTS = st.lists(st.tuples(st.integers(1, 9), AMOUNTS), min_size=1, max_size=5)


def line(
    value: Decimal | None, quantity: int | None = None, price: Decimal | None = None, *besides: Decimal | None
) -> Line:
    contents = [] if quantity is None else [Content(id="a", quantity=Decimal(quantity), item_price=price)]
    event = Event(
        event_id="",
        event_name="Purchase",
        event_time=1,
        channel="store",
        action_source="other",
        origin=Origin(),
        custom_data=CustomData(value=value, contents=contents),
    )
    return Line(event, besides[:1], besides[1:])


def refusal(lines: list[Line], meaning: Meaning | None = None) -> str:
    with pytest.raises(Refused) as caught:
        total(lines, meaning)
    assert caught.value.field == "custom_data.value"
    return caught.value.reason


@given(PRODUCTS, st.booleans())
def test_the_rows_own_values_are_added_up(products: list[tuple[int, Decimal]], declared: bool) -> None:
    lines = [line(quantity * price, quantity, price) for quantity, price in products]
    found = total(lines, "row" if declared else None)
    assert found.value == sum(quantity * price for quantity, price in products)
    assert found.adds_up


@given(PRODUCTS, st.booleans())
def test_an_orders_total_that_each_row_repeats_counts_once(products: list[tuple[int, Decimal]], declared: bool) -> None:
    whole = sum((quantity * price for quantity, price in products), Decimal())
    found = total([line(whole, quantity, price) for quantity, price in products], "order" if declared else None)
    assert (found.value, found.meaning, found.adds_up) == (whole, "order", True)


@given(PRODUCTS, AMOUNTS, AMOUNTS, st.booleans(), st.booleans())
def test_a_total_adds_up_with_or_without_shipping_and_discount(
    products: list[tuple[int, Decimal]], shipping: Decimal, discount: Decimal, shipped: bool, repeated: bool
) -> None:
    whole = sum((quantity * price for quantity, price in products), Decimal()) - discount + (shipping if shipped else 0)
    besides = [(shipping, discount)] + [(shipping, discount) if repeated else (None, None)] * (len(products) - 1)
    lines = [line(whole, *product, *each) for product, each in zip(products, besides, strict=True)]
    assert total(lines, "order") == total([line(whole, *products[0], *besides[0]), *lines[1:]], "order")
    assert total(lines, "order").adds_up


@given(PRODUCTS, st.decimals(Decimal("0.06"), Decimal(100), places=2))
def test_a_total_that_is_off_by_more_than_rounding_does_not_add_up(
    products: list[tuple[int, Decimal]], off: Decimal
) -> None:
    whole = sum((quantity * price for quantity, price in products), Decimal()) + off
    found = total([line(whole, quantity, price) for quantity, price in products], "order")
    assert (found.value, found.adds_up) == (whole, False)


def test_equal_values_that_prices_do_not_explain_are_not_guessed() -> None:
    assert refusal([line(Decimal(50)), line(Decimal(50))]) == "order_total_ambiguous"
    assert refusal([line(Decimal(70), 1, Decimal(50)), line(Decimal(70), 1, Decimal(50))]) == "order_total_ambiguous"


def test_values_of_a_cent_may_be_rounding_and_are_not_guessed() -> None:
    assert refusal([line(Decimal("0.01"), 1, Decimal("0.01"))] * 2) == "order_total_ambiguous"
    assert total([line(Decimal(50)), line(Decimal(50))], "row").value == 100
    assert total([line(Decimal(50)), line(Decimal(50))], "order").value == 50


def test_a_total_in_one_row_only_is_the_orders() -> None:
    lines = [line(Decimal(50)), line(None), line(None)]
    assert total(lines, None).value == total(lines, "row").value == total(lines, "order").value == 50


def test_totals_that_contradict_each_other_are_refused() -> None:
    assert refusal([line(Decimal(50)), line(Decimal(51))], "order") == "order_totals_differ"


def test_an_order_that_costs_nothing_or_says_nothing_is_left_so() -> None:
    assert total([line(Decimal(0)), line(Decimal(0))], None).value == 0
    assert total([line(None, 1, Decimal(5))], None).value is None
