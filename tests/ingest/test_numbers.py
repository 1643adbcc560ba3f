from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.convert import BadValue, Numeral
from ingest.numbers import is_ambiguous, reader, separator_of

AMOUNTS = st.decimals(Decimal("-9999999.99"), Decimal("9999999.99"), places=2)
SEPARATORS: st.SearchStrategy[Literal[".", ","]] = st.sampled_from([".", ","])
CURRENCIES = st.sampled_from(["{}", "R$ {}", "R${}", "€ {}", "{} €", "US${}", "{} BRL", "EUR {}", "{} kr"])


def written(amount: Decimal, separator: str, thousands: str) -> str:
    return f"{amount:,.2f}".translate({ord(","): thousands, ord("."): separator})


def refusal(cell: str, decimal: Literal[".", ","] | None = None) -> str:
    with pytest.raises(BadValue) as caught:
        reader(decimal)(cell)
    return caught.value.reason


@given(AMOUNTS, SEPARATORS, st.sampled_from(["", "other", " ", "\u00a0", "\u202f", "'"]), CURRENCIES)
def test_an_amount_is_read_however_it_is_written(
    amount: Decimal, separator: Literal[".", ","], thousands: str, currency: str
) -> None:
    other = "," if separator == "." else "."
    cell = currency.format(written(amount, separator, other if thousands == "other" else thousands))
    assert reader(separator)(cell) == amount
    assert reader(None)(cell) == amount


@given(AMOUNTS, SEPARATORS)
def test_what_is_read_without_knowing_the_separator_is_read_the_same_with_it(
    amount: Decimal, separator: Literal[".", ","]
) -> None:
    cell = written(amount, separator, "")
    assert separator_of([cell, "10", "x"]) == separator
    assert reader(separator)(cell) == reader(None)(cell)


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"))
def test_three_digits_behind_the_only_separator_are_never_guessed(before: int, behind: int, mark: str) -> None:
    cell = f"{before}{mark}{behind:03}"
    assert is_ambiguous(cell)
    assert separator_of([cell]) is None
    assert refusal(cell) == "number_ambiguous"
    values = {reader(".")(cell), reader(",")(cell)}
    assert values == {Decimal(f"{before}.{behind:03}"), Decimal(f"{before}{behind:03}")}


@pytest.mark.parametrize(
    ("cell", "value"),
    [("0,125", "0.125"), ("1234,567", "1234.567"), ("1.234.567", "1234567"), ("12,00-", "-12"), ("1'234.50", "1234.5")],
)
def test_a_number_of_one_reading_needs_no_declaration(cell: str, value: str) -> None:
    assert reader(None)(cell) == Decimal(value)


def test_a_column_that_shows_both_separators_decides_nothing() -> None:
    assert separator_of(["12,50", "12.50"]) is None
    assert separator_of([]) is None


def test_a_spreadsheets_own_number_has_a_point() -> None:
    assert reader(",")(Numeral("1.234")) == Decimal("1.234")
    assert reader(None)(Numeral("1.234")) == Decimal("1.234")


@given(st.text(max_size=8))
def test_what_is_no_number_is_refused_and_nothing_else_happens(cell: str) -> None:
    assume(not any(character.isdigit() for character in cell))
    assert refusal(cell) in {"number_unreadable", "number_decimal_comma"}


@pytest.mark.parametrize("decimal", [".", ",", None])
@pytest.mark.parametrize("cell", ["5.51E+12", "5,51E+12"])
def test_lost_digits_are_never_read(cell: str, decimal: Literal[".", ","] | None) -> None:
    assert refusal(cell, decimal) in {"number_exponent", "number_decimal_comma"}


@pytest.mark.parametrize(("cell", "decimal"), [("220.00", ","), ("220,00", "."), ("0,123", "."), ("1.23.456", ",")])
def test_a_number_that_contradicts_its_column_is_refused(cell: str, decimal: Literal[".", ","]) -> None:
    assert refusal(cell, decimal) == "number_unreadable"
