from __future__ import annotations

import pytest
from babel import Locale, localedata
from babel.numbers import get_territory_currencies
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.values.currencies import DIGITS
from omnicapi.values.currency_signs import decided, written

LETTERS_OF_MANY_MEANINGS = {"D", "E", "G", "K", "M", "S", "\u200b", "ر", "ЛСЛ"}
"""Signs of CLDR's that are also thousands, millions or measures, nothing to see, or not written by anybody."""

CODES = st.sampled_from(sorted(DIGITS))


def tender() -> list[tuple[str, str]]:
    """Signs of each country's own currencies in its own languages, as Unicode's CLDR has them."""
    found = set()
    for identifier in localedata.locale_identifiers():
        locale = Locale.parse(identifier)
        for code in get_territory_currencies(locale.territory) if locale.territory else ():
            sign = locale.currency_symbols.get(code, code)
            if code in DIGITS and sign not in LETTERS_OF_MANY_MEANINGS:
                found.add((sign, code))
    return sorted(found)


def test_every_sign_of_a_countrys_own_currency_is_known() -> None:
    assert [(sign, code) for sign, code in tender() if code not in written(sign)] == []


@given(CODES, st.sampled_from(["{}", " {} ", "{}\u00a0", "\u200e{}"]), st.booleans())
def test_a_code_means_its_currency_in_any_case(code: str, form: str, small: bool) -> None:
    text = form.format(code.lower() if small else code)
    assert written(text) == {code}
    assert decided(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("€", "EUR"), ("R$", "BRL"), ("US$", "USD"), ("US $", "USD"), ("zł", "PLN"), ("₹", "INR"), ("円", "JPY"),
     ("CAD $", "CAD"), ("$CAD", "CAD"), ("Kč", "CZK"), ("ر.س.\u200f", "SAR"), ("＄AUD", "AUD")],
)  # fmt: skip
def test_a_sign_of_one_currency_decides(text: str, code: str) -> None:
    assert decided(text) == code


@pytest.mark.parametrize(
    ("text", "some"),
    [("$", {"USD", "MXN", "CAD", "AUD", "ARS"}), ("¥", {"JPY", "CNY"}), ("￥", {"JPY", "CNY"}), ("kr.", {"SEK", "NOK"}),
     ("KR", {"ISK"}), ("£", {"GBP", "EGP"}), ("Rs.", {"INR", "PKR"}), ("C$", {"CAD", "NIO"}), ("F CFA", {"XOF"})],
)  # fmt: skip
def test_a_sign_of_several_currencies_does_not_decide(text: str, some: set[str]) -> None:
    assert some <= written(text)
    assert decided(text) is None


@pytest.mark.parametrize(("text", "code"), [("Ft", "HUF"), ("R", "ZAR"), ("KM", "BAM"), ("TL", "TRY"), ("Q", "GTQ")])
def test_plain_letters_only_confirm_a_currency(text: str, code: str) -> None:
    assert written(text) == {code}
    assert decided(text) is None


@pytest.mark.parametrize(
    "text", ["", " ", "K", "k", "EURO ZONE", "USD€", "EURUSD", "%", "kg", "x" * 1000, "pcs", "$" * 9]
)
def test_what_is_no_currency_means_none(text: str) -> None:
    assert written(text) == frozenset()


@given(st.text(max_size=20))
def test_only_currencies_that_there_are_come_out(text: str) -> None:
    assert written(text) <= DIGITS.keys()
