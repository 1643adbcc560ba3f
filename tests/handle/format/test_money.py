from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.format.money import amount, currency_code, quantity
from omnicapi.values.currencies import DIGITS

decimals = st.decimals(allow_nan=True, allow_infinity=True)


@pytest.mark.parametrize(
    ("value", "currency", "rounded"),
    [
        ("142.525", "USD", "142.53"),
        ("142.5", "BRL", "142.50"),
        ("1999.5", "JPY", "2000"),
        ("10", "CLP", "10"),
        ("1.2345", "KWD", "1.235"),
        ("0.005", "EUR", "0.01"),
        ("1E+2", "EUR", "100.00"),
        ("-0.001", "EUR", "0.00"),
        ("-5", "EUR", "-5.00"),
        ("3.14159", None, "3.14"),
        ("999999999999999.99", "EUR", "999999999999999.99"),
        ("0.000001", "EUR", "0.00"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(value: str, currency: str | None, rounded: str) -> None:
    assert str(amount(Decimal(value), currency)) == rounded


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+16", "1E+999999"])
def test_what_is_no_usable_number_is_no_amount(value: str) -> None:
    assert amount(Decimal(value), "EUR") is None


@given(decimals, st.sampled_from([None, "USD", "JPY", "KWD", "CLF"]))
def test_rounding_moves_an_amount_by_less_than_its_smallest_coin(value: Decimal, currency: str | None) -> None:
    rounded = amount(value, currency)
    if rounded is not None:
        assert abs(rounded - value) <= Decimal(1).scaleb(-DIGITS.get(currency or "USD", 2)) / 2
        assert amount(rounded, currency) == rounded


@pytest.mark.parametrize(
    ("value", "made"),
    [("1", "1"), ("3.0", "3"), ("2E+1", "20"), ("0.455", "0.455"), ("1E+14", "100000000000000")],
)
def test_a_quantity_is_a_whole_number_where_it_can_be(value: str, made: str) -> None:
    assert str(quantity(Decimal(value))) == made


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity", "1E+15", "1E-15"])
def test_what_is_not_positive_is_no_quantity(value: str) -> None:
    assert quantity(Decimal(value)) is None


@given(decimals)
def test_no_number_is_too_strange(value: Decimal) -> None:
    amount(value, "EUR")
    quantity(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [("brl", "BRL"), (" Usd ", "USD"), ("R$", "BRL"), ("€", "EUR"), ("Ft", "HUF"), ("", None), ("EURO ZONE", None)],
)
def test_a_currency_is_a_code_or_a_sign_of_one_or_is_none(text: str, code: str | None) -> None:
    assert currency_code(text) == code


@pytest.mark.parametrize(
    ("text", "default", "code"), [("$", "MXN", "MXN"), ("$", "EUR", None), ("$", None, None), ("kr", "SEK", "SEK")]
)
def test_a_sign_of_several_is_the_default_that_is_written_so(text: str, default: str | None, code: str | None) -> None:
    assert currency_code(text, default) == code
