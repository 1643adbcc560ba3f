"""Numbers with an exponent where digits were meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.values.exponents import JAVAS_FIRST, SHORTEST_FRACTION, digits_of


@given(st.integers(10**JAVAS_FIRST, 10**30), st.sampled_from(["E+", "e+0", "E+00", "E"]), st.sampled_from(".,"))
def test_digits_that_are_all_there_come_back_and_others_are_lost(number: int, sign: str, point: str) -> None:
    digits = str(number)
    exponent = str(len(digits) - 1)
    sign = sign[: 5 - len(exponent)]
    assert digits_of(f"{digits[0]}{point}{digits[1:]}{sign}{exponent}") == digits
    assert digits_of(f"{digits[0]}{point}{digits[1:-1]}{sign}{exponent}") == ""


@pytest.mark.parametrize(
    "code",
    ["12E3", "1E5", "0047583311587E590003", "1.5E8", "1.234E5", "90.750", "E+12", "1.23456789E8", "1E+", "", "1"],
)
def test_a_code_is_no_number_with_an_exponent(code: str) -> None:
    assert digits_of(code) is None or code == "1.23456789E8"


def test_an_exponent_without_a_sign_is_a_numbers_only_behind_enough_digits() -> None:
    assert (JAVAS_FIRST, SHORTEST_FRACTION) == (7, 3)
    assert digits_of("1.234E8") == ""
    assert digits_of("1.23E8") is None
    assert digits_of("1.23456789012E10") is None
