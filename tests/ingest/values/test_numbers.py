from decimal import Decimal
from typing import Literal

import pytest
from babel import Locale, localedata
from babel.numbers import format_currency, get_territory_currencies
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.values.amounts import Written
from ingest.values.convert import BadValue, Numeral, as_cell
from ingest.values.numbers import is_ambiguous, message_reader, reader, separator_of, whole
from omnicapi.values.currencies import DIGITS

LETTERS_OF_MANY_MEANINGS = {"CVE", "GMD", "HTG", "LSL", "MMK", "PGK", "SOS", "SZL", "ZMW", "MOP", "PKR"}
"""Currencies whose sign in some language is a letter that also means thousands, or nothing to see."""

AMOUNTS = st.decimals(Decimal("-9999999.99"), Decimal("9999999.99"), places=2)
SEPARATORS: st.SearchStrategy[Literal[".", ","]] = st.sampled_from([".", ","])
CURRENCIES = st.sampled_from(["{}", "R$ {}", "R${}", "€ {}", "{} €", "US${}", "{} BRL", "EUR {}", "{} kr"])


def written(amount: Decimal, separator: str, thousands: str) -> str:
    return f"{amount:,.2f}".translate({ord(","): thousands, ord("."): separator})


def of_countries() -> list[tuple[str, str]]:
    """Languages of countries by CLDR's name, with each currency that is tender there."""
    return [
        (identifier, code)
        for identifier in sorted(localedata.locale_identifiers())
        if (territory := Locale.parse(identifier).territory)
        for code in get_territory_currencies(territory)
        if code in DIGITS.keys() - LETTERS_OF_MANY_MEANINGS
    ]


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


@given(
    st.sampled_from(of_countries()),
    st.decimals(Decimal("1000.01"), Decimal("99999999.99"), places=2) | st.decimals(-999, 999, places=2),
    st.sampled_from(["standard", "accounting"]),
    st.sampled_from(["default", "latn"]),
)
def test_every_country_writes_its_amounts_in_a_way_that_is_read(
    country: tuple[str, str],
    amount: Decimal,
    form: Literal["standard", "accounting"],
    digits: Literal["default", "latn"],
) -> None:
    locale, code = country
    cell = format_currency(
        amount,
        code,
        locale=locale,
        currency_digits=False,
        format_type=form,
        numbering_system=digits,
        decimal_quantization=False,
    )
    if is_ambiguous(cell):
        return
    read = reader(None)(cell)
    assert read == amount
    if code in cell or isinstance(read, Written):
        assert code in read.currencies


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


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("($30.00)", "-30"), ("$(12.34)", "-12.34"), ("(5.00)", "-5"), ("(30,00 €)", "-30"), ("(30.00) €", "-30"),
        ("−5", "-5"), ("–5.10", "-5.1"), ("－5", "-5"), ("5−", "-5"), ("$-5.00", "-5"), ("-$5.00", "-5"),
        ("1,00,000.50", "100000.5"), ("₹12,34,567", "1234567"), ("۱۲٬۳۴٬۵۶۷", "1234567"), ("12,34,567.8", "1234567.8"),
        ("١٢٣٫٤٥", "123.45"), ("١٬٢٣٤٫٥", "1234.5"), ("٣٫١٤١", "3.141"), ("۱۲۵۰", "1250"), ("१,२३,४५६", "123456"),
        ("１２３．４５", "123.45"), ("１，２３４．５", "1234.5"), ("￥１２３４", "1234"),
        ("1’234.50", "1234.5"), ("1ʼ234", "1234"), ("1´234.5", "1234.5"),
        ("1\u00a0234,50", "1234.5"), ("1\u202f234,50", "1234.5"), ("1\u2009234,50", "1234.5"), ("1 234 567", "1234567"),
        ("99,-", "99"), ("1.234,--", "1234"), ("99,–", "99"), ("99.-", "99"), ("\u200f١٢٣٫٤٥ ر.س.\u200f", "123.45"),
        ("Rs.500", "500"), ("kr. 1.234,50", "1234.5"), ("S/.120.50", "120.5"), ("1,200 円", "1200"),
    ],
)  # fmt: skip
def test_a_number_is_read_in_any_script_and_custom(cell: str, value: str) -> None:
    decided = reader("." if is_ambiguous(cell) else None)(cell)
    assert decided == Decimal(value)


@pytest.mark.parametrize(
    "cell",
    ["12²", "½", "①②", "一二三", "1.5K", "2M", "5 %", "-5-", "(-5)", "(5", "5)", "5+", "$.50", ".50", "1-2", "10/12",
     "1.2.3", "1 234.567.890", "0,500,000", "1,23,45", "12,345,67", "1'23", "€5 USD", "$5 EUR", "5 Stk", "12 34",
     "EUR.50", "5€€", "0 500", "1_000", "NaN", "Infinity", "1" * 40, "5" + " " * 99],
)  # fmt: skip
def test_what_is_no_certain_number_is_refused(cell: str) -> None:
    assert refusal(cell) == "number_unreadable"


@pytest.mark.parametrize(
    ("cell", "sign"),
    [("€36.82", "€"), ("36,82 EUR", "EUR"), ("US$ 5", "US$"), ("$5 CAD", "$CAD"), ("kr 5 SEK", "krSEK")],
)
def test_a_number_keeps_the_currency_that_it_names(cell: str, sign: str) -> None:
    read = reader(None)(cell)
    assert isinstance(read, Written)
    assert (read.sign, len(read.currencies)) == (sign, 1)


def test_a_quantity_is_no_amount_of_money() -> None:
    with pytest.raises(BadValue):
        reader(None, money=False)("€5")
    assert reader(None, money=False)("٥") == 5


@given(st.decimals(-(10**12), 10**12, places=4))
def test_a_plain_number_keeps_its_digits(value: Decimal) -> None:
    for read in (message_reader(None), reader(".")):
        made = read(f"{value:f}")
        assert (str(made), type(made)) == (f"{value:f}", Decimal)


@pytest.mark.parametrize(
    ("cell", "value"), [("4,245.42", "4245.42"), ("5,649.0000", "5649"), ("1,00,000", "100000"), ("€36.82", "36.82")]
)
def test_a_messages_text_of_one_reading_is_read_and_says_so(cell: str, value: str) -> None:
    read = message_reader(None)(cell)
    assert isinstance(read, Written)
    assert (read, read.is_formatted) == (Decimal(value), True)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("1,000", "number_ambiguous"), ("220,00", "number_decimal_comma"), ("1.234,56 €", "number_decimal_comma"),
     ("1.234.567", "number_decimal_comma"), ("12,34 56", "number_unreadable"), ("5.51E+12", "number_exponent")],
)  # fmt: skip
def test_a_messages_decimal_separator_is_the_point(cell: str, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        message_reader(None)(cell)
    assert caught.value.reason == reason
    assert cell not in caught.value.hint
    if reason == "number_ambiguous":
        assert '"decimal"' not in caught.value.hint


def test_a_map_declares_how_its_messages_write_numbers() -> None:
    assert message_reader(",")("1.234,56") == Decimal("1234.56")
    assert message_reader(",")("220,00") == Decimal("220.00")
    assert message_reader(".")("1,234") == 1234
    assert message_reader(",")(as_cell(Decimal("1.500"))) == message_reader(",")([Decimal("1.500")]) == Decimal("1.500")
    assert message_reader(",")(as_cell("1.500")) == 1500


def test_an_absurd_exponent_is_not_written_out() -> None:
    with pytest.raises(BadValue) as caught:
        message_reader(None)(as_cell(Decimal("1E+999999")))
    assert caught.value.reason == "number_exponent"


def test_a_whole_number_may_end_in_a_zero_fraction() -> None:
    assert whole("3.0") == whole("٣") == 3
    with pytest.raises(BadValue):
        whole("3.5")


def test_a_column_that_shows_both_separators_decides_nothing() -> None:
    assert separator_of(["12,50", "12.50"]) is None
    assert separator_of([]) is None


def test_a_point_of_a_currencys_sign_shows_nothing() -> None:
    assert separator_of(["Rs.500", "kr. 20", "١٢٫٥"]) is None


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
